import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BatchedEvent } from './frame-batch.ts'
import type { KeptEvents } from './kept-events.ts'
import type { Fetched, RecordSource } from './record-source.ts'
import type { SearchHost } from './search-run.ts'

/** How long one search has the thread: the others of its kind, and quick ones, wait no longer than that each. */
const turnMs = 5

/** `matches` under way that the receiver has not taken: a slow reader holds back its own search only. */
const partsAhead = 2

/** What a cancelled search is ended with; nobody waits for its end. */
export const cancelled = Symbol('cancelled')

/** One of the searches that share the thread: its turns, its time and what it waits for. */
export class RunningSearch implements SearchHost {
  readonly #msMax: number
  readonly #source: RecordSource
  readonly #kept: KeptEvents | undefined
  #turnStarted = performance.now()
  #usedMs = 0
  #ahead = 0
  #isCancelled = false
  #wake: (() => void) | undefined

  /** What is in `kept` is not fetched. */
  constructor(msMax: number, source: RecordSource, kept: KeptEvents | undefined) {
    this.#msMax = msMax
    this.#source = source
    this.#kept = kept
  }

  /** Time it had the thread or the log for itself; waiting for its receiver does not count. */
  get usedMs(): number {
    return this.#usedMs + (performance.now() - this.#turnStarted)
  }

  async fetch(positions: readonly number[], literals: readonly Buffer[]): Promise<Fetched> {
    const known: BatchedEvent[] = []
    const missing = this.#kept === undefined ? positions : positions.filter((position) => !this.#take(position, known))
    if (missing.length === 0) return { events: known, count: known.length, bytes: 0 }
    const { events, count, bytes } = await this.#source.fetch(missing, literals, async () => {
      if (this.isTurnOver()) await this.pause()
    })
    this.#throwIfCancelled()
    return { events: known.length === 0 ? events : [...known, ...events], count: count + known.length, bytes }
  }

  /** Adds what is kept of a position to `known`; whether there was something. */
  #take(position: number, known: BatchedEvent[]): boolean {
    const event = this.#kept?.get(position)
    if (event !== undefined) known.push(event)
    return event !== undefined
  }

  isTurnOver(): boolean {
    return performance.now() - this.#turnStarted > turnMs
  }

  async pause(): Promise<void> {
    await this.#idle(nextTurn())
  }

  isOutOfTime(): boolean {
    return this.usedMs > this.#msMax
  }

  /** Notes a part as sent; waits while the receiver is behind. */
  async sent(): Promise<void> {
    this.#ahead += 1
    while (this.#ahead >= partsAhead && !this.#isCancelled) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await this.#idle(promise)
    }
    this.#throwIfCancelled()
  }

  taken(): void {
    this.#ahead -= 1
    this.#wake?.()
  }

  cancel(): void {
    this.#isCancelled = true
    this.#wake?.()
  }

  async #idle(wait: Promise<void>): Promise<void> {
    this.#usedMs += performance.now() - this.#turnStarted
    await wait
    this.#turnStarted = performance.now()
    this.#throwIfCancelled()
  }

  #throwIfCancelled(): void {
    if (this.#isCancelled) throw cancelled
  }
}
