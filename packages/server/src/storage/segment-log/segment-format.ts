import { crc32c } from '@cairn/aws-kit/checksum'
import { Fault } from '../../fault.ts'

/*
 * A segment file, `<first offset, 16 digits>.seg`. Numbers are little-endian; `f64` holds a safe integer.
 *
 *   open    = header commit*
 *   sealed  = header block* footer                     see sealed-segment.ts
 *
 *   header  = "CAIRNLOG" version:u16 kind:u8 0:u8 partition:u32 salt:u32 footer-bytes:u32 first:f64
 *             end:f64 footer-at:f64 newest-accepted-ms:f64 payload-bytes:f64 frames:u32 0:u32 0:u32 crc:u32
 *             The fields from `end` on and `footer-bytes` are 0 in an open segment, whose truth is its commits.
 *   kind    = 1 open | 2 sealed
 *   commit  = magic:u32 crc:u32 first:f64 newest-accepted-ms:f64 frames:u32 bytes:u32 payload-bytes:u32
 *             heads-crc:u32 frame* end-mark:u32
 *             `crc` is the CRC32C of the rest of the commit's head, begun with the salt of the segment, so that no
 *             payload can pose as a commit. `bytes` counts the frames'. `heads-crc` is the CRC32C of the frames'
 *             own heads (length and checksum, frame-codec.ts) in order: so every byte of a commit is covered, each
 *             frame can be verified alone, and a scan need not touch the payloads.
 *   end-mark is above any frame's length, and not zero: a commit never ends in bytes that a lost write leaves.
 *
 * One commit is written and synced before the next begins, so only the last one of the last segment can be torn.
 */

/** Version of the format this code writes; it reads this and older ones. */
export const formatVersion = 1
export const headerBytes = 80
export const commitHeadBytes = 40
export const endMark = 0xc0a1f0ed
export const endMarkBytes = 4

const headerMagic = Buffer.from('CAIRNLOG', 'latin1')
const commitMagic = 0xc5a11d0c
const commitMagicBytes = Buffer.from(new Uint32Array([commitMagic]).buffer)
const headerCrcAt = headerBytes - 4

export interface SegmentHeader {
  readonly kind: 'open' | 'sealed'
  readonly partition: number
  readonly salt: number
  readonly first: number
  /** Of a sealed segment; zeros for an open one. */
  readonly sealed: SealedSummary
}

export interface SealedSummary {
  readonly end: number
  readonly footerAt: number
  readonly footerBytes: number
  readonly newestAcceptedAtMs: number
  readonly payloadBytes: number
  readonly frames: number
}

export const notSealed: SealedSummary = {
  end: 0,
  footerAt: 0,
  footerBytes: 0,
  newestAcceptedAtMs: 0,
  payloadBytes: 0,
  frames: 0,
}

export interface CommitHead {
  readonly first: number
  readonly frames: number
  /** Bytes of the frames, without the commit's head and end mark. */
  readonly bytes: number
  readonly payloadBytes: number
  readonly newestAcceptedAtMs: number
  readonly headsCrc: number
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const target = Buffer.alloc(headerBytes)
  headerMagic.copy(target)
  target.writeUInt16LE(formatVersion, 8)
  target[10] = header.kind === 'open' ? 1 : 2
  target.writeUInt32LE(header.partition, 12)
  target.writeUInt32LE(header.salt, 16)
  target.writeUInt32LE(header.sealed.footerBytes, 20)
  target.writeDoubleLE(header.first, 24)
  target.writeDoubleLE(header.sealed.end, 32)
  target.writeDoubleLE(header.sealed.footerAt, 40)
  target.writeDoubleLE(header.sealed.newestAcceptedAtMs, 48)
  target.writeDoubleLE(header.sealed.payloadBytes, 56)
  target.writeUInt32LE(header.sealed.frames, 64)
  target.writeUInt32LE(crc32c(target, 0, headerCrcAt), headerCrcAt)
  return target
}

/**
 * Reads what `encodeHeader` wrote.
 *
 * @throws Fault `log.newer-format` when a newer version wrote the file, `log.damaged` when the header is not whole
 */
export function decodeHeader(source: Buffer, file: string): SegmentHeader {
  if (source.length >= 10 && source.subarray(0, 8).equals(headerMagic)) {
    const version = source.readUInt16LE(8)
    if (version > formatVersion) {
      throw new Fault('log.newer-format', 'segment was written by a newer version', { file, version, formatVersion })
    }
  }
  const isWhole = source.length >= headerBytes && crc32c(source, 0, headerCrcAt) === source.readUInt32LE(headerCrcAt)
  if (!isWhole || !source.subarray(0, 8).equals(headerMagic)) {
    throw new Fault('log.damaged', 'segment header does not match its checksum', { file, at: 0 })
  }
  return {
    kind: source[10] === 1 ? 'open' : 'sealed',
    partition: source.readUInt32LE(12),
    salt: source.readUInt32LE(16),
    first: source.readDoubleLE(24),
    sealed: {
      footerBytes: source.readUInt32LE(20),
      end: source.readDoubleLE(32),
      footerAt: source.readDoubleLE(40),
      newestAcceptedAtMs: source.readDoubleLE(48),
      payloadBytes: source.readDoubleLE(56),
      frames: source.readUInt32LE(64),
    },
  }
}

/** Writes the head of a commit to the first `commitHeadBytes` of `target`. */
export function encodeCommitHead(target: Buffer, salt: number, head: CommitHead): void {
  target.writeUInt32LE(commitMagic, 0)
  target.writeDoubleLE(head.first, 8)
  target.writeDoubleLE(head.newestAcceptedAtMs, 16)
  target.writeUInt32LE(head.frames, 24)
  target.writeUInt32LE(head.bytes, 28)
  target.writeUInt32LE(head.payloadBytes, 32)
  target.writeUInt32LE(head.headsCrc, 36)
  target.writeUInt32LE(crc32c(target, 8, commitHeadBytes, salt), 4)
}

/** The commit head at `at`, or `undefined` when there is none or it is not as it was written. */
export function decodeCommitHead(source: Buffer, at: number, salt: number): CommitHead | undefined {
  if (at + commitHeadBytes > source.length || source.readUInt32LE(at) !== commitMagic) return undefined
  if (crc32c(source, at + 8, at + commitHeadBytes, salt) !== source.readUInt32LE(at + 4)) return undefined
  return {
    first: source.readDoubleLE(at + 8),
    newestAcceptedAtMs: source.readDoubleLE(at + 16),
    frames: source.readUInt32LE(at + 24),
    bytes: source.readUInt32LE(at + 28),
    payloadBytes: source.readUInt32LE(at + 32),
    headsCrc: source.readUInt32LE(at + 36),
  }
}

/** Where in `source` the next valid commit head begins, at or behind `from`; -1 when there is none. */
export function findCommit(source: Buffer, from: number, salt: number): number {
  for (let at = source.indexOf(commitMagicBytes, from); at >= 0; at = source.indexOf(commitMagicBytes, at + 1)) {
    if (decodeCommitHead(source, at, salt) !== undefined) return at
  }
  return -1
}

/** Bytes a commit takes in the file. */
export function commitLength(head: CommitHead): number {
  return commitHeadBytes + head.bytes + endMarkBytes
}

export function segmentName(first: number): string {
  return `${String(first).padStart(16, '0')}.seg`
}

/** The first offset in a segment's name; `undefined` for other files. */
export function segmentFirst(name: string): number | undefined {
  return /^\d{16}\.seg$/.test(name) ? Number(name.slice(0, 16)) : undefined
}
