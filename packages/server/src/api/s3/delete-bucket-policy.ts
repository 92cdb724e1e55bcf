import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const deleteBucketPolicy = defineOperation({
  name: 'DeleteBucketPolicy',
  action: 's3:DeleteBucketPolicy',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:DeleteBucketPolicy'),
  async run(input, capabilities, call, fail) {
    const { name } = requireBucket(capabilities, input.Bucket, call, fail)
    await capabilities.buckets.edit(call.cause, name, ({ policy: _, ...bucket }) => bucket)
    return {}
  },
})
