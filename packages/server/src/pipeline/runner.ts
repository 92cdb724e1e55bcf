import type { EventLog, Position, StoredFrame } from '../ports/event-log.ts'
import type { Timer } from '../ports/timer.ts'

/** A reader of the log with a durable cursor of its own. */
export type Consumer = FrameConsumer | ReadingConsumer

/** A consumer that is handed what the runner has read. */
export interface FrameConsumer {
  readonly name: string
  /** The first position it has not dealt with. Asked before every batch, so a consumer may send itself back. */
  start(): Position
  /** Deals with frames that follow each other from `start()`; afterwards `start()` is behind them. */
  handle(frames: readonly StoredFrame[]): Promise<void>
}

/** A consumer that reads the log by itself, in a thread of its own. */
export interface ReadingConsumer {
  readonly name: string
  start(): Position
  /**
   * Deals with a batch from `start()` on, nothing at or behind `end`; afterwards `start()` is behind it.
   */
  advance(end: Position): Promise<void>
}

export interface Runner {
  /** Stops after the batch in hand. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface RunnerOptions {
  readonly log: EventLog
  readonly consumer: Consumer
  readonly timer: Timer
  /** For jitter: 0 ≤ value < 1. */
  random(): number
  readonly telemetry: {
    consumerFailed(facts: { readonly consumer: string; readonly error: unknown; readonly retryInMs: number }): void
  }
}

/** Enough events to fill a transaction, few enough that a consumer stops soon after it is told to. */
const batchBytesMax = 4 * 1024 * 1024

/**
 * How long a consumer that has caught up lets events gather: the longer while they keep coming, for a batch costs its
 * transaction, and a turn of a processor that a call may be waiting for. Far below the second in which events must be
 * searchable.
 */
const gatherMs = { min: 25, max: 200 }

const retryMsMin = 100
/** A consumer that failed for hours still tries twice a minute: what it waits for may be back. */
const retryMsMax = 30_000

/**
 * Feeds a consumer from the log, for ever: woken by each append, one batch at a time. A batch that fails is tried
 * again after a growing wait; it holds up this consumer and no other.
 */
export function startRunner(options: RunnerOptions): Runner {
  const { log, consumer, timer, telemetry } = options
  const stop = new AbortController()
  let wake = () => {}
  const unsubscribe = log.onAppend(() => wake())
  let ahead: { readonly from: Position; readonly frames: Promise<readonly StoredFrame[]> } | undefined

  /** One batch: whether there was one, and whether it reached what was the end when it began. */
  async function step(): Promise<'nothing' | 'part' | 'all'> {
    const { end } = log.bounds()
    if (consumer.start() >= end) return 'nothing'
    if ('advance' in consumer) await consumer.advance(end)
    else {
      const frames = await nextBatch(consumer.start())
      const last = frames.at(-1)
      if (last === undefined) return 'nothing'
      if (isFull(frames)) readAhead(log.after(last.position))
      await consumer.handle(frames)
    }
    return consumer.start() >= end ? 'all' : 'part'
  }

  /** What was read ahead, unless the consumer sent itself back. */
  function nextBatch(from: Position): Promise<readonly StoredFrame[]> {
    const frames = ahead?.from === from ? ahead.frames : log.read(from, batchBytesMax)
    ahead = undefined
    return frames
  }

  /**
   * While the consumer has the batch before it in hand, which for a backlog takes as long. Read for one that keeps up,
   * it would be the few frames of a moment, and cost a batch of their own.
   */
  function readAhead(from: Position): void {
    if (from >= log.bounds().end) return
    const frames = log.read(from, batchBytesMax)
    // A failure comes up when the batch is wanted.
    frames.catch(() => undefined)
    ahead = { from, frames }
  }

  async function run(): Promise<void> {
    let failures = 0
    let gather = gatherMs.min
    while (!stop.signal.aborted) {
      // Listen before looking, or an append between the two would go unnoticed.
      const appended = new Promise<void>((resolve) => {
        wake = resolve
      })
      try {
        const reached = await step()
        gather = reached === 'nothing' ? gatherMs.min : Math.min(gatherMs.max, gather * 2)
        if (reached === 'nothing') await appended
        if (reached !== 'part') await timer.sleep(gather, stop.signal)
        failures = 0
      } catch (error) {
        if (stop.signal.aborted) return
        failures += 1
        const retryInMs = retryDelayMs(failures, options.random())
        telemetry.consumerFailed({ consumer: consumer.name, error, retryInMs })
        await timer.sleep(retryInMs, stop.signal).catch(() => undefined)
      }
    }
  }

  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      unsubscribe()
      wake()
      await running
      await ahead?.frames.catch(() => undefined)
    },
  }
}

function isFull(frames: readonly StoredFrame[]): boolean {
  return frames.reduce((sum, { bytes }) => sum + bytes.length, 0) > batchBytesMax / 2
}

/** Doubles with each failure, then varies by half so that consumers of one cause do not return together. */
function retryDelayMs(failures: number, random: number): number {
  const delayMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(failures - 1, 16))
  return Math.round(delayMs * (0.5 + random / 2))
}
