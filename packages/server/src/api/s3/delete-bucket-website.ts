import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** A bucket is no website: taking away what is not there succeeds, as on S3. */
export const deleteBucketWebsite = defineOperation({
  name: 'DeleteBucketWebsite',
  action: 's3:DeleteBucketWebsite',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:DeleteBucketWebsite'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return {}
  },
})
