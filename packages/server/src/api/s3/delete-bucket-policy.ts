import { bucketPolicyAccess, requireBucket, requireOwner } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const deleteBucketPolicy = defineOperation({
  name: 'DeleteBucketPolicy',
  action: 's3:DeleteBucketPolicy',
  uses: ['buckets'],
  readOnly: false,
  access: bucketPolicyAccess('s3:DeleteBucketPolicy'),
  async run(input, capabilities, call, fail) {
    const found = requireBucket(capabilities, input.Bucket, call, fail)
    requireOwner(found, call, fail)
    await capabilities.buckets.edit(call.cause, found.name, ({ policy: _, ...bucket }) => bucket)
    return {}
  },
})
