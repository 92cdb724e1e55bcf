import { bucketAccess, requireBucket, texts } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const deleteBucket = defineOperation({
  name: 'DeleteBucket',
  action: 's3:DeleteBucket',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:DeleteBucket'),
  async run(input, capabilities, call, fail) {
    const { name } = requireBucket(capabilities, input.Bucket, call, fail)
    const outcome = await capabilities.buckets.remove(call.cause, name)
    if (outcome === 'missing') fail('NoSuchBucket', texts.noSuchBucket)
    if (outcome === 'not-empty') fail('BucketNotEmpty', 'The bucket you tried to delete is not empty')
    return {}
  },
})
