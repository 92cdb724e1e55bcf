import { Fault } from '../../fault.ts'
import type { Catalog } from '../../ports/catalog.ts'
import type { MessageQueue } from '../../ports/message-queue.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { Timer } from '../../ports/timer.ts'
import { publicKeys } from '../../proofs/index.ts'
import type { FailedFiles } from '../failed-files/index.ts'
import { createDigestChecks, isDigest } from './digest-checks.ts'
import { createFileMarks } from './file-marks.ts'
import { createRounds, type RoundsOptions } from './follow-rounds.ts'
import { listen, type QueueProgress } from './listen.ts'
import { takeFiles } from './take-files.ts'

/** How a follow is doing. Counts are since the start of the server. */
export interface FollowProgress {
  readonly state: 'starting' | 'reading' | 'waiting' | 'failing'
  /** Whether all older files were gone through since the start of the server. */
  readonly isSwept: boolean
  readonly files: number
  readonly events: number
  readonly unreadable: number
  readonly checkedAtMs?: number
  readonly failure?: FollowFailure
  /** Of the queue that announces new files. */
  readonly announcements?: QueueProgress & { readonly failure?: FollowFailure }
  /** Digests checked since the start of the server; absent where they are not checked. */
  readonly digestsChecked?: number
}

export interface FollowFailure {
  readonly code: string
  readonly message: string
}

export interface FollowTelemetry {
  followTook(facts: { readonly id: string; readonly files: number; readonly events: number }): void
  followFailed(facts: { readonly id: string; readonly error: unknown }): void
}

export interface FollowOptions extends RoundsOptions {
  readonly id: string
  readonly timer: Timer
  readonly intervalMs: number
  /** The order's queue. */
  readonly queue?: MessageQueue
  /** Where findings go. */
  readonly catalog: Catalog
  readonly failedFiles: FailedFiles
  /** Only one of all follows takes files in at a time. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>
  readonly telemetry: FollowTelemetry
}

export interface Follow {
  progress(): FollowProgress
  /** Ends the round under way; what it took in is remembered. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Follows a place for ever, in rounds:
 *
 *     starting ─► reading ─► waiting ─► reading …       reading: list recent days, take what is new; then go on with
 *                    │           ▲                       the sweep through all days for a while
 *                    └─► failing ┘                       failing: waits like `waiting`, and says why
 *
 * While a sweep is not through, rounds follow each other without waiting. Where a queue announces new files and can be
 * read, those are taken in as they are announced, and rounds are only there for what no message told of.
 */
export function startFollow(options: FollowOptions): Follow {
  const { id, order, source, taking, clock, timer, telemetry } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const rounds = createRounds(options, signal)
  const known = createFileMarks(taking.marks, source)
  const checks =
    order.verifyKeys && createDigestChecks({ ...options, keys: publicKeys(order.verifyKeys), known, signal })
  let hasNewKeys = true
  let wake = new AbortController()
  let progress: FollowProgress = { state: 'starting', isSwept: false, files: 0, events: 0, unreadable: 0 }
  const tell = (news: Partial<FollowProgress>): void => {
    progress = { ...progress, ...news }
  }

  /** Takes in what one round finds. */
  async function round(): Promise<void> {
    const startedAtMs = clock.nowMs()
    const files = await rounds.begin(startedAtMs)
    const first = await files.next()
    let taken = { files: 0, events: 0, unreadable: 0 }
    if (!first.done) {
      tell({ state: 'reading' })
      taken = await options.inTurn(() => take(preceded(first.value, files)))
      telemetry.followTook({ id, files: taken.files, events: taken.events })
    }
    if (checks && hasNewKeys) await options.inTurn(() => checks.again())
    hasNewKeys = false
    await rounds.end(startedAtMs, taken.unreadable === 0)
    tell({ checkedAtMs: startedAtMs, isSwept: rounds.isSwept() })
  }

  async function take(files: AsyncIterable<ObjectHead>) {
    const taken = { files: 0, events: 0, unreadable: 0 }
    const account = order.account === undefined ? {} : { account: order.account }
    const digests: ObjectHead[] = []
    async function* noting(): AsyncGenerator<ObjectHead> {
      for await (const head of files) {
        if (isDigest(head.key)) digests.push(head)
        yield head
      }
    }
    // A digest is done with when it was checked: until then it comes again.
    const options = checks ? { isDone: ({ name }: { readonly name: string }) => !isDigest(name) } : {}
    for await (const event of takeFiles(taking, { source, isPlan: false, signal, ...account, ...options }, noting())) {
      if (event.kind !== 'file') continue
      taken.files += 1
      taken.events += event.added
      if (event.problems.some(({ code }) => code === 'unreadable')) taken.unreadable += 1
    }
    if (checks) {
      taken.unreadable += await checks.check(digests)
      tell({ digestsChecked: checks.checked() })
    }
    const { files: count, events, unreadable } = progress
    tell({
      files: count + taken.files,
      events: events + taken.events,
      unreadable: unreadable + taken.unreadable,
    })
    return taken
  }

  async function run(): Promise<void> {
    for (;;) {
      // The first round waits too: a command that opens the directory for a moment follows nothing.
      wake = new AbortController()
      await timer.sleep(pauseMs(), AbortSignal.any([signal, wake.signal])).catch(() => undefined)
      if (signal.aborted) return
      try {
        await round()
        const { failure: _, ...others } = progress
        progress = { ...others, state: 'waiting' }
      } catch (error) {
        rounds.abandon()
        if (signal.aborted) return
        tell({ state: 'failing', failure: failureOf(error) })
        telemetry.followFailed({ id, error })
      }
    }
  }

  function pauseMs(): number {
    if (rounds.isSweeping()) return 0
    return progress.announcements?.state === 'listening' ? options.intervalMs * announcedIntervals : options.intervalMs
  }

  function announced(news: QueueProgress, error: unknown): void {
    const wasListening = progress.announcements?.state === 'listening'
    tell({ announcements: { ...news, ...(news.state === 'failing' && { failure: failureOf(error) }) } })
    if (news.state !== 'failing') return
    telemetry.followFailed({ id, error })
    // Nobody announces anything any more: what the long pause relied on.
    if (wasListening) wake.abort()
  }

  async function runQueue(queue: MessageQueue): Promise<void> {
    await listen({
      queue,
      source,
      known,
      timer,
      signal,
      intervalMs: options.intervalMs,
      async take(files) {
        const taken = await options.inTurn(() => take(ReadableStream.from(files)))
        telemetry.followTook({ id, files: taken.files, events: taken.events })
      },
      tell: announced,
    })
  }

  const running = Promise.all([run(), options.queue && runQueue(options.queue)])
  return {
    progress: () => progress,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

/** Each round costs a request for every account and region; with announcements, fewer will do. */
const announcedIntervals = 10

function failureOf(error: unknown): FollowFailure {
  if (!(error instanceof Fault)) return { code: 'internal', message: 'an internal error: see the log' }
  const { code } = error.fields
  return { code: error.code, message: typeof code === 'string' ? `${error.message}: ${code}` : error.message }
}

async function* preceded(first: ObjectHead, others: AsyncIterable<ObjectHead>): AsyncGenerator<ObjectHead> {
  yield first
  yield* others
}
