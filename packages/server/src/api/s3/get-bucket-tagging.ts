import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketTagging = defineOperation({
  name: 'GetBucketTagging',
  action: 's3:GetBucketTagging',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketTagging'),
  run(input, capabilities, call, fail) {
    const { tags } = requireBucket(capabilities, input.Bucket, call, fail)
    if (tags.length === 0) fail('NoSuchTagSet', 'The TagSet does not exist')
    return { TagSet: tags.map(({ key, value }) => ({ Key: key, Value: value })) }
  },
})
