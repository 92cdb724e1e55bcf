import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Fault } from '../fault.ts'
import type { EncryptionContext } from '../kms/index.ts'
import type { ObjectHead, ObjectRange, ObjectSeal, OpenObject, PutVersion, SealedBody } from '../ports/object-store.ts'
import { createRangeProver, type ProofKey, readRangeProof } from './range-proof.ts'

/*
 * Objects under a KMS key. Each has a data key of its own, which lies beside it encrypted under the KMS key: without
 * that key nobody can read the object, whoever has the disk.
 *
 *   body     AES-256-GCM, as long as the plain body
 *   headers  x-amz-server-side-encryption(-aws-kms-key-id, -bucket-key-enabled), as S3 shows them
 *            cairn-encryption      JSON: encrypted data key, nonce, encryption context
 *            cairn-encryption-tag  base64, of the whole body
 *            cairn-encryption-ranges  hashes of its pieces, see range-proof.ts; absent from objects of older versions
 *
 * Keeping the length makes sizes and ranges those of the plain object. Whole reads are authenticated when they end,
 * ranges piece by piece before anything of a piece is given out. A range of an object without hashes is read with all
 * that is around it: its last bytes wait until the whole is found to be authentic.
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
const rangesHeader = 'cairn-encryption-ranges'

/** Never shown, and never carried over to another object. */
const ownHeaders: ReadonlySet<string> = new Set([
  encryptionHeader,
  keyIdHeader,
  bucketKeyHeader,
  sealedHeader,
  tagHeader,
  rangesHeader,
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
  const prover = createRangeProver()
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const chunk of put.body) {
      const encrypted = cipher.update(chunk)
      prover.update(encrypted)
      yield encrypted
    }
    cipher.final()
  }
  return {
    ...put,
    headers: { ...put.headers, ...encryptionHeaders(key, nonce) },
    body: body(),
    seal(sealed: SealedBody): ObjectSeal {
      const given = put.seal?.(sealed)
      const proofs = {
        [tagHeader]: cipher.getAuthTag().toString('base64'),
        [rangesHeader]: prover.proof({ dataKey: key.plaintext, nonce }),
      }
      return { ...given, headers: { ...given?.headers, ...proofs } }
    },
  }
}

/**
 * An open object as its readers see it. Reading it ends with Fault `object.not-authentic` when its bytes are not those
 * that were written.
 */
export function decryptedObject<Head extends ObjectHead>(
  object: OpenObject<Head>,
  plaintextKey: Uint8Array,
): OpenObject<Head> {
  const { head } = object
  const sealed = readSealed(head.headers)
  if (sealed === undefined) return object
  const key: ProofKey = { dataKey: plaintextKey, nonce: Buffer.from(sealed.nonce, 'base64') }
  return {
    ...object,
    read(range) {
      if (range === undefined) return decryptedWhole(object, key)
      const proof = head.headers[rangesHeader]
      return proof === undefined
        ? cutOut(decryptedWhole(object, key), range)
        : decryptedRange(object, key, proof, range)
    },
  }
}

async function* decryptedWhole(object: OpenObject, { dataKey, nonce }: ProofKey): AsyncGenerator<Uint8Array> {
  const decipher = createDecipheriv(algorithm, dataKey, nonce)
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

/** The range of a body that can only be believed when it ended: the last piece of the range waits for that. */
async function* cutOut(whole: AsyncIterable<Uint8Array>, { first, last }: ObjectRange): AsyncGenerator<Uint8Array> {
  let offset = 0
  let held: Uint8Array | undefined
  for await (const chunk of whole) {
    const part = chunk.subarray(Math.max(0, first - offset), Math.max(0, last + 1 - offset))
    offset += chunk.length
    if (part.length === 0) continue
    if (held !== undefined) yield held
    held = part
  }
  if (held !== undefined) yield held
}

/** Holds a piece at a time, at most 1/512 of the object or 64 KiB. */
async function* decryptedRange(
  object: OpenObject,
  key: ProofKey,
  proofText: string,
  range: ObjectRange,
): AsyncGenerator<Uint8Array> {
  const proof = readRangeProof(proofText, object.head.size, key)
  if (proof === undefined) throw notAuthentic(object)
  const covering = proof.covering(range)
  const decipher = decipherFrom(key, covering.first)
  let offset = covering.first
  for await (const piece of inPieces(object.read(covering), proof.pieceBytes)) {
    if (!proof.holds(piece, offset)) throw notAuthentic(object)
    const plain = decipher.update(piece)
    yield plain.subarray(Math.max(0, range.first - offset), range.last + 1 - offset)
    offset += piece.length
  }
  if (offset !== covering.last + 1) throw notAuthentic(object)
}

async function* inPieces(body: AsyncIterable<Uint8Array>, pieceBytes: number): AsyncGenerator<Uint8Array> {
  let chunks: Uint8Array[] = []
  let bytes = 0
  for await (let chunk of body) {
    while (bytes + chunk.length >= pieceBytes) {
      const rest = pieceBytes - bytes
      yield Buffer.concat([...chunks, chunk.subarray(0, rest)])
      chunk = chunk.subarray(rest)
      chunks = []
      bytes = 0
    }
    if (chunk.length === 0) continue
    chunks.push(chunk)
    bytes += chunk.length
  }
  if (bytes > 0) yield Buffer.concat(chunks)
}

/** Deciphers from an offset on that is a multiple of the cipher's block. */
function decipherFrom({ dataKey, nonce }: ProofKey, offset: number) {
  const counter = Buffer.alloc(blockBytes)
  counter.set(nonce)
  counter.writeUInt32BE(firstBlock + offset / blockBytes, nonceBytes)
  return createDecipheriv('aes-256-ctr', dataKey, counter)
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
