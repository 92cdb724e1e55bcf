import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { inOnePiece, statedBytes } from '../runtime/one-piece.ts'

/*
 * A gzip member (RFC 1952):
 *
 *     member  := 1f 8b 08 flags mtime[4] xfl os [extra] [name 00] [comment 00] [header crc[2]] deflate crc32[4] size[4]
 *
 * Readers of gzip go on with the member that follows, and many ignore what is no member. Both let bytes that were
 * never delivered stand behind those that were, so here the first member is read alone and what follows is told.
 */

export type FirstMember =
  | { readonly kind: 'read'; readonly content: Buffer<ArrayBuffer>; readonly hasMoreBytes: boolean }
  /** `problem` is put as words behind "it". */
  | { readonly kind: 'unreadable'; readonly problem: string }

const trailerBytes = 8

export const damaged = { kind: 'unreadable', problem: 'cannot be decompressed to its end' } as const
const notGzip = { kind: 'unreadable', problem: 'is not compressed with gzip' } as const

/** Reads a member that is known to be small. `undefined`: it is larger than `contentBytesMax` when decompressed. */
export function readFirstMember(bytes: Uint8Array, contentBytesMax: number): FirstMember | undefined {
  const start = headerBytes(bytes)
  if (start === undefined) return notGzip
  try {
    const size = Math.min(statedBytes(bytes), pieceBytesMax)
    const inflated: unknown = inflateRawSync(bytes.subarray(start), {
      info: true,
      ...inOnePiece(size, contentBytesMax),
    })
    const { buffer: content, engine } = inflated as { buffer: Buffer<ArrayBuffer>; engine: { bytesWritten: number } }
    const end = start + engine.bytesWritten
    const isWhole = isTrailer(bytes.subarray(end, end + trailerBytes), crc32(content), content.length)
    return isWhole ? { kind: 'read', content, hasMoreBytes: bytes.length > end + trailerBytes } : damaged
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? undefined : damaged
  }
}

/** A forged size must not make us ask for more at once. */
const pieceBytesMax = 16 * 1024 * 1024

export type HashedMember =
  | { readonly kind: 'read'; readonly sha256: string; readonly hasMoreBytes: boolean }
  | { readonly kind: 'unreadable'; readonly problem: string }

/** Headers are short; names in them are bounded by what is read of a file before it is inflated. */
const headerBytesMax = 64 * 1024

/** Hashes the first member of a file of any size, a piece at a time. */
export function hashFirstMember(path: string, fileBytes: number): Promise<HashedMember> {
  return hashMemberOf({
    size: fileBytes,
    async slice(from, to) {
      return Buffer.concat(await Array.fromAsync(createReadStream(path, { start: from, end: to - 1 })))
    },
    open: (from) => createReadStream(path, { start: from, highWaterMark: pieceBytes }),
  })
}

/** Hashes the first member of a file in memory, off the calling thread: its content may be large. */
export function hashMember(bytes: Uint8Array): Promise<HashedMember> {
  return hashMemberOf({
    size: bytes.length,
    slice: async (from, to) => bytes.subarray(from, to),
    open: (from) => Readable.from([bytes.subarray(from)]),
  })
}

/** Read and decompressed at once. */
const pieceBytes = 256 * 1024

/** What a member stands in. */
interface Source {
  readonly size: number
  /** Less where it ends before. */
  slice(from: number, to: number): Promise<Uint8Array>
  open(from: number): Readable
}

async function hashMemberOf(source: Source): Promise<HashedMember> {
  const start = headerBytes(await source.slice(0, headerBytesMax))
  if (start === undefined) return notGzip
  const inflate = createInflateRaw({ chunkSize: pieceBytes })
  const compressed = source.open(start)
  const sha256 = createHash('sha256')
  let checksum = 0
  let size = 0
  try {
    compressed.on('error', (cause) => inflate.destroy(cause))
    compressed.pipe(inflate)
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      sha256.update(piece)
      checksum = crc32(piece, checksum)
      size += piece.length
    }
  } catch {
    return damaged
  } finally {
    compressed.destroy()
    inflate.destroy()
  }
  const end = start + inflate.bytesWritten + trailerBytes
  if (!isTrailer(await source.slice(end - trailerBytes, end), checksum, size)) return damaged
  return { kind: 'read', sha256: sha256.digest('hex'), hasMoreBytes: source.size > end }
}

/** Hex. */
export function sha256Of(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}

function isTrailer(bytes: Uint8Array, checksum: number, size: number): boolean {
  if (bytes.length !== trailerBytes) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, trailerBytes)
  return view.getUint32(0, true) === checksum && view.getUint32(4, true) === size % 2 ** 32
}

const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 }

/** Where the compressed data begins; `undefined` for what is no gzip. */
function headerBytes(bytes: Uint8Array): number | undefined {
  const flags = bytes[3]
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8
  if (!isGzip || flags === undefined || (flags & flag.reserved) !== 0) return undefined
  let at = 10
  if (flags & flag.extra) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256
  for (const text of [flag.name, flag.comment]) {
    if ((flags & text) === 0) continue
    const end = bytes.indexOf(0, at)
    if (end === -1) return undefined
    at = end + 1
  }
  if (flags & flag.headerCrc) at += 2
  return at < bytes.length ? at : undefined
}
