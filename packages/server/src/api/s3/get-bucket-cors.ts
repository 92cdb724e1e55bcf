import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** A bucket cannot be given CORS rules, so none has any. Infrastructure code reads this of every bucket. */
export const getBucketCors = defineOperation({
  name: 'GetBucketCors',
  action: 's3:GetBucketCORS',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketCORS'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return fail('NoSuchCORSConfiguration', 'The CORS configuration does not exist')
  },
})
