import { type Bucket, dataKeyOf, decryptedObject } from '../../buckets/index.ts'
import type { Kms } from '../../kms/index.ts'
import type { ObjectHead, OpenObject, VersionHead } from '../../ports/object-store.ts'
import type { AccessRequest, Call } from '../operation.ts'
import { askObjectKey, type KeyFailure, openDataKey } from './object-key.ts'

type Needs = { readonly kms: Kms }

/** The question about the KMS key of a stored object; none where S3 encrypted it by itself, or nothing is there. */
export function askDecryptionOf(
  head: VersionHead | undefined,
  bucket: Bucket,
  needs: Needs,
  call: Call,
  fail: KeyFailure,
): readonly AccessRequest[] {
  const stored = head && dataKeyOf(head)
  if (stored === undefined) return []
  const { keyArn: text, context } = stored
  return [askObjectKey('kms:Decrypt', { text, bucket, account: bucket.account, context }, needs, call, fail)]
}

/** An opened object as its reader may see it. Closes it where it fails. */
export async function readable<Head extends ObjectHead>(
  opened: OpenObject<Head>,
  bucket: Bucket,
  needs: Needs,
  call: Call,
  fail: KeyFailure,
): Promise<OpenObject<Head>> {
  const stored = dataKeyOf(opened.head)
  if (stored === undefined) return opened
  try {
    return decryptedObject(opened, await openDataKey(stored, bucket, needs, call, fail))
  } catch (error) {
    await opened.close()
    throw error
  }
}
