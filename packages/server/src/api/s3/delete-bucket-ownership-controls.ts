import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const deleteBucketOwnershipControls = defineOperation({
  name: 'DeleteBucketOwnershipControls',
  action: 's3:PutBucketOwnershipControls',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketOwnershipControls'),
  async run(input, capabilities, call, fail) {
    const { name } = requireBucket(capabilities, input.Bucket, call, fail)
    await capabilities.buckets.edit(call.cause, name, (bucket) => ({ ...bucket, ownership: 'Unset' }))
    return {}
  },
})
