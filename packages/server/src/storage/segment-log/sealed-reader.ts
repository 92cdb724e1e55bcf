import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { constants, zstdDecompressSync } from 'node:zlib'
import type { Position, StoredFrame } from '../../ports/event-log.ts'
import { errorCode } from './disk.ts'
import { decodeFrame, frameHeadBytes, frameLength } from './frame-codec.ts'
import { decodeBlock, decodeFooter, type Footer, noBlock } from './sealed-format.ts'
import { decodeHeader, headerBytes, type SegmentHeader, segmentFirst } from './segment-format.ts'

/**
 * Reads sealed segments beside the log, from a worker that must not ask the main thread for every event. Sealed files
 * never change, so no lock is needed; it blocks its own thread only. What is not sealed yet it does not know.
 */
export interface SealedReader {
  /** The block that holds `position`; `undefined` when that is in no sealed segment. */
  blockAt(position: number): SealedBlock | undefined
  /** Learns of segments that were sealed or removed since. Call it before a number of reads. */
  refresh(): void
  close(): void
}

/** Frames that were compressed together, in position order. */
export interface SealedBlock {
  /** Frames with their heads; a search for bytes may go through all of it. */
  readonly bytes: Buffer
  readonly positions: readonly number[]
  /** Where the frame of the same index starts and ends in `bytes`. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  frame(index: number): StoredFrame
}

interface OpenFile {
  readonly file: string
  readonly descriptor: number
  readonly header: SegmentHeader
  readonly footer: Footer
}

/** Files kept open. Enough for a page of hits spread over a year; the least recently used is closed. */
const filesMax = 64

export function createSealedReader(directory: string, cacheBytesMax: number): SealedReader {
  const listing = createListing(directory)
  const files = new Map<string, OpenFile>()
  /** Segments that were found not sealed, until the directory changes: sealing replaces the file. */
  const unsealed = new Set<string>()
  const blocks = new Map<string, SealedBlock>()
  let cachedBytes = 0

  const open = (name: string): OpenFile | undefined => {
    const known = files.get(name)
    if (known !== undefined) {
      files.delete(name)
      files.set(name, known)
      return known
    }
    const opened = unsealed.has(name) ? undefined : openSealed(`${directory}/${name}`)
    if (opened === undefined) {
      unsealed.add(name)
      return undefined
    }
    files.set(name, opened)
    const [oldest, ...others] = files.entries()
    if (oldest !== undefined && others.length >= filesMax) {
      closeSync(oldest[1].descriptor)
      files.delete(oldest[0])
    }
    return opened
  }

  const load = (file: OpenFile, nth: number): SealedBlock | undefined => {
    const key = `${file.file} ${nth}`
    const known = blocks.get(key)
    blocks.delete(key)
    const block = known ?? readBlock(file, nth)
    if (block === undefined) return undefined
    blocks.set(key, block)
    if (known === undefined) cachedBytes += block.bytes.length
    for (const [oldest, { bytes }] of blocks) {
      if (cachedBytes <= cacheBytesMax) break
      blocks.delete(oldest)
      cachedBytes -= bytes.length
    }
    return block
  }

  return {
    blockAt(position) {
      const name = listing.holderOf(position)
      const file = name === undefined ? undefined : open(name)
      if (file === undefined || position >= file.header.sealed.end) return undefined
      const delta = position - file.header.first
      const nth = file.footer.runBlocks[runOf(file.footer.runDeltas, delta)]
      return nth === undefined || nth === noBlock ? undefined : load(file, nth)
    },
    refresh() {
      if (!listing.refresh()) return
      unsealed.clear()
      for (const [name, { descriptor }] of files) {
        if (listing.has(name)) continue
        closeSync(descriptor)
        files.delete(name)
      }
    },
    close() {
      for (const { descriptor } of files.values()) closeSync(descriptor)
      files.clear()
      blocks.clear()
    },
  }
}

/** Names of the segments, read again when the directory changed. */
function createListing(directory: string): {
  /** Whether there was a change. */
  refresh(): boolean
  has(name: string): boolean
  holderOf(position: number): string | undefined
} {
  let readAtMs = -1
  let names: readonly string[] = []
  let firsts: readonly number[] = []
  const refresh = (): boolean => {
    const { mtimeMs } = statSync(directory)
    if (mtimeMs === readAtMs) return false
    names = readdirSync(directory)
      .filter((name) => segmentFirst(name) !== undefined)
      .sort()
    firsts = names.map((name) => segmentFirst(name) ?? 0)
    readAtMs = mtimeMs
    return true
  }
  refresh()
  return {
    refresh,
    has: (name) => names.includes(name),
    holderOf(position) {
      let low = 0
      let high = firsts.length
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((firsts[middle] ?? 0) <= position) low = middle + 1
        else high = middle
      }
      return names[low - 1]
    },
  }
}

/** `undefined` when the segment is not sealed, or retention removed it meanwhile. @throws Fault `log.damaged` */
function openSealed(path: string): OpenFile | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const header = decodeHeader(readAt(descriptor, 0, headerBytes), path)
    if (header.kind === 'sealed') {
      const { footerAt, footerBytes } = header.sealed
      const footer = decodeFooter(readAt(descriptor, footerAt, footerBytes), path, footerAt)
      return { file: path, descriptor, header, footer }
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  closeSync(descriptor)
  return undefined
}

function readAt(descriptor: number, at: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length)
  const count = readSync(descriptor, buffer, 0, length, at)
  return buffer.subarray(0, count)
}

/** The block's own checksum covers its frames, so theirs need not be looked at again. */
function readBlock({ file, descriptor, header, footer }: OpenFile, nth: number): SealedBlock | undefined {
  const place = footer.blocks[nth]
  if (place === undefined) return undefined
  const { stored } = decodeBlock(readAt(descriptor, place.at, place.bytes), file, place.at)
  // One chunk of the size it will have: growing step by step takes twice as long.
  const size = Math.max(constants.Z_MIN_CHUNK, place.rawBytes)
  const bytes = zstdDecompressSync(stored, { maxOutputLength: size, chunkSize: size })
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

/** Index of the run that holds `delta`. */
function runOf(runDeltas: Uint32Array, delta: number): number {
  let low = 0
  let high = runDeltas.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((runDeltas[middle] ?? 0) <= delta) low = middle + 1
    else high = middle
  }
  return low - 1
}
