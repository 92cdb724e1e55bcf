import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Access logs of buckets cannot be turned on: the trail has every call. Off is an empty answer. */
export const getBucketLogging = defineOperation({
  name: 'GetBucketLogging',
  action: 's3:GetBucketLogging',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketLogging'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return {}
  },
})
