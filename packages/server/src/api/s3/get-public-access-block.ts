import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getPublicAccessBlock = defineOperation({
  name: 'GetPublicAccessBlock',
  action: 's3:GetBucketPublicAccessBlock',
  uses: ['buckets'],
  readOnly: true,
  eventName: 'GetBucketPublicAccessBlock',
  access: bucketAccess('s3:GetBucketPublicAccessBlock'),
  run(input, { buckets }, call, fail) {
    const { publicAccess } = requireBucket({ buckets }, input.Bucket, call, fail)
    if (publicAccess === undefined) {
      return fail('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found')
    }
    return {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: publicAccess.blocksAcls,
        IgnorePublicAcls: publicAccess.ignoresAcls,
        BlockPublicPolicy: publicAccess.blocksPolicy,
        RestrictPublicBuckets: publicAccess.restrictsBuckets,
      },
    }
  },
})
