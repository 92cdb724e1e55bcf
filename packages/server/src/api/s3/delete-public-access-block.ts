import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const deletePublicAccessBlock = defineOperation({
  name: 'DeletePublicAccessBlock',
  action: 's3:PutBucketPublicAccessBlock',
  uses: ['buckets'],
  readOnly: false,
  eventName: 'DeleteBucketPublicAccessBlock',
  access: bucketAccess('s3:PutBucketPublicAccessBlock'),
  async run(input, { buckets }, call, fail) {
    const { name } = requireBucket({ buckets }, input.Bucket, call, fail)
    await buckets.edit(call.cause, name, ({ publicAccess: _, ...bucket }) => bucket)
    return {}
  },
})
