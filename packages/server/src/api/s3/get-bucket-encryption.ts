import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

export const getBucketEncryption = defineOperation({
  name: 'GetBucketEncryption',
  action: 's3:GetEncryptionConfiguration',
  uses: ['buckets'],
  readOnly: true,
  access: bucketAccess('s3:GetEncryptionConfiguration'),
  run(input, { buckets }, call, fail) {
    const { encryption, encryptionShown = {} } = requireBucket({ buckets }, input.Bucket, call, fail)
    const wanted = encryption
      ? { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: encryption.keyId }
      : { SSEAlgorithm: 'AES256' as const }
    const rule = {
      ApplyServerSideEncryptionByDefault: wanted,
      BucketKeyEnabled: encryption?.usesBucketKey ?? encryptionShown.bucketKey ?? false,
      ...(encryptionShown.blocksCustomerKeys && { BlockedEncryptionTypes: { EncryptionType: ['SSE-C' as const] } }),
    }
    return { ServerSideEncryptionConfiguration: { Rules: [rule] } }
  },
})
