import type { Fault } from '../../fault.ts'
import type {
  AppendOptions,
  EventLog,
  Frame,
  LogBounds,
  LogUsage,
  Position,
  StoredFrame,
} from '../../ports/event-log.ts'
import { createNodeDisk, type Disk } from '../disk/index.ts'
import { AppendQueue } from './append-queue.ts'
import { createBlockCache } from './block-cache.ts'
import { type Compression, zstd } from './compression.ts'
import { letGo } from './own-bytes.ts'
import { createRecentFrames } from './recent-frames.ts'
import { openReserve, type Reserve } from './reserve.ts'
import type { SegmentTelemetry } from './segment-files.ts'
import { SegmentSet } from './segment-set.ts'

/** Facts about the log that the installation reports. */
export interface SegmentLogTelemetry extends SegmentTelemetry {
  /** The disk has no room: only reserved frames are taken. */
  full(): void
  /** There is room again. */
  roomAgain(): void
}

export interface SegmentLogOptions {
  /** The log's own directory; created when missing. */
  readonly directory: string
  readonly nowMs: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly telemetry: SegmentLogTelemetry
  /** Durability is in doubt: the process must stop accepting and exit with an error. Called once. */
  readonly onFailed: (fault: Fault) => void
  readonly segmentBytesMax?: number
  readonly reserveBytes?: number
  readonly cacheBytesMax?: number
  /** What a simulation replaces. */
  readonly disk?: Disk
  readonly compression?: Compression
  readonly defer?: (run: () => void) => void
}

/** The event log in segment files, and what only files can do. */
export interface SegmentLog extends EventLog {
  /**
   * Copies the log as it is at some moment of the call into `targetDirectory`, which must be empty or missing, while
   * it goes on. Files that never change again are hard-linked where the file system allows. Opening the copy as a log
   * gives the frames up to that moment.
   */
  snapshot(targetDirectory: string): Promise<LogBounds>
  /** Waits until all segments that ended are sealed, or could not be. For tests and orderly measurements. */
  sealed(): Promise<void>
}

/** Some thousand events: consumers that keep up are behind by less. */
const recentBytesMax = 4 * 1024 * 1024

const defaults = { segmentBytesMax: 64 * 1024 * 1024, reserveBytes: 16 * 1024 * 1024, cacheBytesMax: 16 * 1024 * 1024 }

/**
 * Opens the log in a directory, alone: takes the lock, removes what was not finished, cuts a torn tail.
 *
 * @throws Fault `log.locked` when another process has it open
 * @throws Fault `log.damaged` when commits that were durable once cannot be read; nothing is changed
 * @throws Fault `log.newer-format` when a newer version wrote it
 */
export async function openSegmentLog(options: SegmentLogOptions): Promise<SegmentLog> {
  const { directory, disk = createNodeDisk(), compression = zstd } = options
  const settings = { ...defaults, ...options }
  await using undo = new AsyncDisposableStack()
  await disk.makeDirectory(directory)
  undo.use(await disk.lock(`${directory}/lock`))
  const segments = await SegmentSet.open({
    disk,
    directory,
    compression,
    cache: createBlockCache(settings.cacheBytesMax),
    segmentBytesMax: settings.segmentBytesMax,
    randomBytes: options.randomBytes,
    telemetry: options.telemetry,
  })
  undo.use(segments)
  const reserve = await openReserve({
    disk,
    directory,
    bytesMax: settings.reserveBytes,
    randomBytes: options.randomBytes,
  })
  const hasRoom = await reserve.restore()
  const log = new FileSegmentLog({ ...options, segments, reserve, isFull: !hasRoom, resources: undo.move() })
  segments.startSealing()
  return log
}

interface Parts {
  readonly segments: SegmentSet
  readonly reserve: Reserve
  readonly isFull: boolean
  readonly resources: AsyncDisposableStack
}

class FileSegmentLog implements SegmentLog {
  readonly #parts: Parts
  readonly #queue: AppendQueue
  readonly #recent = createRecentFrames(recentBytesMax)
  readonly #listeners = new Set<(end: Position) => void>()

  constructor(parts: Parts & SegmentLogOptions) {
    this.#parts = parts
    const { segments, reserve } = parts
    if (parts.isFull) parts.telemetry.full()
    this.#queue = new AppendQueue({
      target: {
        commit: (buffer) => segments.commit(buffer),
        releaseReserve: () => reserve.release(),
        restoreReserve: () => reserve.restore(),
      },
      isFull: parts.isFull,
      nowMs: parts.nowMs,
      defer: parts.defer ?? setImmediate,
      onBusy: (isBusy) => segments.setBusy(isBusy),
      onDurable: (first, { frames }) => {
        this.#recent.keep(first, frames)
        const end = (first + frames.count) as Position
        for (const listener of this.#listeners) tell(listener, end)
      },
      onFull: () => parts.telemetry.full(),
      onRoom: () => parts.telemetry.roomAgain(),
      onFailed: parts.onFailed,
    })
  }

  append(frames: readonly Frame[], options?: AppendOptions): Promise<readonly Position[]> {
    return this.#queue.append(frames, options)
  }

  async read(from: Position, bytesMax: number): Promise<readonly StoredFrame[]> {
    const { segments } = this.#parts
    return this.#recent.read(Math.max(from, segments.first), bytesMax) ?? (await segments.read(from, bytesMax))
  }

  letGo(frames: readonly StoredFrame[]): void {
    letGo(frames)
  }

  fetch(positions: readonly Position[]): Promise<readonly (StoredFrame | undefined)[]> {
    return this.#parts.segments.fetch(positions)
  }

  bounds(): LogBounds {
    return { first: this.#parts.segments.first as Position, end: this.#parts.segments.end as Position }
  }

  usage(): LogUsage {
    const { frames, payloadBytes, diskBytes } = this.#parts.segments.usage()
    return { frames, payloadBytes, diskBytes: diskBytes + this.#parts.reserve.bytes, state: this.#queue.state }
  }

  onAppend(listener: (end: Position) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  after(position: Position): Position {
    return (position + 1) as Position
  }

  trim(acceptedBeforeMs: number, keepFrom: Position): Promise<void> {
    return this.#parts.segments.trim(acceptedBeforeMs, keepFrom)
  }

  async snapshot(targetDirectory: string): Promise<LogBounds> {
    const { first, end } = await this.#parts.segments.snapshot(targetDirectory)
    return { first: first as Position, end: end as Position }
  }

  sealed(): Promise<void> {
    return this.#parts.segments.settled()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.close()
    await this.#parts.resources.disposeAsync()
  }
}

/** A listener that throws is a defect, and not the appender's: the frames are durable. */
function tell(listener: (end: Position) => void, end: Position): void {
  try {
    listener(end)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
