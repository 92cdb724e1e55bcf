import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** A bucket cannot be analysed: there are none to list. */
export const listBucketAnalyticsConfigurations = defineOperation({
  name: 'ListBucketAnalyticsConfigurations',
  action: 's3:GetAnalyticsConfiguration',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetAnalyticsConfiguration'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return { IsTruncated: false }
  },
})
