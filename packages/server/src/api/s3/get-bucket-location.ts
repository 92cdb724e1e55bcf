import type { BucketLocationConstraint } from '../generated/s3.ts'
import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketLocation = defineOperation({
  name: 'GetBucketLocation',
  action: 's3:GetBucketLocation',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketLocation'),
  run(input, capabilities, call, fail) {
    const { region } = requireBucket(capabilities, input.Bucket, call, fail)
    // @quirk The first region has no location: clients read the empty element as us-east-1.
    if (region === 'us-east-1') return {}
    // Regions are not a closed list: private clouds have their own.
    return { LocationConstraint: region as BucketLocationConstraint }
  },
})
