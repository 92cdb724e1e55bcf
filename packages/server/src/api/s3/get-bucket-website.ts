import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** A bucket cannot be made a website, so none is one. Infrastructure code reads this of every bucket. */
export const getBucketWebsite = defineOperation({
  name: 'GetBucketWebsite',
  action: 's3:GetBucketWebsite',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketWebsite'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return fail('NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration')
  },
})
