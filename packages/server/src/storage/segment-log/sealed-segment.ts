import { Fault } from '../../fault.ts'
import type { Position, StoredFrame } from '../../ports/event-log.ts'
import { type Disk, readRange } from '../disk/index.ts'
import type { BlockCache } from './block-cache.ts'
import type { Compression } from './compression.ts'
import { decodeFrame, frameLength, isFrameWhole } from './frame-codec.ts'
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

  get writtenBytes(): number {
    return this.diskBytes
  }

  async read(from: number, bytesMax: number): Promise<StoredFrame[]> {
    const footer = await this.footer()
    const batch: StoredFrame[] = []
    let payloadBytes = 0
    let delta = Math.max(0, from - this.first)
    this.#loadAhead(footer, blocksOf(footer, delta, bytesMax))
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
    const blockOf = (offset: number) => footer.runBlocks[findRun(footer.runDeltas, offset - this.first)] ?? noBlock
    const blocks = [...new Set(offsets.map(blockOf))].sort((left, right) => left - right)
    for (const stretch of stretches(blocks)) this.#loadAhead(footer, stretch)
    return Promise.all(
      offsets.map(async (offset) => {
        const delta = offset - this.first
        const loaded = await this.block(footer, blockOf(offset))
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
   * One inflated block, which its checksum vouches for.
   *
   * @throws Fault `log.damaged`
   */
  block(footer: Footer, nth: number): Promise<Block> {
    return this.#options.cache.get(this.#blockKey(nth), () => this.#loadBlock(footer, nth))
  }

  #blockKey(nth: number): string {
    return `${this.name} ${nth}`
  }

  async #loadBlock(footer: Footer, nth: number): Promise<Block> {
    const { name, compression } = this.#options
    const place = footer.blocks[nth]
    if (place === undefined) throw new Fault('log.damaged', 'footer names a block that does not exist', { file: name })
    const source = await this.#readRange(place.at, place.at + place.bytes)
    const { account, stored } = decodeBlock(source, name, place.at)
    const bytes = await compression.inflate(stored, place.rawBytes)
    return parseBlock(account, bytes, name, place.at)
  }

  /**
   * Begins to load what lies together, by one read and a few calls of the decompressor: its context costs ten times
   * what a block does, and a reader that took block after block would wait for each.
   */
  #loadAhead(footer: Footer, { first, end }: Stretch): void {
    let reading: Promise<Bytes> | undefined
    const read = () => {
      reading ??= this.#readBlocks(footer, { first, end })
      return reading
    }
    for (let from = first; from < end; ) {
      let to = from
      for (let bytes = 0; to < end && bytes < groupBytes; to += 1) bytes += footer.blocks[to]?.rawBytes ?? 0
      this.#loadGroup(footer, { first: from, end: to }, read)
      from = to
    }
  }

  #loadGroup(footer: Footer, group: Stretch, read: () => Promise<Bytes>): void {
    let loading: Promise<readonly Block[]> | undefined
    for (let nth = group.first; nth < group.end; nth += 1) {
      const load = async () => {
        loading ??= this.#inflateGroup(footer, group, read)
        // Where one is damaged, or the decompressor takes one at a time, each is for itself.
        const blocks = await loading.catch(() => undefined)
        return blocks?.[nth - group.first] ?? this.#loadBlock(footer, nth)
      }
      // A failure comes again when the block is asked for.
      this.#options.cache.get(this.#blockKey(nth), load).catch(() => undefined)
    }
  }

  async #readBlocks({ blocks }: Footer, { first, end }: Stretch): Promise<Bytes> {
    const start = blocks[first]?.at ?? 0
    const last = blocks[end - 1]
    return { start, bytes: await this.#readRange(start, last ? last.at + last.bytes : start) }
  }

  async #inflateGroup(footer: Footer, group: Stretch, read: () => Promise<Bytes>): Promise<readonly Block[]> {
    const places = footer.blocks.slice(group.first, group.end)
    const { start, bytes: source } = await read()
    const parts = places.map(({ at, bytes }) =>
      decodeBlock(source.subarray(at - start, at - start + bytes), this.name, at),
    )
    const rawBytes = places.reduce((sum, place) => sum + place.rawBytes, 0)
    const inflated = await this.#options.compression.inflate(Buffer.concat(parts.map(({ stored }) => stored)), rawBytes)
    if (inflated.length !== rawBytes) return []
    let from = 0
    return parts.map(({ account }, nth) => {
      const { at, rawBytes: length } = places[nth] as Footer['blocks'][number]
      from += length
      return parseBlock(account, inflated.subarray(from - length, from), this.name, at)
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
    if (!isFrameWhole(bytes, start)) throw new Fault('log.damaged', 'frame in a block is damaged', { file, at })
    deltas.push(bytes.readUInt32LE(next))
    starts.push(start)
    next = start + frameLength(bytes, start)
  }
  // Two small numbers a frame, in arrays.
  return { account, bytes, deltas, starts, cachedBytes: bytes.length + deltas.length * 16 }
}

/** Of a file, from `start` on. */
interface Bytes {
  readonly start: number
  readonly bytes: Buffer
}

/** Blocks that follow each other, `first` ≤ number < `end`. */
interface Stretch {
  readonly first: number
  readonly end: number
}

/** The blocks that about `bytesMax` of frames from `delta` on are in, of many accounts perhaps. */
function blocksOf({ runDeltas, runBlocks, blocks }: Footer, delta: number, bytesMax: number): Stretch {
  const from = findRun(runDeltas, delta)
  let first = runBlocks[from] ?? noBlock
  let end = first
  let bytes = 0
  for (let run = from; run < runBlocks.length && bytes < bytesMax; run += 1) {
    const block = runBlocks[run] as number
    if (block === noBlock) break
    first = Math.min(first, block)
    for (; end <= block; end += 1) bytes += blocks[end]?.rawBytes ?? 0
  }
  return { first, end }
}

/** Divides blocks, ascending, into those that follow each other. */
function* stretches(wanted: readonly number[]): Generator<Stretch> {
  let open: Stretch | undefined
  for (const block of wanted) {
    if (open && open.end !== block) yield open
    open = { first: open?.end === block ? open.first : block, end: block + 1 }
  }
  if (open) yield open
}

/** Inflated at once: what a group takes is held as long as one of its blocks is. */
const groupBytes = 1024 * 1024

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
