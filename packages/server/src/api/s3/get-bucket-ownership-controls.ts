import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketOwnershipControls = defineOperation({
  name: 'GetBucketOwnershipControls',
  action: 's3:GetBucketOwnershipControls',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetBucketOwnershipControls'),
  run(input, capabilities, call, fail) {
    const { ownership } = requireBucket(capabilities, input.Bucket, call, fail)
    if (ownership === 'Unset') {
      return fail('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found')
    }
    return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } }
  },
})
