import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

/** Afterwards S3 encrypts by itself: there is no bucket without encryption. */
export const deleteBucketEncryption = defineOperation({
  name: 'DeleteBucketEncryption',
  action: 's3:PutEncryptionConfiguration',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutEncryptionConfiguration'),
  async run(input, { buckets }, call, fail) {
    const { name } = requireBucket({ buckets }, input.Bucket, call, fail)
    await buckets.edit(call.cause, name, ({ encryption: _, encryptionShown: __, ...bucket }) => bucket)
    return {}
  },
})
