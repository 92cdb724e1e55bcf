import type { SeenCall } from './seen-call.ts'

let time = 0

/** `call('s3:PutObject', { … })`: a change when its name is not Get…, List… or Describe…; each later than the last. */
export function call(name: string, more: Partial<SeenCall> = {}): SeenCall {
  const [service = '', operation = ''] = name.split(':')
  time += 1
  return {
    service,
    operation,
    readOnly: /^(Get|List|Describe|Head)/.test(operation),
    region: 'eu-west-1',
    needs: [{ action: name, resource: '*' }],
    parameters: null,
    identity: 'arn:aws:iam::111122223333:user/ana',
    startedAtMs: time,
    elapsedMs: time,
    ...more,
  }
}
