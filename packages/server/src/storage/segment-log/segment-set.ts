import type { StoredFrame } from '../../ports/event-log.ts'
import { temporarySuffix } from '../disk/index.ts'
import type { CommitBuffer } from './commit-buffer.ts'
import { OpenSegment } from './open-segment.ts'
import { sealSegment } from './seal.ts'
import { SealedSegment } from './sealed-segment.ts'
import { createSealingPace } from './sealing-pace.ts'
import type { Segment } from './segment.ts'
import { checkOrder, createSegment, openSegment, type SegmentSetOptions } from './segment-files.ts'
import { segmentFirst } from './segment-format.ts'
import { snapshotSegments } from './snapshot.ts'

/**
 * The segments of a partition in order: sealed ones, open ones that ended and wait for sealing, and the last, which
 * grows. Commits come one at a time; everything else may be called at any time.
 */
export class SegmentSet {
  readonly #options: SegmentSetOptions
  readonly #stopSealing = new AbortController()
  readonly #pace = createSealingPace()
  #segments: Segment[]
  #active: OpenSegment
  #writing: Promise<void> = Promise.resolve()
  #background: Promise<void> = Promise.resolve()

  private constructor(options: SegmentSetOptions, segments: Segment[], active: OpenSegment) {
    this.#options = options
    this.#segments = segments
    this.#active = active
  }

  static async open(options: SegmentSetOptions): Promise<SegmentSet> {
    const { disk, directory } = options
    const names = await disk.list(directory)
    for (const name of names) if (name.endsWith(temporarySuffix)) await disk.remove(`${directory}/${name}`)
    const ordered = names.filter((name) => segmentFirst(name) !== undefined).sort()
    // Names a process left in the cache may not be on the disk; what is built on them below must not be lost with them.
    await disk.syncDirectory(directory)
    const segments: Segment[] = []
    try {
      for (const name of ordered) {
        const segment = await openSegment(options, name, name === ordered.at(-1))
        segments.push(segment)
        checkOrder(options, segments.at(-2), segment)
      }
      const last = segments.at(-1)
      if (last instanceof OpenSegment) return new SegmentSet(options, segments, last)
      const active = await createSegment(options, last?.end ?? 0)
      return new SegmentSet(options, [...segments, active], active)
    } catch (error) {
      for (const segment of segments) await segment.close()
      throw error
    }
  }

  get first(): number {
    return this.#segments[0]?.first ?? this.#active.first
  }

  get end(): number {
    return this.#active.end
  }

  usage(): { frames: number; payloadBytes: number; diskBytes: number } {
    const sum = { frames: 0, payloadBytes: 0, diskBytes: 0 }
    for (const segment of this.#segments) {
      sum.frames += segment.frames
      sum.payloadBytes += segment.payloadBytes
      sum.diskBytes += segment.diskBytes
    }
    return sum
  }

  /**
   * Makes a commit durable, in a new segment if the last one is full; returns its first offset.
   *
   * @throws Fault `log.full` when there is no room; nothing of the commit was kept
   */
  commit(buffer: CommitBuffer): Promise<number> {
    return this.#exclusively(async () => {
      const isFilled = this.#active.writtenBytes + buffer.length > this.#options.segmentBytesMax
      if (isFilled && this.#active.frames > 0) await this.#roll()
      const first = this.#active.end
      await this.#active.append(buffer)
      return first
    })
  }

  async read(from: number, bytesMax: number): Promise<StoredFrame[]> {
    for (let next = from; ; ) {
      const segment = this.#segments.find(({ end, frames }) => end > next && frames > 0)
      if (segment === undefined) return []
      const { end } = segment
      try {
        const batch = await segment.read(Math.max(next, segment.first), bytesMax)
        if (batch.length > 0) return batch
        next = end
      } catch (error) {
        // Sealing or retention took the segment away under the reader, who looks again.
        if (this.#segments.includes(segment)) throw error
      }
    }
  }

  async fetch(offsets: readonly number[]): Promise<(StoredFrame | undefined)[]> {
    const result: (StoredFrame | undefined)[] = offsets.map(() => undefined)
    const wanted = new Map<Segment, { offset: number; slot: number }[]>()
    for (const [slot, offset] of offsets.entries()) {
      const segment = this.#holding(offset)
      if (segment === undefined) continue
      const places = wanted.get(segment) ?? []
      wanted.set(segment, places)
      places.push({ offset, slot })
    }
    const fetchFrom = async (segment: Segment, places: readonly { offset: number; slot: number }[]) => {
      const some = places.map(({ offset }) => offset)
      const found = await segment.fetch(some).catch((error: unknown) => {
        if (this.#segments.includes(segment)) throw error
        return this.fetch(some)
      })
      for (const [nth, { slot }] of places.entries()) result[slot] = found[nth]
    }
    await Promise.all([...wanted].map(([segment, places]) => fetchFrom(segment, places)))
    return result
  }

  /** See `EventLog.trim`. */
  trim(acceptedBeforeMs: number, keepFrom: number): Promise<void> {
    const mayGo = (segment: Segment) => {
      return segment.frames > 0 && segment.newestAcceptedAtMs < acceptedBeforeMs && segment.end <= keepFrom
    }
    return this.#hurried(async () => {
      // Where little happens one segment lasts for months: end it, so that it can go.
      if (mayGo(this.#active)) await this.#exclusively(() => this.#roll())
      for (let oldest = this.#segments[0]; oldest !== undefined && mayGo(oldest); oldest = this.#segments[0]) {
        this.#segments = this.#segments.slice(1)
        await this.#options.disk.remove(`${this.#options.directory}/${oldest.name}`)
        // One by one and oldest first: a crash leaves no hole.
        await this.#options.disk.syncDirectory(this.#options.directory)
        await oldest.close()
        this.#options.telemetry.removed({ file: oldest.name, frames: oldest.frames })
      }
    })
  }

  /** Links or copies every segment as it is now into `target`, a directory that holds no segments. */
  snapshot(target: string): Promise<{ first: number; end: number }> {
    return this.#hurried(() => snapshotSegments(this.#options, this.#segments, target))
  }

  /** Starts to seal the segments that ended. Never fails; what could not be sealed stays as it is. */
  startSealing(): void {
    this.#inBackground(async () => {
      for (const segment of this.#ended()) await this.#seal(segment)
    }).catch((error: unknown) => this.#options.telemetry.sealFailed({ file: '', error }))
  }

  /** Waits for the work in the background. */
  settled(): Promise<void> {
    return this.#hurried(async () => {})
  }

  /** Sealing gives way to appends. */
  setBusy(isBusy: boolean): void {
    this.#pace.setBusy(isBusy)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopSealing.abort()
    this.#pace.stop()
    await this.#background
    await this.#writing
    await this.#active.trim().catch(ignore)
    for (const segment of this.#segments) await segment.close()
  }

  #holding(offset: number): Segment | undefined {
    let low = 0
    let high = this.#segments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#segments[middle] as Segment).end > offset) high = middle
      else low = middle + 1
    }
    const segment = this.#segments[low]
    return segment !== undefined && segment.first <= offset ? segment : undefined
  }

  async #roll(): Promise<void> {
    this.#active = await createSegment(this.#options, this.#active.end)
    this.#segments = [...this.#segments, this.#active]
    this.#pace.setBacklog(this.#ended().length)
    this.startSealing()
  }

  /** Open segments that wait for sealing. */
  #ended(): OpenSegment[] {
    return this.#segments.filter(
      (segment) => segment instanceof OpenSegment && segment !== this.#active,
    ) as OpenSegment[]
  }

  async #seal(segment: OpenSegment): Promise<void> {
    const { disk, directory, compression, cache, telemetry } = this.#options
    if (this.#stopSealing.signal.aborted) return
    try {
      const signal = this.#stopSealing.signal
      const sealed = await sealSegment({ disk, directory, segment, compression, pace: this.#pace, signal })
      const replacement = new SealedSegment({ ...sealed, disk, directory, name: segment.name, cache, compression })
      this.#segments = this.#segments.map((present) => (present === segment ? replacement : present))
      this.#pace.setBacklog(this.#ended().length)
      await segment.close()
      telemetry.sealed({ file: segment.name, bytesBefore: segment.writtenBytes, bytesAfter: sealed.diskBytes })
    } catch (error) {
      if (!this.#stopSealing.signal.aborted) telemetry.sealFailed({ file: segment.name, error })
    }
  }

  /** One at a time: what writes to the last segment or replaces it. */
  #exclusively<Value>(run: () => Promise<Value>): Promise<Value> {
    const running = this.#writing.then(run)
    this.#writing = running.then(ignore, ignore)
    return running
  }

  /** In the background, and what stands before it does not dawdle. */
  #hurried<Value>(run: () => Promise<Value>): Promise<Value> {
    return this.#pace.hurryFor(() => this.#inBackground(run))
  }

  /** One at a time: what replaces, removes or copies segments that ended. */
  #inBackground<Value>(run: () => Promise<Value>): Promise<Value> {
    const running = this.#background.then(run)
    this.#background = running.then(ignore, ignore)
    return running
  }
}

function ignore(): void {}
