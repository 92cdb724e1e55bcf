import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Inventories of a bucket cannot be ordered: there are none to list. */
export const listBucketInventoryConfigurations = defineOperation({
  name: 'ListBucketInventoryConfigurations',
  action: 's3:GetInventoryConfiguration',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetInventoryConfiguration'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return { IsTruncated: false }
  },
})
