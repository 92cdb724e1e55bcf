import { closeSync } from 'node:fs'
import { constants, zstdDecompressSync } from 'node:zlib'
import { Fault } from '../../fault.ts'
import type { Position } from '../../ports/event-log.ts'
import { type FrameBlock, glanceAt, readAt, type SegmentFile } from './frame-block.ts'
import { decodeFrame, frameHeadBytes, frameLength } from './frame-codec.ts'
import { decodeBlock, decodeFooter, noBlock } from './sealed-format.ts'
import { findRun } from './sealed-segment.ts'
import type { SegmentHeader } from './segment-format.ts'

/**
 * Reads the file of a sealed segment. Such files never change and are never replaced, only removed.
 *
 * @throws Fault `log.damaged`
 */
export function createSealedFile(descriptor: number, path: string, header: SegmentHeader): SegmentFile {
  const { footerAt, footerBytes, end } = header.sealed
  const footer = decodeFooter(readAt(descriptor, footerAt, footerBytes), path, footerAt)

  /** The block's own checksum covers its frames, so theirs need not be looked at again. */
  const read = (nth: number): FrameBlock => {
    const place = footer.blocks[nth]
    if (place === undefined) throw new Fault('log.damaged', 'footer names a block that does not exist', { file: path })
    const { stored } = decodeBlock(glanceAt(descriptor, place.at, place.bytes), path, place.at)
    // One chunk of the size it will have: growing step by step takes twice as long, and a chunk that is filled to its
    // last byte is followed by another.
    const chunkSize = Math.max(constants.Z_MIN_CHUNK, place.rawBytes + 1)
    const bytes = zstdDecompressSync(stored, { maxOutputLength: chunkSize, chunkSize })
    const positions: number[] = []
    const starts: number[] = []
    const ends: number[] = []
    for (let next = 0; next + 4 + frameHeadBytes <= bytes.length; ) {
      const start = next + 4
      positions.push(header.first + bytes.readUInt32LE(next))
      starts.push(start)
      next = start + frameLength(bytes, start)
      ends.push(next)
    }
    return {
      bytes,
      positions,
      starts,
      ends,
      frame: (index) => decodeFrame(bytes, starts[index] ?? 0, (positions[index] ?? 0) as Position),
    }
  }

  return {
    find(position) {
      const nth = position < end ? footer.runBlocks[findRun(footer.runDeltas, position - header.first)] : undefined
      return nth === undefined || nth === noBlock ? undefined : { key: `sealed ${nth}`, read: () => read(nth) }
    },
    isStale: () => false,
    close: () => closeSync(descriptor),
  }
}
