import { canonicalId } from '../../buckets/index.ts'
import { bucketAccess, requireBucket } from './bucket-access.ts'
import { ownerOnly } from './owner-only.ts'
import { defineOperation } from './service.ts'

export const getBucketAcl = defineOperation({
  name: 'GetBucketAcl',
  action: 's3:GetBucketAcl',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketAcl'),
  run(input, capabilities, call, fail) {
    return ownerOnly(canonicalId(requireBucket(capabilities, input.Bucket, call, fail).account))
  },
})
