import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getObjectLockConfiguration = defineOperation({
  name: 'GetObjectLockConfiguration',
  action: 's3:GetBucketObjectLockConfiguration',
  eventName: 'GetBucketObjectLockConfiguration',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketObjectLockConfiguration'),
  run(input, capabilities, call, fail) {
    const { lock } = requireBucket(capabilities, input.Bucket, call, fail)
    if (lock === undefined) {
      return fail('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket')
    }
    const { defaultRetention: given } = lock
    return {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled' as const,
        ...(given && { Rule: { DefaultRetention: { Mode: given.mode, Days: given.days } } }),
      },
    }
  },
})
