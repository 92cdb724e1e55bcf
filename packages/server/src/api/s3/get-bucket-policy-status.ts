import { isPublicBucket } from '../../buckets/index.ts'
import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketPolicyStatus = defineOperation({
  name: 'GetBucketPolicyStatus',
  action: 's3:GetBucketPolicyStatus',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketPolicyStatus'),
  run(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    if (bucket.policy === undefined) fail('NoSuchBucketPolicy', 'The bucket policy does not exist')
    return { PolicyStatus: { IsPublic: isPublicBucket(bucket) } }
  },
})
