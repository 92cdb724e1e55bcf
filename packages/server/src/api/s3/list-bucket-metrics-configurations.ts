import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Metrics of a bucket cannot be ordered: there are none to list. */
export const listBucketMetricsConfigurations = defineOperation({
  name: 'ListBucketMetricsConfigurations',
  action: 's3:GetMetricsConfiguration',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetMetricsConfiguration'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return { IsTruncated: false }
  },
})
