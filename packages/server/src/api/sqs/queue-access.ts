import { type Queue, type QueuePlace, type Queues, queueArn } from '../../queues/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'

type Needs = { readonly queues: Queues }

/** `http(s)://<endpoint>/<account>/<name>`: the region is that of the call. */
export function queueUrl({ account, name }: QueuePlace, call: Call): string {
  return `${endpointOf(call)}/${account}/${name}`
}

/** The endpoint as the caller knows it. */
export function endpointOf(call: Call): string {
  return `${call.isSecure ? 'https' : 'http'}://${call.header('host') ?? 'localhost'}`
}

/** Reads a queue's URL, whatever its host says: clients keep URLs longer than endpoints keep their names. */
function readQueueUrl(url: string, { region }: Call): QueuePlace | undefined {
  const [, account, name] = /^(?:https?:\/\/[^/]+)?\/?(\d{12})\/([A-Za-z0-9_-]{1,80}(?:\.fifo)?)\/?$/.exec(url) ?? []
  return account === undefined || name === undefined ? undefined : { account, region, name }
}

export function requireQueue(
  url: string,
  { queues }: Needs,
  call: Call,
  fail: Fail<'QueueDoesNotExist' | 'InvalidAddress'>,
): Queue {
  const place = readQueueUrl(url, call) ?? fail('InvalidAddress', `The address ${url} is not valid for this endpoint.`)
  return queues.find(place) ?? failNoQueue(fail)
}

export function failNoQueue(fail: Fail<'QueueDoesNotExist'>): never {
  return fail('QueueDoesNotExist', 'The specified queue does not exist.')
}

/** The question about a queue, with its policy and tags; `context` has the keys of the request. */
export function askQueue(
  action: string,
  queue: Queue,
  call: Call,
  context: AccessRequest['context'] = {},
): AccessRequest {
  call.notes.resources = [{ accountId: queue.account, type: 'AWS::SQS::Queue', ARN: queue.arn }]
  const tags = Object.entries(queue.tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])
  return {
    action,
    resource: queue.arn,
    resourceAccount: queue.account,
    ...(queue.policy !== undefined && { resourcePolicy: queue.policy }),
    context: { ...Object.fromEntries(tags), ...context },
  }
}

/** The `access` of an operation on a queue. One that is missing is told to its own account only. */
export function onQueue<Input extends { readonly QueueUrl: string }>(
  action: string,
  contextOf: (input: Input) => AccessRequest['context'] = () => ({}),
) {
  return (input: Input, { queues }: Needs, call: Call, fail: Fail<'InvalidAddress'>): readonly AccessRequest[] => {
    const { QueueUrl: url } = input
    const place =
      readQueueUrl(url, call) ?? fail('InvalidAddress', `The address ${url} is not valid for this endpoint.`)
    const queue = queues.find(place)
    if (queue !== undefined) return [askQueue(action, queue, call, contextOf(input))]
    return [{ action, resource: queueArn(call.partition, place), resourceAccount: place.account }]
  }
}
