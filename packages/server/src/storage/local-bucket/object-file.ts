import { crc32 } from 'node:zlib'
import { Fault } from '../../fault.ts'
import { type DiskFile, errorCode, openFile, readRange } from '../disk/index.ts'

/*
 * One file per version of an object, so that one rename decides about body and head together:
 *
 *   file   = body head footer
 *   head   = JSON (StoredHead), UTF-8
 *   footer = head length (u32) | CRC-32 of head (u32) | body size (u64) | format version (u32) | "CBOB"
 *
 * Integers are little-endian. The head comes last because ETag, size and checksums are known only when the body has
 * streamed through; the body comes first so that a range of the object is the same range of the file. A head in a
 * file of its own would need two renames, and a crash between them shows new bytes under an old ETag.
 */

export const objectFormat = 1
const magic = 0x424f_4243
const footerBytes = 24
/** One read gets the footer and nearly every head: user metadata is at most 2 KB. */
const tailBytes = 4096
/** Metadata, key and attributes are bounded far below this; a longer head is damage. */
const headBytesMax = 256 * 1024

export interface StoredHead {
  readonly key: string
  /** Grows with each write of a key: order and identity of its versions. */
  readonly seq: number
  readonly versionId: string
  readonly deleteMarker?: true
  readonly etag: string
  /** Hex, of the body: what fsck compares. */
  readonly md5: string
  readonly lastModifiedMs: number
  readonly headers: Readonly<Record<string, string>>
  readonly writtenBy?: string
  /** As written; a file beside this one replaces them. */
  readonly attributes?: Readonly<Record<string, string>>
}

export function encodeTail(head: StoredHead, bodyBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(head), 'utf8')
  const footer = Buffer.alloc(footerBytes)
  footer.writeUInt32LE(json.length, 0)
  footer.writeUInt32LE(crc32(json), 4)
  footer.writeBigUInt64LE(BigInt(bodyBytes), 8)
  footer.writeUInt32LE(objectFormat, 16)
  footer.writeUInt32LE(magic, 20)
  return Buffer.concat([json, footer])
}

export interface ReadHead {
  readonly head: StoredHead
  readonly size: number
}

/** @throws Fault `object.damaged` when the end of the file is not what was written, `object.format-newer` */
export async function readTail(file: DiskFile, path: string): Promise<ReadHead> {
  const fileBytes = await file.size()
  const tail = await readRange(file, Math.max(0, fileBytes - tailBytes), fileBytes)
  if (tail.length < footerBytes) throw damaged(path, 'too short')
  const footer = tail.subarray(tail.length - footerBytes)
  if (footer.readUInt32LE(20) !== magic) throw damaged(path, 'no footer')
  const version = footer.readUInt32LE(16)
  if (version > objectFormat) {
    throw new Fault('object.format-newer', 'object written by a newer version', { path, version, known: objectFormat })
  }
  const headBytes = footer.readUInt32LE(0)
  const size = Number(footer.readBigUInt64LE(8))
  if (headBytes > headBytesMax || size + headBytes + footerBytes !== fileBytes) throw damaged(path, 'sizes disagree')
  const inTail = tail.length - footerBytes - headBytes
  const json = inTail >= 0 ? tail.subarray(inTail, inTail + headBytes) : await readRange(file, size, size + headBytes)
  if (crc32(json) !== footer.readUInt32LE(4)) throw damaged(path, 'checksum of the head')
  return { head: JSON.parse(json.toString('utf8')), size }
}

/** Opens and reads the head; `undefined` when there is no such file. */
export async function readHeadAt(path: string): Promise<ReadHead | undefined> {
  const file = await openIfPresent(path)
  if (!file) return undefined
  try {
    return await readTail(file, path)
  } finally {
    await file.close()
  }
}

export async function openIfPresent(path: string): Promise<DiskFile | undefined> {
  try {
    return await openFile(path, 'read')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

function damaged(path: string, what: string): Fault {
  return new Fault('object.damaged', 'object file does not end as it was written', { path, what })
}
