import { closeSync, fstatSync, readSync, statSync } from 'node:fs'
import { Fault } from '../../fault.ts'
import { createFrameBlock, type FrameBlock, readAt, type SegmentFile } from './frame-block.ts'
import { frameHeadBytes, frameLength, isFrameIntact } from './frame-codec.ts'
import {
  commitHeadBytes,
  commitLength,
  decodeCommitHead,
  endMark,
  endMarkBytes,
  headerBytes,
  type SegmentHeader,
} from './segment-format.ts'

/**
 * Read and verified at once. A quarter of a sealed block: there is nothing to inflate, so what a sparse search pays for
 * each hit is the bytes around it.
 */
const blockBytes = 16 * 1024

/** Read at once while frames are counted: many small commits, or a part of a large one. */
const windowBytes = 128 * 1024

/**
 * Reads the file of a segment that is not sealed while the log writes it. What is durable never changes, and a commit
 * is durable as a whole: so everything up to the end of a durable position's commit can be read without a word to the
 * log. Positions asked for must be durable.
 *
 * Commits are walked once, as far as positions are asked for; one entry per 16 KiB is kept.
 */
export function createOpenFile(descriptor: number, path: string, header: SegmentHeader): SegmentFile {
  const offsets: number[] = []
  const ats: number[] = []
  /** Up to where commits are walked: a byte, and the offset that stands there. */
  let at = headerBytes
  let end = header.first
  const window = createWindow(descriptor)

  const walkTo = (position: number): void => {
    // Nothing is kept from the walk before: behind what was durable then, it may have read what was not written yet.
    window.clear()
    while (end <= position) {
      const head = decodeCommitHead(window.bytes(at, commitHeadBytes), 0, header.salt)
      if (head === undefined || head.first !== end) return
      let start = at + commitHeadBytes
      for (let offset = end; offset < end + head.frames; offset += 1) {
        if (start >= (ats.at(-1) ?? Number.NEGATIVE_INFINITY) + blockBytes) {
          offsets.push(offset)
          ats.push(start)
        }
        const frameHead = window.bytes(start, frameHeadBytes)
        if (frameHead.length < frameHeadBytes) throw damaged(start)
        start += frameLength(frameHead, 0)
      }
      if (start !== at + commitHeadBytes + head.bytes) throw damaged(at)
      at += commitLength(head)
      end += head.frames
    }
  }

  const damaged = (byte: number): Fault => {
    return new Fault('log.damaged', 'stored bytes do not match their checksum', { file: path, at: byte })
  }

  const read = (nth: number, until: number): FrameBlock => {
    const from = ats[nth] ?? 0
    const bytes = readAt(descriptor, from, until - from)
    const positions: number[] = []
    const starts: number[] = []
    const ends: number[] = []
    for (let start = 0; start + frameHeadBytes <= bytes.length; ) {
      if (bytes.readUInt32LE(start) === endMark) {
        start += endMarkBytes + commitHeadBytes
        continue
      }
      if (!isFrameIntact(bytes, start)) throw damaged(from + start)
      positions.push((offsets[nth] ?? 0) + positions.length)
      starts.push(start)
      start += frameLength(bytes, start)
      ends.push(start)
    }
    return createFrameBlock({ bytes, positions, starts, ends })
  }

  return {
    find(position) {
      if (position >= end) walkTo(position)
      if (position >= end) return undefined
      const nth = lastAtOrBefore(offsets, position)
      const until = ats[nth + 1] ?? at
      return {
        key: `open ${nth} ${until}`,
        until: Math.min(end, offsets[nth + 1] ?? end),
        content: { kind: 'plain', read: () => read(nth, until) },
      }
    },
    isStale: () => statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(descriptor).ino,
    close: () => closeSync(descriptor),
  }
}

/** Gives bytes of a file from a stretch that is read at once. They are good until the next call. */
function createWindow(descriptor: number): { bytes(at: number, length: number): Buffer; clear(): void } {
  const buffer = Buffer.allocUnsafeSlow(windowBytes)
  let start = 0
  let length = 0
  return {
    bytes(at, wanted) {
      if (at < start || at + wanted > start + length) {
        start = at
        length = readSync(descriptor, buffer, 0, windowBytes, at)
      }
      return buffer.subarray(at - start, Math.min(length, at - start + wanted))
    },
    clear() {
      length = 0
    },
  }
}

function lastAtOrBefore(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low - 1
}
