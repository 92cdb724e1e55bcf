import { lockOf, mayReplaceRetention, withRetention } from '../../buckets/index.ts'
import { ask, objectResources, requireBucket } from './bucket-access.ts'
import { changeAttributes } from './change-attributes.ts'
import { checkRetention, requireLock, wantsBypass } from './lock-settings.ts'
import { defineOperation } from './service.ts'
import { lockedText } from './store-failures.ts'
import { lockContext } from './write-access.ts'

export const putObjectRetention = defineOperation({
  name: 'PutObjectRetention',
  action: 's3:PutObjectRetention',
  uses: ['buckets', 'clock'],
  readOnly: false,
  category: 'Data',
  access(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    call.notes.resources = objectResources(bucket, input.Key, call)
    const { Mode: mode, RetainUntilDate: untilMs } = input.Retention ?? {}
    const context = lockContext({ mode, untilMs }, call)
    const actions = ['s3:PutObjectRetention', ...(wantsBypass(call) ? ['s3:BypassGovernanceRetention'] : [])]
    return actions.map((action) => ask({ action, bucket, key: input.Key, context }, call))
  },
  async run(input, { buckets, clock }, call, fail) {
    const bucket = requireBucket({ buckets }, input.Bucket, call, fail)
    requireLock(bucket, fail)
    const nowMs = clock.nowMs()
    const { Mode: mode, RetainUntilDate: untilMs, EventHold, EventHoldDuration } = input.Retention ?? {}
    if (EventHold !== undefined || EventHoldDuration !== undefined) {
      fail('NotImplemented', 'Cairn does not keep event holds.')
    }
    if ((mode === undefined) !== (untilMs === undefined)) {
      fail('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema')
    }
    const next = mode && untilMs !== undefined ? checkRetention({ mode, untilMs }, nowMs, fail) : undefined
    await changeAttributes(buckets, bucket, input, fail, (version) => {
      const rules = { nowMs, mayBypass: wantsBypass(call) }
      if (!mayReplaceRetention(lockOf(version).retention, next, rules)) fail('AccessDenied', lockedText)
      return withRetention(next, version.attributes)
    })
    return {}
  },
})
