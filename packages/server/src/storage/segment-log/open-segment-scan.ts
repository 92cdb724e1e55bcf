import { crc32c } from '@cairn/aws-kit/checksum'
import { type DiskFile, readRange } from '../disk/index.ts'
import { frameHeadBytes, frameLength, isFrameIntact } from './frame-codec.ts'
import { createOffsetIndex, type OffsetIndex } from './offset-index.ts'
import {
  type CommitHead,
  commitHeadBytes,
  commitLength,
  decodeCommitHead,
  endMark,
  findCommit,
  headerBytes,
  type SegmentHeader,
} from './segment-format.ts'

/**
 * How the scan of an open segment ended: at the end of the file, or of what was written of it (see preallocation.ts);
 * at a commit that was being written when the machine or the process stopped and was never acknowledged; or at bytes
 * that were once whole.
 */
export type ScanEnd =
  | { readonly kind: 'clean' }
  | { readonly kind: 'torn'; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly at: number; readonly what: string }

export interface Scan {
  /** Byte behind the last whole commit. */
  readonly durableAt: number
  /** Offset behind the last whole commit. */
  readonly end: number
  readonly frames: number
  readonly payloadBytes: number
  readonly newestAcceptedAtMs: number
  readonly index: OffsetIndex
  readonly outcome: ScanEnd
}

export interface ScanOptions {
  /** Verify every frame, not only those of the last commit: all others were whole once, and reading verifies them. */
  readonly everyFrame: boolean
  /** Told of frames whose bytes are not what was written. */
  readonly damagedFrame: (offset: number, at: number) => void
}

// Large enough that a segment of one-event commits is read in a hundred calls.
const windowBytes = 1024 * 1024
const sectorBytes = 512

/** Reads an open segment from its header to its last whole commit and judges what comes behind it. */
export async function scanOpenSegment(file: DiskFile, header: SegmentHeader, options: ScanOptions): Promise<Scan> {
  const size = await file.size()
  const index = createOffsetIndex()
  let window: Window = { start: 0, bytes: Buffer.alloc(0) }
  let at = headerBytes
  let end = header.first
  let frames = 0
  let payloadBytes = 0
  let newestAcceptedAtMs = 0

  const finish = (outcome: ScanEnd): Scan => {
    return { durableAt: at, end, frames, payloadBytes, newestAcceptedAtMs, index, outcome }
  }

  while (at < size) {
    window = await cover(file, window, at, Math.min(size, at + commitHeadBytes), size)
    const head = decodeCommitHead(window.bytes, at - window.start, header.salt)
    if (head === undefined) return finish(await judge(file, at, Math.min(size, at + commitHeadBytes), size, header))
    if (head.first !== end) return finish({ kind: 'damaged', at, what: 'commit does not follow the one before' })
    const next = at + commitLength(head)
    if (next > size) return finish({ kind: 'torn', bytes: size - at })
    window = await cover(file, window, at, next, size)
    const starts = frameStarts(window.bytes, at - window.start, head)
    if (starts === undefined) return finish(await judge(file, at, next, size, header))
    const isLast = next === size || (await isLastCommit(file, next, size, header))
    if (isLast || options.everyFrame) {
      const damaged = starts.flatMap((start, nth) => (isFrameIntact(window.bytes, start) ? [] : [{ start, nth }]))
      if (damaged.length > 0 && isLast) {
        const outcome = await judge(file, at, next, size, header)
        if (outcome.kind === 'torn') return finish(outcome)
      }
      // A payload damaged after its acknowledgement spoils neither its neighbours nor the chain of commits.
      for (const { start, nth } of damaged) options.damagedFrame(head.first + nth, window.start + start)
    }
    for (const [nth, start] of starts.entries()) index.note(head.first + nth, window.start + start)
    frames += head.frames
    payloadBytes += head.payloadBytes
    newestAcceptedAtMs = Math.max(newestAcceptedAtMs, head.newestAcceptedAtMs)
    end = head.first + head.frames
    at = next
  }
  return finish({ kind: 'clean' })
}

interface Window {
  readonly start: number
  readonly bytes: Buffer
}

/** A window that holds `[start, end)`; read anew when the present one does not. */
async function cover(file: DiskFile, window: Window, start: number, end: number, size: number): Promise<Window> {
  if (start >= window.start && end <= window.start + window.bytes.length) return window
  return { start, bytes: await readRange(file, start, Math.min(size, Math.max(end, start + windowBytes))) }
}

/** Where the frames of a commit start in `bytes`; `undefined` when their heads are not those that were written. */
function frameStarts(bytes: Buffer, at: number, head: CommitHead): number[] | undefined {
  const stop = at + commitHeadBytes + head.bytes
  const starts: number[] = []
  let crc = 0
  let start = at + commitHeadBytes
  while (start + frameHeadBytes <= stop && starts.length < head.frames) {
    starts.push(start)
    crc = crc32c(bytes, start, start + frameHeadBytes, crc)
    start += frameLength(bytes, start)
  }
  const isWhole = start === stop && starts.length === head.frames && crc === head.headsCrc
  return isWhole && bytes.readUInt32LE(stop) === endMark ? starts : undefined
}

/** Whether nothing that was ever a commit follows at `at`. */
async function isLastCommit(file: DiskFile, at: number, size: number, header: SegmentHeader): Promise<boolean> {
  const next = await readRange(file, at, Math.min(size, at + commitHeadBytes))
  return decodeCommitHead(next, 0, header.salt) === undefined
}

/**
 * Tells a torn commit from a damaged one. `[at, end)` is what failed its check and `size` the end of the file.
 *
 * A commit is written into space that was never written before or holds zeros, and nothing follows it before it is
 * synced. So it may be torn only if no commit follows, and then some sector of it was never written: the file ends
 * early, or the sector's part of the commit is zero, which no commit contains in full sectors. Anything else was
 * durable once. Where nothing but zeros follows, no commit was begun.
 */
async function judge(file: DiskFile, at: number, end: number, size: number, header: SegmentHeader): Promise<ScanEnd> {
  const rest = await readRange(file, at, size)
  if (isZero(rest)) return { kind: 'clean' }
  if (findCommit(rest, 1, header.salt) >= 0) return { kind: 'damaged', at, what: 'commit followed by whole ones' }
  if (size - at < commitHeadBytes || hasUnwrittenSector(rest.subarray(0, end - at), at))
    return { kind: 'torn', bytes: size - at }
  return { kind: 'damaged', at, what: 'commit does not match its checksum' }
}

function hasUnwrittenSector(bytes: Buffer, at: number): boolean {
  for (let start = 0; start < bytes.length; ) {
    const stop = Math.min(bytes.length, start + sectorBytes - ((at + start) % sectorBytes))
    if (isZero(bytes.subarray(start, stop))) return true
    start = stop
  }
  return false
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}
