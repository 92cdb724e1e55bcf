import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketVersioning = defineOperation({
  name: 'GetBucketVersioning',
  action: 's3:GetBucketVersioning',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketVersioning'),
  run(input, capabilities, call, fail) {
    const { versioning } = requireBucket(capabilities, input.Bucket, call, fail)
    return versioning === undefined ? {} : { Status: versioning }
  },
})
