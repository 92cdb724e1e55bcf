import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Transfer acceleration cannot be turned on. Never set is an empty answer. */
export const getBucketAccelerateConfiguration = defineOperation({
  name: 'GetBucketAccelerateConfiguration',
  action: 's3:GetAccelerateConfiguration',
  uses: ['buckets'],
  readOnly: true,
  eventName: 'GetAccelerateConfiguration',
  access: bucketAccess('s3:GetAccelerateConfiguration'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return {}
  },
})
