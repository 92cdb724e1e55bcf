import { closeSync } from 'node:fs'
import { Fault } from '../../fault.ts'
import {
  type BlockContent,
  createFrameBlock,
  type FrameBlock,
  glanceAt,
  readAt,
  type SegmentFile,
} from './frame-block.ts'
import { frameHeadBytes, frameLength } from './frame-codec.ts'
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

  const contentOf = (nth: number): BlockContent => {
    const place = footer.blocks[nth]
    if (place === undefined) throw new Fault('log.damaged', 'footer names a block that does not exist', { file: path })
    return {
      kind: 'packed',
      rawBytes: place.rawBytes,
      stored: () => decodeBlock(glanceAt(descriptor, place.at, place.bytes), path, place.at).stored,
      unpacked: (bytes) => framesOf(bytes, header.first),
    }
  }

  return {
    find(position) {
      if (position >= end) return undefined
      const run = findRun(footer.runDeltas, position - header.first)
      const nth = footer.runBlocks[run]
      if (nth === undefined || nth === noBlock) return undefined
      const until = header.first + (footer.runDeltas[run + 1] ?? 0)
      return { key: `sealed ${nth}`, until, content: contentOf(nth) }
    },
    isStale: () => false,
    close: () => closeSync(descriptor),
  }
}

/** The block's own checksum covers its frames, so theirs need not be looked at again. */
function framesOf(bytes: Buffer, first: number): FrameBlock {
  const positions: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  for (let next = 0; next + 4 + frameHeadBytes <= bytes.length; ) {
    const start = next + 4
    positions.push(first + bytes.readUInt32LE(next))
    starts.push(start)
    next = start + frameLength(bytes, start)
    ends.push(next)
  }
  return createFrameBlock({ bytes, positions, starts, ends })
}
