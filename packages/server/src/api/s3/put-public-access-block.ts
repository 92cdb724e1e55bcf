import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const putPublicAccessBlock = defineOperation({
  name: 'PutPublicAccessBlock',
  action: 's3:PutBucketPublicAccessBlock',
  uses: ['buckets'],
  readOnly: false,
  eventName: 'PutBucketPublicAccessBlock',
  access: bucketAccess('s3:PutBucketPublicAccessBlock'),
  async run(input, { buckets }, call, fail) {
    const { name } = requireBucket({ buckets }, input.Bucket, call, fail)
    const wanted = input.PublicAccessBlockConfiguration
    const publicAccess = {
      blocksAcls: wanted.BlockPublicAcls ?? false,
      ignoresAcls: wanted.IgnorePublicAcls ?? false,
      blocksPolicy: wanted.BlockPublicPolicy ?? false,
      restrictsBuckets: wanted.RestrictPublicBuckets ?? false,
    }
    await buckets.edit(call.cause, name, (bucket) => ({ ...bucket, publicAccess }))
    return {}
  },
})
