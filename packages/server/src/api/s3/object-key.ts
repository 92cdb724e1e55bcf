import type { Bucket, StoredDataKey } from '../../buckets/index.ts'
import { recordIdentity } from '../../identity/index.ts'
import type { CallerKeys, EncryptionContext, Kms, KmsKey } from '../../kms/index.ts'
import { type Addressed, addressKey, askKey, cryptographic } from '../kms/addressed-key.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { texts } from './bucket-access.ts'

type Needs = { readonly kms: Kms }
export type KeyFailure = Fail<
  'KMS.NotFoundException' | 'KMS.DisabledException' | 'KMS.KMSInvalidStateException' | 'AccessDenied'
>

/** KMS keys that a call of S3 was asked about, by ARN: its run uses no other. */
const askedKeys = new WeakMap<Call, Set<string>>()

/**
 * The question whether the caller may use a key by way of S3. Buckets use keys of their own region, and a name without
 * an account is of `account`.
 */
export function askObjectKey(
  action: 'kms:GenerateDataKey' | 'kms:Decrypt',
  { text, bucket, account, context }: KeyUse,
  needs: Needs,
  call: Call,
  fail: KeyFailure,
): AccessRequest {
  const addressed = addressObjectKey({ text, bucket, account, context }, needs, call, fail)
  if (addressed.kind === 'key') {
    const asked = askedKeys.get(call) ?? new Set()
    askedKeys.set(call, asked.add(addressed.key.arn))
  }
  return askKey(action, addressed, needs, call, {
    encryptionContext: context,
    context: { 'kms:ViaService': `s3.${bucket.region}.amazonaws.com`, 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
  })
}

export interface KeyUse {
  /** Id, ARN or alias. */
  readonly text: string
  readonly bucket: Bucket
  readonly account: string
  readonly context: EncryptionContext
}

/** The key that a call was asked about, in its newest state and ready to be used. */
export function usableObjectKey(use: KeyUse, needs: Needs, call: Call, fail: KeyFailure): KmsKey {
  const addressed = addressObjectKey(use, needs, call, fail)
  if (addressed.kind === 'hidden') return fail('KMS.NotFoundException', `Key '${addressed.arn}' does not exist`)
  const { key } = addressed
  // An alias may name another key by now, or the object may be another: what was allowed is the use of the first.
  if (!askedKeys.get(call)?.has(key.arn)) return fail('AccessDenied', texts.accessDenied)
  if (key.state.kind === 'disabled') return fail('KMS.DisabledException', `${key.arn} is disabled.`)
  if (key.state.kind === 'pending-deletion') {
    return fail('KMS.KMSInvalidStateException', `${key.arn} is pending deletion.`)
  }
  return key
}

/**
 * Keys used for the caller, and recorded as its own calls that S3 made.
 * @source recorded events of kms.amazonaws.com for objects under SSE-KMS
 */
export function keysForCaller({ kms }: Needs, call: Call): CallerKeys {
  return kms.forCaller({
    identity: { ...recordIdentity(call.principal), invokedBy: 'AWS Internal' },
    source: 'AWS Internal',
  })
}

/** The data key of a stored object, plain, for a caller who was asked for it. */
export async function openDataKey(
  stored: StoredDataKey,
  bucket: Bucket,
  needs: Needs,
  call: Call,
  fail: KeyFailure,
): Promise<Uint8Array> {
  const { keyArn: text, context, blob } = stored
  const key = usableObjectKey({ text, bucket, account: bucket.account, context }, needs, call, fail)
  return (await keysForCaller(needs, call).decrypt(key, blob, context)) ?? fail('AccessDenied', texts.accessDenied)
}

function addressObjectKey({ text, bucket, account }: KeyUse, needs: Needs, call: Call, fail: KeyFailure): Addressed {
  const place = { ...call, account, region: bucket.region }
  return addressKey(text, cryptographic, needs, place, (_, message) => fail('KMS.NotFoundException', message))
}
