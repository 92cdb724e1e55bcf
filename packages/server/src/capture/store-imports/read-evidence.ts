import { digestContent, nameOfKey, ownSignature, parseDigestName, type SeenDigest } from '@cairn/core/digest'
import type { ObjectHead, ObjectStore } from '../../ports/object-store.ts'
import { type HashedMember, hashMember, type PublicKeys, readFirstMember, sha256Of } from '../../proofs/index.ts'

/** Log files and digests have some megabytes; nobody delivers one beyond this. */
const objectBytesMax = 64 * 1024 * 1024

/** An hour's digest lists some thousand files in a few hundred bytes each. */
const digestBytesMax = 64 * 1024 * 1024

export interface ReadObject {
  readonly head: ObjectHead
  /** Absent for what is too large to be a log file. */
  readonly bytes?: Buffer
}

/** Reads an object whole; `undefined` when there is none. */
export async function readObject(objects: ObjectStore, bucket: string, key: string): Promise<ReadObject | undefined> {
  const opened = await objects.open(bucket, key)
  if (opened === undefined) return undefined
  if (opened.head.size > objectBytesMax) {
    await opened.close()
    return { head: opened.head }
  }
  return { head: opened.head, bytes: Buffer.concat(await Array.fromAsync(opened.read())) }
}

const tooLarge = { kind: 'unreadable', problem: 'is too large for a log file' } as const

/** What a log file holds. */
export async function hashObject({ bytes }: ReadObject): Promise<HashedMember> {
  return bytes === undefined ? tooLarge : hashMember(bytes)
}

/** A digest as it lies in a bucket, judged by nobody yet; `undefined` when its name is none of a digest. */
export function seeDigest(bucket: string, object: ReadObject, keys: PublicKeys): SeenDigest | undefined {
  const { key, headers } = object.head
  const name = parseDigestName(nameOfKey(key))
  if (name === undefined) return undefined
  const content = contentOf(object)
  const verdict = (signature: string) =>
    content.kind === 'read' ? keys.check(content.digest, content.sha256, signature) : 'invalid'
  const metadata = {
    signature: headers['x-amz-meta-signature'],
    'signature-algorithm': headers['x-amz-meta-signature-algorithm'],
  }
  return { name, key, bucket, place: `s3://${bucket}/${key}`, content, own: ownSignature(metadata, verdict) }
}

function contentOf({ bytes }: ReadObject): SeenDigest['content'] {
  const member = bytes && readFirstMember(bytes, digestBytesMax)
  if (member === undefined) return { kind: 'unreadable', problem: 'is too large for a digest' }
  if (member.kind === 'unreadable') return member
  const { content, hasMoreBytes } = member
  return digestContent({ kind: 'read', sha256: sha256Of(content), hasMoreBytes }, content.toString())
}
