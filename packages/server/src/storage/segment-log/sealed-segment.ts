import { Fault } from '../../fault.ts'
import type { Position, StoredFrame } from '../../ports/event-log.ts'
import type { BlockCache } from './block-cache.ts'
import type { Compression } from './compression.ts'
import { type Disk, readRange } from './disk.ts'
import { decodeFrame, frameLength, isFrameIntact } from './frame-codec.ts'
import { decodeBlock, decodeFooter, type Footer, noBlock } from './sealed-format.ts'
import type { Segment } from './segment.ts'
import type { SegmentHeader } from './segment-format.ts'

export interface SealedSegmentOptions {
  readonly disk: Disk
  readonly directory: string
  readonly name: string
  readonly header: SegmentHeader
  readonly diskBytes: number
  readonly cache: BlockCache
  readonly compression: Compression
}

/** The frames of one inflated block; `starts[n]` is where the frame `deltas[n]` starts in `bytes`. */
export interface Block {
  readonly account: string
  readonly bytes: Buffer
  readonly deltas: readonly number[]
  readonly starts: readonly number[]
  readonly cachedBytes: number
}

/** A segment that will not change: compressed blocks of one account each, found through the footer. */
export class SealedSegment implements Segment {
  readonly name: string
  readonly first: number
  readonly end: number
  readonly frames: number
  readonly payloadBytes: number
  readonly diskBytes: number
  readonly newestAcceptedAtMs: number
  readonly #options: SealedSegmentOptions

  constructor(options: SealedSegmentOptions) {
    this.name = options.name
    this.first = options.header.first
    const { end, frames, payloadBytes, newestAcceptedAtMs } = options.header.sealed
    this.end = end
    this.frames = frames
    this.payloadBytes = payloadBytes
    this.newestAcceptedAtMs = newestAcceptedAtMs
    this.diskBytes = options.diskBytes
    this.#options = options
  }

  async read(from: number, bytesMax: number): Promise<StoredFrame[]> {
    const footer = await this.footer()
    const batch: StoredFrame[] = []
    let payloadBytes = 0
    let delta = Math.max(0, from - this.first)
    for (let run = findRun(footer.runDeltas, delta); run < footer.runDeltas.length; run++) {
      delta = Math.max(delta, footer.runDeltas[run] as number)
      const runEnd = footer.runDeltas[run + 1] ?? delta
      const block = footer.runBlocks[run] as number
      if (block === noBlock) break
      // A damaged block ends the batch before it, and is an error only to a batch that begins in it.
      const loading = this.block(footer, block)
      const loaded = await (batch.length === 0 ? loading : loading.catch(() => undefined))
      if (loaded === undefined) return batch
      for (let nth = findDelta(loaded.deltas, delta); (loaded.deltas[nth] ?? runEnd) < runEnd; nth++) {
        const frame = this.#frame(loaded, nth)
        if (batch.length > 0 && payloadBytes + frame.bytes.length > bytesMax) return batch
        batch.push(frame)
        payloadBytes += frame.bytes.length
      }
    }
    return batch
  }

  async fetch(offsets: readonly number[]): Promise<StoredFrame[]> {
    const footer = await this.footer()
    return Promise.all(
      offsets.map(async (offset) => {
        const delta = offset - this.first
        const loaded = await this.block(footer, footer.runBlocks[findRun(footer.runDeltas, delta)] ?? noBlock)
        const nth = findDelta(loaded.deltas, delta)
        if (loaded.deltas[nth] === delta) return this.#frame(loaded, nth)
        throw new Fault('log.damaged', 'footer does not lead to the frame', { file: this.name, at: 0, offset })
      }),
    )
  }

  /** @throws Fault `log.damaged` */
  footer(): Promise<Footer> {
    const { header, name, cache } = this.#options
    const { footerAt, footerBytes } = header.sealed
    return cache.get(`${name} footer`, async () => {
      return decodeFooter(await this.#readRange(footerAt, footerAt + footerBytes), name, footerAt)
    })
  }

  /**
   * One inflated block, every frame verified.
   *
   * @throws Fault `log.damaged`
   */
  block(footer: Footer, nth: number): Promise<Block> {
    const { name, cache, compression } = this.#options
    return cache.get(`${name} ${nth}`, async () => {
      const place = footer.blocks[nth]
      if (place === undefined)
        throw new Fault('log.damaged', 'footer names a block that does not exist', { file: name })
      const source = await this.#readRange(place.at, place.at + place.bytes)
      const { account, stored } = decodeBlock(source, name, place.at)
      const bytes = await compression.inflate(stored, place.rawBytes)
      return parseBlock(account, bytes, name, place.at)
    })
  }

  async close(): Promise<void> {}

  #frame(block: Block, nth: number): StoredFrame {
    const offset = this.first + (block.deltas[nth] as number)
    return decodeFrame(block.bytes, block.starts[nth] as number, offset as Position)
  }

  async #readRange(start: number, end: number): Promise<Buffer> {
    const { disk, directory, name } = this.#options
    const file = await disk.open(`${directory}/${name}`, 'read')
    try {
      return await readRange(file, start, end)
    } finally {
      await file.close()
    }
  }
}

function parseBlock(account: string, bytes: Buffer, file: string, at: number): Block {
  const deltas: number[] = []
  const starts: number[] = []
  for (let next = 0; next < bytes.length; ) {
    const start = next + 4
    if (!isFrameIntact(bytes, start)) throw new Fault('log.damaged', 'frame in a block is damaged', { file, at })
    deltas.push(bytes.readUInt32LE(next))
    starts.push(start)
    next = start + frameLength(bytes, start)
  }
  // Two small numbers a frame, in arrays.
  return { account, bytes, deltas, starts, cachedBytes: bytes.length + deltas.length * 16 }
}

/** Index of the run that holds `delta`; 0 for one before the first. */
export function findRun(runDeltas: Uint32Array, delta: number): number {
  return Math.max(0, firstAbove(runDeltas, delta) - 1)
}

/** Index of the first frame at or behind `delta`. */
function findDelta(deltas: readonly number[], delta: number): number {
  return firstAbove(deltas, delta - 1)
}

function firstAbove(sorted: ArrayLike<number>, limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) > limit) high = middle
    else low = middle + 1
  }
  return low
}
