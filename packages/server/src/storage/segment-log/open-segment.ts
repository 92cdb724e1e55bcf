import { Fault } from '../../fault.ts'
import type { Position, StoredFrame } from '../../ports/event-log.ts'
import { type DiskFile, isNoSpace, readRange } from '../disk/index.ts'
import type { CommitBuffer } from './commit-buffer.ts'
import { decodeFrame, frameHeadBytes, frameLength, isFrameIntact } from './frame-codec.ts'
import { logFull } from './log-full.ts'
import type { OffsetIndex } from './offset-index.ts'
import { withOwnBytes } from './own-bytes.ts'
import type { Preallocation } from './preallocation.ts'
import type { Segment } from './segment.ts'
import { commitHeadBytes, decodeCommitHead, endMark, endMarkBytes, type SegmentHeader } from './segment-format.ts'

/** What a scan found out, or what holds for a new segment. */
export interface OpenSegmentState {
  readonly durableAt: number
  readonly end: number
  readonly frames: number
  readonly payloadBytes: number
  readonly newestAcceptedAtMs: number
  readonly index: OffsetIndex
}

export interface OpenSegmentOptions {
  readonly name: string
  readonly header: SegmentHeader
  readonly file: DiskFile
  readonly state: OpenSegmentState
  readonly preallocation: Preallocation
}

/** A stretch of intact frames as they stand in the file, for sealing. */
export interface Stripe {
  readonly bytes: Buffer
  readonly frames: readonly { readonly offset: number; readonly start: number }[]
}

/**
 * A segment of plain commits: the last one, which grows, and those that wait for sealing.
 *
 * Only what is durable is ever read: `append` moves `end` after the sync.
 */
export class OpenSegment implements Segment {
  readonly name: string
  readonly header: SegmentHeader
  readonly #file: DiskFile
  readonly #index: OffsetIndex
  readonly #preallocation: Preallocation
  readonly #reading = new Set<Promise<unknown>>()
  #durableAt: number
  #end: number
  #frames: number
  #payloadBytes: number
  #newestAcceptedAtMs: number

  constructor({ name, header, file, state, preallocation }: OpenSegmentOptions) {
    this.name = name
    this.header = header
    this.#file = file
    this.#index = state.index
    this.#preallocation = preallocation
    this.#durableAt = state.durableAt
    this.#end = state.end
    this.#frames = state.frames
    this.#payloadBytes = state.payloadBytes
    this.#newestAcceptedAtMs = state.newestAcceptedAtMs
  }

  get first(): number {
    return this.header.first
  }

  get end(): number {
    return this.#end
  }

  get frames(): number {
    return this.#frames
  }

  get payloadBytes(): number {
    return this.#payloadBytes
  }

  get writtenBytes(): number {
    return this.#durableAt
  }

  get diskBytes(): number {
    return this.#preallocation.fileEnd
  }

  get newestAcceptedAtMs(): number {
    return this.#newestAcceptedAtMs
  }

  /**
   * Writes one commit behind the last; its frames are part of the segment once it is durable. Not concurrent.
   *
   * @throws Fault `log.full` when there is no room, and nothing of the commit was kept; anything else means that it is
   * not known what was, and no retry would tell
   */
  async append(commit: CommitBuffer): Promise<void> {
    const bytes = commit.finish(this.#end, this.header.salt)
    await this.#preallocation.settledUpTo(this.#durableAt + bytes.length)
    try {
      await this.#file.write(bytes, this.#durableAt)
    } catch (error) {
      if (!isNoSpace(error)) throw error
      await this.cutTail()
      throw logFull(error)
    }
    if (this.#preallocation.failure !== undefined) throw this.#preallocation.failure
    let offset = this.#end
    for (const start of commit.starts) this.#index.note(offset++, this.#durableAt + start)
    this.#durableAt += bytes.length
    this.#end += commit.starts.length
    this.#frames += commit.starts.length
    this.#payloadBytes += commit.payloadBytes
    this.#newestAcceptedAtMs = Math.max(this.#newestAcceptedAtMs, commit.newestAcceptedAtMs)
    this.#preallocation.follow(this.#durableAt, bytes.length)
  }

  /** Takes back what a failed write left behind the last commit, durably. */
  async cutTail(): Promise<void> {
    await this.#preallocation.settled()
    await this.#file.truncate(this.#durableAt)
    await this.#file.sync()
    this.#preallocation.cut(this.#durableAt)
  }

  /** Gives back what was kept for commits to come. */
  async trim(): Promise<void> {
    await this.#preallocation.settled()
    if (this.diskBytes > this.#durableAt) await this.cutTail()
  }

  read(from: number, bytesMax: number): Promise<StoredFrame[]> {
    return this.#track(this.#read(from, bytesMax))
  }

  async #read(from: number, bytesMax: number): Promise<StoredFrame[]> {
    const entry = this.#index.find(from)
    if (entry === undefined || from >= this.#end) return []
    const stop = this.#durableAt
    for (let ahead = bytesMax + readAheadBytes; ; ahead *= 4) {
      const bytes = await readRange(this.#file, entry.at, Math.min(stop, entry.at + ahead))
      const batch: StoredFrame[] = []
      let payloadBytes = 0
      for (const { offset, start, isIntact } of this.#walk(bytes, entry.offset)) {
        if (!isIntact && batch.length > 0) break
        if (!isIntact) throw this.#damaged(offset, entry.at + start)
        if (offset < from) continue
        const frame = decodeFrame(bytes, start, offset as Position)
        if (batch.length > 0 && payloadBytes + frame.bytes.length > bytesMax) break
        batch.push(frame)
        payloadBytes += frame.bytes.length
      }
      if (batch.length > 0) return withOwnBytes(batch)
      // A length that points beyond all that was written.
      if (entry.at + ahead >= stop) throw this.#damaged(entry.offset, entry.at)
    }
  }

  fetch(offsets: readonly number[]): Promise<StoredFrame[]> {
    const reads = new Map<number, Promise<Buffer>>()
    const stop = this.#durableAt
    const fetchOne = async (wanted: number): Promise<StoredFrame> => {
      const entry = this.#index.find(wanted)
      if (entry === undefined) throw this.#damaged(wanted, 0)
      const reading = reads.get(entry.at) ?? readRange(this.#file, entry.at, entry.until ?? stop)
      reads.set(entry.at, reading)
      const bytes = await reading
      for (const { offset, start, isIntact } of this.#walk(bytes, entry.offset)) {
        if (!isIntact) throw this.#damaged(offset, entry.at + start)
        if (offset === wanted) return decodeFrame(bytes, start, offset as Position)
      }
      throw this.#damaged(wanted, entry.at)
    }
    return this.#track(Promise.all(offsets.map(fetchOne)))
  }

  /**
   * All frames in order, in stretches of about `stripeBytes`. The bytes of one are good until the next is asked for:
   * both are read into one buffer.
   *
   * @throws Fault `log.damaged`
   */
  async *stripes(stripeBytes: number): AsyncGenerator<Stripe> {
    let buffer = Buffer.allocUnsafeSlow(stripeBytes)
    const roomFor = (bytes: number): Buffer => {
      if (bytes > buffer.length) buffer = Buffer.allocUnsafeSlow(bytes)
      return buffer.subarray(0, bytes)
    }
    for (let from = this.first; from < this.#end; ) {
      const stripe = await this.#track(this.#stripe(from, stripeBytes, roomFor))
      const last = stripe.frames.at(-1)
      if (last === undefined) return
      yield stripe
      from = last.offset + 1
    }
  }

  async #stripe(from: number, stripeBytes: number, roomFor: (bytes: number) => Buffer): Promise<Stripe> {
    const entry = this.#index.find(from)
    if (entry === undefined) return { bytes: Buffer.alloc(0), frames: [] }
    for (let ahead = stripeBytes; ; ahead *= 4) {
      const into = roomFor(Math.min(this.#durableAt - entry.at, ahead))
      const bytes = into.subarray(0, await this.#file.read(into, entry.at))
      const frames: { offset: number; start: number }[] = []
      for (const { offset, start, isIntact } of this.#walk(bytes, entry.offset)) {
        if (!isIntact) throw this.#damaged(offset, entry.at + start)
        if (offset >= from) frames.push({ offset, start })
      }
      if (frames.length > 0) return { bytes, frames }
      if (entry.at + ahead >= this.#durableAt) throw this.#damaged(entry.offset, entry.at)
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#reading)
    await this.#preallocation.settled()
    await this.#file.close()
  }

  async #track<Value>(reading: Promise<Value>): Promise<Value> {
    this.#reading.add(reading)
    try {
      return await reading
    } finally {
      this.#reading.delete(reading)
    }
  }

  /**
   * The frames that `bytes` holds whole; it starts with the frame `offset`. Ends behind the first frame or commit head
   * that is not intact, because its length cannot be trusted.
   */
  *#walk(bytes: Buffer, offset: number): Generator<{ offset: number; start: number; isIntact: boolean }> {
    for (let start = 0; start + frameHeadBytes <= bytes.length; ) {
      if (bytes.readUInt32LE(start) === endMark) {
        const head = start + endMarkBytes
        if (head + commitHeadBytes > bytes.length) return
        const commit = decodeCommitHead(bytes, head, this.header.salt)
        if (commit === undefined) yield { offset, start: head, isIntact: false }
        if (commit === undefined) return
        offset = commit.first
        start = head + commitHeadBytes
        continue
      }
      const next = start + frameLength(bytes, start)
      if (next > bytes.length) return
      const isIntact = isFrameIntact(bytes, start)
      yield { offset, start, isIntact }
      if (!isIntact) return
      offset += 1
      start = next
    }
  }

  #damaged(offset: number, at: number): Fault {
    return new Fault('log.damaged', 'stored bytes do not match their checksum', { file: this.name, at, offset })
  }
}

// Besides the payload: the distance from the index entry, metadata and commit heads of small frames.
const readAheadBytes = 64 * 1024
