import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Nobody pays for requests here: it is the owner's anyway. */
export const putBucketRequestPayment = defineOperation({
  name: 'PutBucketRequestPayment',
  action: 's3:PutBucketRequestPayment',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketRequestPayment'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    if (input.RequestPaymentConfiguration.Payer !== 'BucketOwner') {
      fail('NotImplemented', 'Requests cost nothing in Cairn: nobody else can pay for them.')
    }
    return {}
  },
})
