import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Ids } from '../ports/ids.ts'

/** What callers bind to a ciphertext: not secret, and needed again to decrypt. */
export type EncryptionContext = Readonly<Record<string, string>>

/** What a ciphertext says of itself; nothing of it is proven before it is decrypted. */
export interface CiphertextHead {
  readonly account: string
  readonly keyId: string
  readonly materialId: string
}

/*
 * blob   = head salt[16] nonce[12] ciphertext tag[16]
 * head   = version[1] account[8] key-id[16] material-id[32]
 *
 * AES-256-GCM under a key of its own for each blob: HKDF-SHA-256 of the material with the blob's salt. So the random
 * nonces do not bound how often a material may encrypt. Head, the key's ARN and the encryption context are
 * authenticated: a blob neither moves to another key or region nor opens in another context.
 */
const version = 1
const headBytes = 1 + 8 + 16 + 32
const saltBytes = 16
const nonceBytes = 12
const tagBytes = 16

export function encryptBlob(options: {
  readonly head: CiphertextHead
  readonly arn: string
  readonly material: Uint8Array
  readonly plaintext: Uint8Array
  readonly context: EncryptionContext
  readonly ids: Ids
}): Uint8Array {
  const { arn, material, plaintext, context, ids } = options
  const head = writeHead(options.head)
  const salt = ids.bytes(saltBytes)
  const nonce = ids.bytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', blobKey(material, salt), nonce)
  cipher.setAAD(boundTo(head, arn, context))
  return Buffer.concat([head, salt, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The plaintext; `undefined` when blob, key or context is not the one it was encrypted with. */
export function decryptBlob(options: {
  readonly blob: Uint8Array
  readonly arn: string
  readonly material: Uint8Array
  readonly context: EncryptionContext
}): Uint8Array | undefined {
  const { blob, arn, material, context } = options
  const nonceAt = headBytes + saltBytes
  const bodyAt = nonceAt + nonceBytes
  const decipher = createDecipheriv(
    'aes-256-gcm',
    blobKey(material, blob.subarray(headBytes, nonceAt)),
    blob.subarray(nonceAt, bodyAt),
    { authTagLength: tagBytes },
  )
  decipher.setAAD(boundTo(blob.subarray(0, headBytes), arn, context))
  decipher.setAuthTag(blob.subarray(-tagBytes))
  const plaintext = decipher.update(blob.subarray(bodyAt, -tagBytes))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return plaintext
}

/** `undefined` when the bytes are no ciphertext of ours. */
export function readHead(blob: Uint8Array): CiphertextHead | undefined {
  if (blob.byteLength < headBytes + saltBytes + nonceBytes + tagBytes || blob[0] !== version) return undefined
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
  const account = String(bytes.readBigUInt64BE(1)).padStart(12, '0')
  if (account.length > 12) return undefined
  const id = bytes.toString('hex', 9, 25)
  const keyId = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-')
  return { account, keyId, materialId: bytes.toString('hex', 25, headBytes) }
}

function writeHead({ account, keyId, materialId }: CiphertextHead): Buffer {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(account))
  const head = Buffer.concat([
    Buffer.of(version),
    number,
    Buffer.from(keyId.replaceAll('-', ''), 'hex'),
    Buffer.from(materialId, 'hex'),
  ])
  if (head.byteLength !== headBytes) throw new TypeError(`no id of a key and its material: ${keyId}, ${materialId}`)
  return head
}

function blobKey(material: Uint8Array, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', material, salt, 'cairn-kms', 32))
}

/** The order of a context's members says nothing; JSON of its sorted members is one text for one context. */
function boundTo(head: Uint8Array, arn: string, context: EncryptionContext): Buffer {
  const members = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return Buffer.concat([head, Buffer.from(JSON.stringify([arn, members]))])
}
