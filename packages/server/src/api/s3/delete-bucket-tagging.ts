import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const deleteBucketTagging = defineOperation({
  name: 'DeleteBucketTagging',
  // @quirk There is no DeleteBucketTagging permission: taking tags away is putting none.
  action: 's3:PutBucketTagging',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketTagging'),
  async run(input, capabilities, call, fail) {
    const { name } = requireBucket(capabilities, input.Bucket, call, fail)
    await capabilities.buckets.edit(call.cause, name, (bucket) => ({ ...bucket, tags: [] }))
    return {}
  },
})
