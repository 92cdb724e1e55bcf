import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** A bucket cannot be replicated, so none is. Infrastructure code reads this of every bucket. */
export const getBucketReplication = defineOperation({
  name: 'GetBucketReplication',
  action: 's3:GetReplicationConfiguration',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetReplicationConfiguration'),
  run(input, capabilities, call, fail) {
    requireBucket(capabilities, input.Bucket, call, fail)
    return fail('ReplicationConfigurationNotFoundError', 'The replication configuration was not found')
  },
})
