import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Access logs of buckets cannot be turned on, so turning them off leaves nothing to do. */
export const putBucketLogging = defineOperation({
  name: 'PutBucketLogging',
  action: 's3:PutBucketLogging',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketLogging'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    if (input.BucketLoggingStatus.LoggingEnabled !== undefined) {
      fail('NotImplemented', 'Cairn writes no server access logs: a trail with data events of the bucket has the same.')
    }
    return {}
  },
})
