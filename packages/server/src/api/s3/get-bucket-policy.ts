import { bucketPolicyAccess, requireBucket, requireOwner } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketPolicy = defineOperation({
  name: 'GetBucketPolicy',
  action: 's3:GetBucketPolicy',
  uses: ['buckets'],
  readOnly: true,
  access: bucketPolicyAccess('s3:GetBucketPolicy'),
  run(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    requireOwner(bucket, call, fail)
    const { policy } = bucket
    return { Policy: policy ?? fail('NoSuchBucketPolicy', 'The bucket policy does not exist') }
  },
})
