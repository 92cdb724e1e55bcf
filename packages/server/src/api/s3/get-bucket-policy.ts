import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketPolicy = defineOperation({
  name: 'GetBucketPolicy',
  action: 's3:GetBucketPolicy',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketPolicy'),
  run(input, capabilities, call, fail) {
    const { policy } = requireBucket(capabilities, input.Bucket, call, fail)
    return { Policy: policy ?? fail('NoSuchBucketPolicy', 'The bucket policy does not exist') }
  },
})
