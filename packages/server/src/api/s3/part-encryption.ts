import {
  type Bucket,
  type Buckets,
  type DataKey,
  dataKeyOf,
  decryptedObject,
  encryptedPut,
  type PartsCipher,
} from '../../buckets/index.ts'
import type { Kms } from '../../kms/index.ts'
import type { Ids } from '../../ports/ids.ts'
import type { PutVersion, VersionHead } from '../../ports/object-store.ts'
import type { AccessRequest, Call } from '../operation.ts'
import { askDecryptionOf } from './object-decryption.ts'
import { withEncryption } from './object-encryption.ts'
import { type KeyFailure, openDataKey } from './object-key.ts'
import { isUploadId } from './upload-access.ts'

type Needs = { readonly buckets: Buckets; readonly kms: Kms }

/** The question about the KMS key of an upload whose parts somebody writes or joins. */
export async function askUploadKey(
  bucket: Bucket,
  { Key: key, UploadId: id }: { readonly Key: string; readonly UploadId: string },
  needs: Needs,
  call: Call,
  fail: KeyFailure,
): Promise<readonly AccessRequest[]> {
  const upload = isUploadId(id) ? await needs.buckets.uploads.find(bucket, key, id) : undefined
  return askDecryptionOf(upload, bucket, needs, call, fail)
}

/** The data key of an upload; `undefined` where S3 encrypts by itself. */
export async function uploadKey(
  upload: VersionHead,
  bucket: Bucket,
  needs: Pick<Needs, 'kms'>,
  call: Call,
  fail: KeyFailure,
): Promise<DataKey | undefined> {
  const stored = dataKeyOf(upload)
  return stored && { ...stored, plaintext: await openDataKey(stored, bucket, needs, call, fail) }
}

/** A part as it is to be stored. */
export function sealedPart<Part extends Pick<PutVersion, 'headers' | 'body' | 'seal'>>(
  part: Part,
  key: DataKey | undefined,
  ids: Ids,
): Part {
  return key === undefined ? part : encryptedPut(part, key, ids)
}

/** Opens the parts and seals the object they make. */
export function partsCipher(key: DataKey | undefined, ids: Ids): PartsCipher {
  return {
    opened: (part) => (key === undefined ? part : decryptedObject(part, key.plaintext)),
    sealed: (object) => withEncryption(object, key, { ids }),
  }
}
