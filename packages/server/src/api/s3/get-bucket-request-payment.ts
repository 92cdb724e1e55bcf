import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Nobody pays for requests here; the owner does, as where nothing else was set. */
export const getBucketRequestPayment = defineOperation({
  name: 'GetBucketRequestPayment',
  action: 's3:GetBucketRequestPayment',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketRequestPayment'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return { Payer: 'BucketOwner' }
  },
})
