import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const deleteBucketLifecycle = defineOperation({
  name: 'DeleteBucketLifecycle',
  action: 's3:PutLifecycleConfiguration',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutLifecycleConfiguration'),
  async run(input, { buckets }, call, fail) {
    const { name } = requireBucket({ buckets }, input.Bucket, call, fail)
    await buckets.edit(call.cause, name, ({ lifecycle: _, transitionMinimum: __, ...bucket }) => bucket)
    return {}
  },
})
