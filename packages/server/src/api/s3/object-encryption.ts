import { type Bucket, bucketArn, type DataKey, encryptedPut, encryptionHeader } from '../../buckets/index.ts'
import type { EncryptionContext, Kms } from '../../kms/index.ts'
import type { Ids } from '../../ports/ids.ts'
import type { PutVersion } from '../../ports/object-store.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { askObjectKey, type KeyFailure, type KeyUse, keysForCaller, usableObjectKey } from './object-key.ts'

/** What a write may say of its encryption. */
export interface EncryptionInput {
  readonly Key: string
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  /** Base64 of a JSON object of texts. */
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

type Failures = KeyFailure & Fail<'InvalidArgument' | 'NotImplemented'>
type Needs = { readonly kms: Kms; readonly ids: Ids }

interface KmsEncryption extends KeyUse {
  readonly usesBucketKey: boolean
}

/** The question about the KMS key of a write; none where S3 encrypts by itself. */
export function askEncryption(
  input: EncryptionInput,
  bucket: Bucket,
  needs: Pick<Needs, 'kms'>,
  call: Call,
  fail: Failures,
): readonly AccessRequest[] {
  const wanted = wantedEncryption(input, bucket, call, fail)
  return wanted ? [askObjectKey('kms:GenerateDataKey', wanted, needs, call, fail)] : []
}

/** A data key for the object of a write; `undefined` where S3 encrypts by itself. Its making is recorded. */
export async function newDataKey(
  input: EncryptionInput,
  bucket: Bucket,
  needs: Pick<Needs, 'kms'>,
  call: Call,
  fail: Failures,
): Promise<DataKey | undefined> {
  const wanted = wantedEncryption(input, bucket, call, fail)
  if (wanted === undefined) return undefined
  const { context, usesBucketKey } = wanted
  const key = usableObjectKey(wanted, needs, call, fail)
  return {
    keyArn: key.arn,
    context,
    usesBucketKey,
    ...(await keysForCaller(needs, call).generateDataKey(key, context)),
  }
}

/** A put as it is to be stored: under the data key, or described as encrypted by S3. */
export function withEncryption(put: PutVersion, key: DataKey | undefined, { ids }: Pick<Needs, 'ids'>): PutVersion {
  if (key !== undefined) return encryptedPut(put, key, ids)
  return { ...put, headers: { ...put.headers, [encryptionHeader]: 'AES256' } }
}

/** The members of an answer that say how an object is encrypted which was just written. */
export function shownEncryption(key: DataKey | undefined) {
  if (key === undefined) return { ServerSideEncryption: 'AES256' as const }
  return {
    ServerSideEncryption: 'aws:kms' as const,
    SSEKMSKeyId: key.keyArn,
    ...(key.usesBucketKey && { BucketKeyEnabled: true }),
  }
}

/** What the write says, else what the bucket says; `undefined` where that is S3's own encryption. */
function wantedEncryption(
  input: EncryptionInput,
  bucket: Bucket,
  call: Call,
  fail: Failures,
): KmsEncryption | undefined {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId } = input
  const fallback = bucket.encryption
  if (algorithm !== undefined && algorithm !== 'AES256' && algorithm !== 'aws:kms') {
    return fail('NotImplemented', `Cairn does not encrypt with ${algorithm}.`)
  }
  if (algorithm !== 'aws:kms' && keyId !== undefined) {
    return fail(
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    )
  }
  if (algorithm === 'AES256' || (algorithm === undefined && fallback === undefined)) return undefined
  const usesBucketKey = input.BucketKeyEnabled ?? fallback?.usesBucketKey ?? false
  const context = contextOf(input, bucket, usesBucketKey, call, fail)
  if (keyId !== undefined) return { text: keyId, bucket, account: call.account, context, usesBucketKey }
  // There are no keys of S3's own here, so the bucket's is the only one that can be meant.
  if (fallback === undefined) return fail('NotImplemented', 'Cairn keeps no KMS key for S3: name one of yours.')
  return { text: fallback.keyId, bucket, account: bucket.account, context, usesBucketKey }
}

/** @source Amazon S3 User Guide, encryption context: the object's ARN, with a bucket key the bucket's */
function contextOf(
  { Key: key, SSEKMSEncryptionContext: text }: EncryptionInput,
  bucket: Bucket,
  usesBucketKey: boolean,
  { partition }: Call,
  fail: Failures,
): EncryptionContext {
  const own = { 'aws:s3:arn': bucketArn(partition, bucket.name, usesBucketKey ? undefined : key) }
  if (text === undefined) return own
  const given =
    readContext(text) ?? fail('InvalidArgument', 'The header x-amz-server-side-encryption-context is invalid.')
  if ((given['aws:s3:arn'] ?? own['aws:s3:arn']) !== own['aws:s3:arn']) {
    fail('InvalidArgument', 'The encryption context names another object under aws:s3:arn.')
  }
  return { ...given, ...own }
}

/** @source Amazon S3 API Reference, PutObject: Base64-encoded string of a UTF-8 encoded JSON with key-value pairs */
function readContext(text: string): EncryptionContext | undefined {
  try {
    const given: unknown = JSON.parse(Buffer.from(text, 'base64').toString())
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined
    const names = Object.keys(given).map((name) => name.toLowerCase())
    const isFlat = Object.values(given).every((value) => typeof value === 'string')
    return isFlat && new Set(names).size === names.length ? (given as EncryptionContext) : undefined
  } catch {
    return undefined
  }
}
