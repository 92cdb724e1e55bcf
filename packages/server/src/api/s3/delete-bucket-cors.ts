import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** A bucket has no CORS rules: taking away what is not there succeeds, as on S3. */
export const deleteBucketCors = defineOperation({
  name: 'DeleteBucketCors',
  action: 's3:PutBucketCORS',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketCORS'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return {}
  },
})
