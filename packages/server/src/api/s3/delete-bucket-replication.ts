import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** A bucket is not replicated: taking away what is not there succeeds, as on S3. */
export const deleteBucketReplication = defineOperation({
  name: 'DeleteBucketReplication',
  action: 's3:PutReplicationConfiguration',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutReplicationConfiguration'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return {}
  },
})
