import type { Bucket } from '../../buckets/index.ts'
import type { S3Operations } from '../generated/s3.ts'
import type { Fail } from '../operation.ts'
import { bucketAccess, requireBucket } from './bucket-access.ts'
import { defineOperation } from './service.ts'

type Rules = S3Operations['PutBucketEncryption']['input']['ServerSideEncryptionConfiguration']['Rules']

export const putBucketEncryption = defineOperation({
  name: 'PutBucketEncryption',
  action: 's3:PutEncryptionConfiguration',
  uses: ['buckets'],
  readOnly: false,
  access: bucketAccess('s3:PutEncryptionConfiguration'),
  async run(input, { buckets }, call, fail) {
    const { name } = requireBucket({ buckets }, input.Bucket, call, fail)
    const settings = readRules(input.ServerSideEncryptionConfiguration.Rules, fail)
    await buckets.edit(call.cause, name, ({ encryption: _, encryptionShown: __, ...bucket }) => ({
      ...bucket,
      ...settings,
    }))
    return {}
  },
})

/** No `encryption` where S3 is to encrypt by itself. Whether the key exists is seen when it is used, as on S3. */
function readRules(
  rules: Rules,
  fail: Fail<'MalformedXML' | 'NotImplemented' | 'InvalidArgument'>,
): Pick<Bucket, 'encryption' | 'encryptionShown'> {
  const [rule] = rules
  const wanted = rule?.ApplyServerSideEncryptionByDefault
  if (rules.length !== 1 || wanted === undefined) {
    return fail(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  }
  const blocked = rule?.BlockedEncryptionTypes?.EncryptionType
  if (blocked?.some((type) => type !== 'SSE-C')) {
    return fail('NotImplemented', 'Cairn takes no keys of customers: SSE-C is always blocked.')
  }
  const bucketKey = rule?.BucketKeyEnabled ?? false
  const encryptionShown = {
    ...(bucketKey && { bucketKey: true as const }),
    ...(blocked !== undefined && { blocksCustomerKeys: true as const }),
  }
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId } = wanted
  if (algorithm === 'AES256') {
    if (keyId === undefined) return { encryptionShown }
    return fail('InvalidArgument', 'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms')
  }
  if (algorithm !== 'aws:kms') return fail('NotImplemented', `Cairn does not encrypt with ${algorithm}.`)
  if (keyId === undefined) return fail('NotImplemented', 'Cairn keeps no KMS key for S3: name one of yours.')
  return { encryption: { keyId, usesBucketKey: bucketKey }, encryptionShown }
}
