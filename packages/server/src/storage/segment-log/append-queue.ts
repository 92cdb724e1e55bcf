import { Fault } from '../../fault.ts'
import { type AppendOptions, appendBytesMax, type Frame, frameBytesMax, type Position } from '../../ports/event-log.ts'
import { CommitBuffer } from './commit-buffer.ts'
import { isLogFull, logFull } from './log-full.ts'

/** What the queue writes to. */
export interface CommitTarget {
  /** Makes a commit durable; returns its first offset. `log.full` means that nothing of it was kept. */
  commit(buffer: CommitBuffer): Promise<number>
  /** Gives the reserved space to the commits that follow. */
  releaseReserve(): Promise<void>
  /** Whether there is room for everyone again, the reserve included. */
  restoreReserve(): Promise<boolean>
}

export interface AppendQueueOptions {
  readonly target: CommitTarget
  /** Whether the disk is full from the start. */
  readonly isFull: boolean
  readonly nowMs: () => number
  /** Runs `run` after the present turn of the event loop. */
  readonly defer: (run: () => void) => void
  /** Told when there is something to write and when there is no more. */
  readonly onBusy: (isBusy: boolean) => void
  /** Told of a commit and the position of its first frame, after those who wait for it. */
  readonly onDurable: (first: Position, commit: CommitBuffer) => void
  readonly onFull: () => void
  readonly onRoom: () => void
  readonly onFailed: (fault: Fault) => void
}

interface Waiting {
  readonly count: number
  /** Of one that may use the reserve. What the others brought is encoded, and as objects it would only grow old here. */
  readonly reserved: readonly Frame[] | undefined
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (fault: unknown) => void
}

// Above what a busy second brings, below what would hurt a small machine.
const waitingBytesMax = 128 * 1024 * 1024
// A full disk is asked again when somebody wants to write, at most this often.
const probeEveryMs = 1000

/**
 * Group commit: what arrives in one turn of the event loop, or while the sync before is under way, becomes one commit.
 *
 * States: open → full (the disk has no room: only reserved frames are taken) → open again when there is;
 * any → failed (durability in doubt; final); any → closed (final).
 */
export class AppendQueue {
  readonly #options: AppendQueueOptions
  #state: 'open' | 'full' | 'failed' | 'closed'
  #failure: Fault | undefined
  #gathering = new CommitBuffer()
  #writing = new CommitBuffer()
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #flushing: Promise<void> | undefined
  #probing: Promise<void> | undefined
  #probedAtMs = 0

  constructor(options: AppendQueueOptions) {
    this.#options = options
    this.#state = options.isFull ? 'full' : 'open'
  }

  get state(): 'open' | 'full' | 'failed' | 'closed' {
    return this.#state
  }

  append(frames: readonly Frame[], options: AppendOptions = {}): Promise<readonly Position[]> {
    if (this.#state === 'full') return this.#probe().then(() => this.#enqueue(frames, options))
    return this.#enqueue(frames, options)
  }

  #enqueue(frames: readonly Frame[], { reserved: isReserved = false }: AppendOptions): Promise<readonly Position[]> {
    // Not an async function: one promise per append, which is what the throughput of small ones hangs on.
    return new Promise((resolve, reject) => {
      const bytes = checkSizes(frames)
      this.#refuse(isReserved)
      if (this.#waitingBytes + bytes > waitingBytesMax) {
        throw new Fault('log.overloaded', 'too much is waiting for the disk', { waitingBytesMax })
      }
      if (frames.length === 0) return resolve([])
      this.#gathering.add(frames)
      this.#waitingBytes += bytes
      const reserved = isReserved ? frames : undefined
      this.#waiting.push({ count: frames.length, reserved, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  /** Takes no more, waits for what was accepted. */
  async close(): Promise<void> {
    if (this.#state !== 'failed') this.#state = 'closed'
    await this.#flushing
    await this.#probing
  }

  #refuse(isReserved: boolean): void {
    if (this.#state === 'closed') throw new Fault('log.closed', 'the event log is closed')
    if (this.#state === 'failed') throw this.#failed()
    if (this.#state === 'full' && !isReserved) throw logFull()
  }

  async #flush(): Promise<void> {
    this.#options.onBusy(true)
    // The turn ends first; and writers that the last commit has just released join in again.
    while (await this.#nextTurn()) {
      const batch = this.#waiting
      const buffer = this.#gathering
      this.#waiting = []
      this.#waitingBytes = 0
      this.#gathering = this.#writing
      this.#writing = buffer
      await this.#commit(batch, buffer)
      buffer.clear()
    }
    this.#flushing = undefined
    this.#options.onBusy(false)
  }

  async #nextTurn(): Promise<boolean> {
    await new Promise<void>((resolve) => this.#options.defer(resolve))
    return this.#waiting.length > 0
  }

  async #commit(batch: readonly Waiting[], buffer: CommitBuffer): Promise<void> {
    try {
      if (this.#failure !== undefined) throw this.#failure
      this.#acknowledge(batch, buffer, await this.#options.target.commit(buffer))
    } catch (error) {
      if (!isLogFull(error)) this.#fail(batch, error)
      else await this.#takeReservedOnly(batch, buffer)
    }
  }

  #acknowledge(batch: readonly Waiting[], buffer: CommitBuffer, first: number): void {
    let offset = first
    for (const { count, resolve } of batch) {
      const positions: Position[] = []
      for (const end = offset + count; offset < end; offset += 1) positions.push(offset as Position)
      resolve(positions)
    }
    this.#options.onDurable(first as Position, buffer)
  }

  /** The disk has no room for `batch`: refuses it except for what may use the reserve. */
  async #takeReservedOnly(batch: readonly Waiting[], buffer: CommitBuffer): Promise<void> {
    const reserved = batch.filter((waiting) => waiting.reserved !== undefined)
    for (const waiting of batch) if (waiting.reserved === undefined) waiting.reject(logFull())
    try {
      if (this.#state === 'open') {
        this.#state = 'full'
        this.#options.onFull()
      }
      if (reserved.length === 0) return
      await this.#options.target.releaseReserve()
      buffer.clear()
      for (const { reserved: frames = [] } of reserved) buffer.add(frames)
      this.#acknowledge(reserved, buffer, await this.#options.target.commit(buffer))
    } catch (error) {
      if (!isLogFull(error)) this.#fail(reserved, error)
      else for (const { reject } of reserved) reject(logFull())
    }
  }

  /** Asks whether there is room again; concurrent callers share the answer. */
  async #probe(): Promise<void> {
    if (this.#probing === undefined && this.#options.nowMs() - this.#probedAtMs < probeEveryMs) return
    this.#probing ??= this.#restore()
    await this.#probing
  }

  async #restore(): Promise<void> {
    this.#probedAtMs = this.#options.nowMs()
    try {
      if ((await this.#options.target.restoreReserve()) && this.#state === 'full') {
        this.#state = 'open'
        this.#options.onRoom()
      }
    } catch (error) {
      this.#fail([], error)
    } finally {
      this.#probing = undefined
    }
  }

  #fail(batch: readonly Waiting[], error: unknown): void {
    if (this.#failure === undefined) {
      this.#failure = new Fault('log.failed', 'the event log cannot promise durability any more', {}, { cause: error })
      this.#state = 'failed'
      this.#options.onFailed(this.#failure)
    }
    for (const { reject } of batch) reject(this.#failed())
  }

  /** One error per caller: each has its own stack and may be wrapped. */
  #failed(): Fault {
    return new Fault(
      'log.failed',
      'the event log cannot promise durability any more',
      {},
      { cause: this.#failure?.cause },
    )
  }
}

function checkSizes(frames: readonly Frame[]): number {
  let bytes = 0
  for (const { bytes: payload } of frames) {
    if (payload.length > frameBytesMax) {
      throw new Fault('log.frame-too-large', 'frame is too large', { bytes: payload.length, frameBytesMax })
    }
    bytes += payload.length
  }
  if (bytes > appendBytesMax) throw new Fault('log.frame-too-large', 'append is too large', { bytes, appendBytesMax })
  return bytes
}
