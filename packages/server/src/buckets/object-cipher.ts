import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Fault } from '../fault.ts'
import type { EncryptionContext } from '../kms/index.ts'
import type { ObjectHead, ObjectRange, ObjectSeal, OpenObject, PutVersion, SealedBody } from '../ports/object-store.ts'

/*
 * Objects under a KMS key. Each has a data key of its own, which lies beside it encrypted under the KMS key: without
 * that key nobody can read the object, whoever has the disk.
 *
 *   body     AES-256-GCM, as long as the plain body
 *   headers  x-amz-server-side-encryption(-aws-kms-key-id, -bucket-key-enabled), as S3 shows them
 *            cairn-encryption      JSON: encrypted data key, nonce, encryption context
 *            cairn-encryption-tag  base64, of the whole body
 *
 * Keeping the length makes sizes and ranges those of the plain object. The price: only whole reads are authenticated
 * here, when they end; of a range the disk is trusted, as for any other object, and fsck compares what lies on it.
 * No client can write or see headers that begin with `cairn-`.
 */

/** What encrypts one object. */
export interface DataKey extends StoredDataKey {
  /** 32 bytes. */
  readonly plaintext: Uint8Array
}

/** A data key as it lies beside its object. */
export interface StoredDataKey {
  /** ARN of the KMS key. */
  readonly keyArn: string
  readonly context: EncryptionContext
  /** The data key, encrypted under the KMS key. */
  readonly blob: Uint8Array
  /** Whether the context names the bucket instead of the object. */
  readonly usesBucketKey: boolean
}

export const encryptionHeader = 'x-amz-server-side-encryption'
export const keyIdHeader = 'x-amz-server-side-encryption-aws-kms-key-id'
export const bucketKeyHeader = 'x-amz-server-side-encryption-bucket-key-enabled'
const sealedHeader = 'cairn-encryption'
const tagHeader = 'cairn-encryption-tag'

/** Never shown, and never carried over to another object. */
const ownHeaders: ReadonlySet<string> = new Set([
  encryptionHeader,
  keyIdHeader,
  bucketKeyHeader,
  sealedHeader,
  tagHeader,
])

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
/** GCM counts its blocks of 16 bytes from 2; the block before masks the tag. */
const firstBlock = 2
const blockBytes = 16

/** The data key of an object; `undefined` where it is not under a KMS key. */
export function dataKeyOf({ headers }: Pick<ObjectHead, 'headers'>): StoredDataKey | undefined {
  const sealed = readSealed(headers)
  if (sealed === undefined) return undefined
  return {
    keyArn: headers[keyIdHeader] ?? '',
    context: sealed.context,
    blob: Buffer.from(sealed.dataKey, 'base64'),
    usesBucketKey: headers[bucketKeyHeader] === 'true',
  }
}

/** An object's headers without what says how it is encrypted. */
export function withoutEncryption(headers: ObjectHead['headers']): ObjectHead['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)))
}

/** The headers under which something that follows can be encrypted with the same data key, e.g. of an upload. */
export function encryptionHeaders(key: StoredDataKey, nonce: Uint8Array): Readonly<Record<string, string>> {
  const sealed: Sealed = {
    dataKey: Buffer.from(key.blob).toString('base64'),
    nonce: Buffer.from(nonce).toString('base64'),
    context: key.context,
  }
  return {
    [encryptionHeader]: 'aws:kms',
    [keyIdHeader]: key.keyArn,
    ...(key.usesBucketKey && { [bucketKeyHeader]: 'true' }),
    [sealedHeader]: JSON.stringify(sealed),
  }
}

/** A put of which the store sees the encrypted body only. */
export function encryptedPut<Put extends Pick<PutVersion, 'headers' | 'body' | 'seal'>>(
  put: Put,
  key: DataKey,
  ids: { bytes(count: number): Uint8Array },
): Put {
  const nonce = ids.bytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key.plaintext, nonce)
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of put.body) yield cipher.update(chunk)
    cipher.final()
  }
  return {
    ...put,
    headers: { ...put.headers, ...encryptionHeaders(key, nonce) },
    body: body(),
    seal(sealed: SealedBody): ObjectSeal {
      const given = put.seal?.(sealed)
      return { ...given, headers: { ...given?.headers, [tagHeader]: cipher.getAuthTag().toString('base64') } }
    },
  }
}

/**
 * An open object as its readers see it. Reading it whole ends with Fault `object.not-authentic` when its bytes are not
 * those that were written.
 */
export function decryptedObject<Head extends ObjectHead>(
  object: OpenObject<Head>,
  plaintextKey: Uint8Array,
): OpenObject<Head> {
  const { head } = object
  const sealed = readSealed(head.headers)
  if (sealed === undefined) return object
  const nonce = Buffer.from(sealed.nonce, 'base64')
  return {
    ...object,
    read: (range) =>
      range === undefined
        ? decryptedWhole(object, plaintextKey, nonce)
        : decryptedRange(object, plaintextKey, nonce, range),
  }
}

async function* decryptedWhole(object: OpenObject, key: Uint8Array, nonce: Uint8Array): AsyncGenerator<Uint8Array> {
  const decipher = createDecipheriv(algorithm, key, nonce)
  const tag = Buffer.from(object.head.headers[tagHeader] ?? '', 'base64')
  if (tag.length !== tagBytes) throw notAuthentic(object)
  decipher.setAuthTag(tag)
  for await (const chunk of object.read()) yield decipher.update(chunk)
  try {
    decipher.final()
  } catch (cause) {
    throw notAuthentic(object, cause)
  }
}

function notAuthentic({ head }: OpenObject, cause?: unknown): Fault {
  return new Fault('object.not-authentic', 'encrypted object was changed', { key: head.key }, { cause })
}

async function* decryptedRange(
  object: OpenObject,
  key: Uint8Array,
  nonce: Uint8Array,
  { first, last }: ObjectRange,
): AsyncGenerator<Uint8Array> {
  const block = Math.floor(first / blockBytes)
  const counter = Buffer.alloc(blockBytes)
  counter.set(nonce)
  counter.writeUInt32BE(firstBlock + block, nonceBytes)
  const decipher = createDecipheriv('aes-256-ctr', key, counter)
  let ahead = first - block * blockBytes
  for await (const chunk of object.read({ first: block * blockBytes, last })) {
    const plain = decipher.update(chunk)
    yield plain.subarray(ahead)
    ahead = Math.max(0, ahead - plain.length)
  }
}

interface Sealed {
  readonly dataKey: string
  readonly nonce: string
  readonly context: EncryptionContext
}

function readSealed(headers: ObjectHead['headers']): Sealed | undefined {
  const text = headers[sealedHeader]
  return text === undefined ? undefined : (JSON.parse(text) as Sealed)
}
