import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** There is one storage class: no tiers to list. */
export const listBucketIntelligentTieringConfigurations = defineOperation({
  name: 'ListBucketIntelligentTieringConfigurations',
  action: 's3:GetIntelligentTieringConfiguration',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetIntelligentTieringConfiguration'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return { IsTruncated: false }
  },
})
