import { bucketAccess, requireBucket } from './bucket-access.ts'
import { checkAcl } from './owner-only.ts'
import { defineOperation } from './service.ts'

export const putBucketAcl = defineOperation({
  name: 'PutBucketAcl',
  action: 's3:PutBucketAcl',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutBucketAcl'),
  run(input, capabilities, call, fail) {
    checkAcl(input, requireBucket(capabilities, input.Bucket, call, fail), fail)
    return {}
  },
})
