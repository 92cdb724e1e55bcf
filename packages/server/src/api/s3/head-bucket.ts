import { bucketArn } from '../../buckets/index.ts'
import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const headBucket = defineOperation({
  name: 'HeadBucket',
  action: 's3:ListBucket',
  uses: ['buckets'],
  readOnly: true,
  category: 'Data',
  access: bucketAccess('s3:ListBucket'),
  run(input, capabilities, call, fail) {
    const bucket = requireBucket(capabilities, input.Bucket, call, fail)
    return { BucketRegion: bucket.region, BucketArn: bucketArn(call.partition, bucket.name), AccessPointAlias: false }
  },
})
