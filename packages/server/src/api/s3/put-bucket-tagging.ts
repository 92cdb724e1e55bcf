import { bucketAccess, requireBucket } from './bucket-access.ts'
import { checkBucketTags } from './bucket-tags.ts'
import { defineOperation } from './service.ts'

export const putBucketTagging = defineOperation({
  name: 'PutBucketTagging',
  action: 's3:PutBucketTagging',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketTagging'),
  async run(input, capabilities, call, fail) {
    const { name } = requireBucket(capabilities, input.Bucket, call, fail)
    const tags = checkBucketTags(input.Tagging.TagSet, fail)
    await capabilities.buckets.edit(call.cause, name, (bucket) => ({ ...bucket, tags }))
    return {}
  },
})
