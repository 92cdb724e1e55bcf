import type { BucketLock } from '../../buckets/index.ts'
import type { ObjectLockConfiguration } from '../generated/s3.ts'
import type { Fail } from '../operation.ts'
import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** @source Amazon S3 User Guide, Object Lock: at most 36,500 days or 100 years */
const daysMax = 36_500

export const putObjectLockConfiguration = defineOperation({
  name: 'PutObjectLockConfiguration',
  action: 's3:PutBucketObjectLockConfiguration',
  eventName: 'PutBucketObjectLockConfiguration',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketObjectLockConfiguration'),
  async run(input, capabilities, call, fail) {
    const { name, versioning } = requireBucket(capabilities, input.Bucket, call, fail)
    if (versioning !== 'Enabled') {
      fail('InvalidBucketState', "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
    }
    const lock = readLock(input.ObjectLockConfiguration, fail)
    await capabilities.buckets.edit(call.cause, name, (bucket) => ({ ...bucket, lock }))
    return {}
  },
})

function readLock(
  configuration: ObjectLockConfiguration | undefined,
  fail: Fail<'MalformedXML' | 'InvalidRetentionPeriod'>,
): BucketLock {
  const malformed = 'The XML you provided was not well-formed or did not validate against our published schema'
  if (configuration?.ObjectLockEnabled !== 'Enabled') fail('MalformedXML', malformed)
  const rule = configuration?.Rule?.DefaultRetention
  if (rule === undefined) return {}
  const { Mode: mode, Days: days, Years: years } = rule
  if (mode === undefined || (days === undefined) === (years === undefined)) return fail('MalformedXML', malformed)
  const total = days ?? (years ?? 0) * 365
  if (total <= 0) fail('InvalidRetentionPeriod', 'Default retention period must be a positive integer value.')
  if (total > daysMax) fail('InvalidRetentionPeriod', 'Default retention period is too large.')
  return { defaultRetention: { mode, days: total } }
}
