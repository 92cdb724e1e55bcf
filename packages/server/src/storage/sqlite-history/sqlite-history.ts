import { statSync } from 'node:fs'
import { Fault } from '../../fault.ts'
import type { EventLog, Position, StoredFrame } from '../../ports/event-log.ts'
import type {
  EntryPage,
  EventKey,
  HistoryIndex,
  HistoryStatus,
  Recognition,
  Search,
  SearchPart,
} from '../../ports/history-index.ts'
import { sweepStart } from './forget-sweep.ts'
import { packFrames } from './frame-batch.ts'
import { type IndexThread, isDamage, openIndexThread, removeIndex } from './index-thread.ts'
import { type LookupThread, openLookupThread } from './lookup-thread.ts'
import { createSearchGate, type SearchGate } from './search-gate.ts'
import type { Indexed } from './worker-messages.ts'

/** Facts about the history that the installation reports. */
export interface HistoryTelemetry {
  indexed(facts: { readonly events: number; readonly bytes: number; readonly tookMs: number }): void
  /** The index is thrown away; look-ups find only what is indexed again until `rebuilt`. */
  rebuilding(facts: { readonly reason: string }): void
  rebuilt(facts: { readonly events: number; readonly tookMs: number }): void
  searched(facts: {
    readonly plan: string
    readonly examined: number
    readonly tookMs: number
    readonly end: string
  }): void
}

export interface SqliteHistoryOptions {
  /** The index file; SQLite keeps two more beside it. */
  readonly path: string
  readonly log: EventLog
  /** Where the log keeps its segments: look-ups then read sealed ones themselves, and not through the main thread. */
  readonly segments?: string
  readonly telemetry: HistoryTelemetry
  /** Work on one search at most. */
  readonly searchMsMax?: number
  readonly searchesMax?: number
  readonly searchesPerCallerMax?: number
}

const defaults = { searchMsMax: 60_000, searchesMax: 16, searchesPerCallerMax: 8 }

/** Searches of one caller that may wait. A client that has more under way is told to slow down. */
const waitingMax = 64

/**
 * Payload indexed at once, in one transaction: enough that each list's end is written seldom, few enough that it takes a
 * tenth of a second. With 8 MiB indexing was a tenth quicker, and the main loop, which shares the processors, twice as
 * late.
 */
const batchBytes = 3 * 1024 * 1024

/**
 * Opens the history index of a log: one worker writes it, one reads it. A file that is missing, damaged or of another
 * format is made anew; the runner, which begins at `start()`, then fills it from the log.
 */
export async function openSqliteHistory(options: SqliteHistoryOptions): Promise<HistoryIndex> {
  const history = new SqliteHistory({ ...defaults, ...options })
  await history.open()
  return history
}

type Settings = SqliteHistoryOptions & typeof defaults

/**
 * States: open → (damage seen) → rebuilding → open, and closed. All writing, rebuilding included, is one chain of
 * promises, so a batch of the runner and a rebuild cannot meet.
 */
class SqliteHistory implements HistoryIndex {
  readonly #settings: Settings
  readonly #gate: SearchGate
  #index: IndexThread | undefined
  /** Opened by the first who looks something up: a thread takes memory that a server that only records need not have. */
  #lookup: Promise<LookupThread> | undefined
  #cursor = 0 as Position
  #writes: Promise<unknown> = Promise.resolve()
  #rebuild: { readonly startedMs: number; readonly until: Position; events: number } | undefined
  #forgottenTo = 0
  #isClosed = false

  constructor(settings: Settings) {
    this.#settings = settings
    this.#gate = createSearchGate({
      runningMax: settings.searchesMax,
      perCallerMax: settings.searchesPerCallerMax,
      waitingMax,
    })
  }

  async open(): Promise<void> {
    const { first, end } = this.#settings.log.bounds()
    try {
      await this.#openIndex()
      if (this.#cursor > end) {
        throw new Fault('history.damaged', 'the index is ahead of the log', { cursor: this.#cursor, end })
      }
      if (this.#index?.cursor === undefined && end > first) this.#noteRebuild('there is no index')
    } catch (error) {
      if (!isDamage(error)) throw error
      await this.#startAnew(error)
    }
  }

  start(): Position {
    return this.#cursor
  }

  advance(end: Position, bytesMax = batchBytes): Promise<void> {
    return this.#enqueue(async () => {
      await this.#openIndex()
      try {
        if (this.#cursor < end) await this.#advance(end, bytesMax)
      } catch (error) {
        if (!isDamage(error)) throw error
        await this.#startAnew(error)
      }
    })
  }

  async *search(search: Search, signal: AbortSignal): AsyncGenerator<SearchPart, void, undefined> {
    const { log, telemetry, searchMsMax } = this.#settings
    const leave = await this.#gate.enter(search.caller, signal)
    try {
      const accepted = log.bounds().end
      const lookup = await this.#openLookup()
      for await (const part of lookup.search(search, searchMsMax, signal)) {
        if (part.kind === 'events') yield part
        else {
          telemetry.searched(part.summary)
          yield { kind: 'summary', summary: { ...part.summary, isCaughtUp: this.#cursor >= accepted } }
        }
      }
    } catch (error) {
      throw this.#seen(error)
    } finally {
      leave()
    }
  }

  async page(search: Search, signal: AbortSignal): Promise<EntryPage> {
    const { telemetry, searchMsMax } = this.#settings
    const leave = await this.#gate.enter(search.caller, signal)
    try {
      const lookup = await this.#openLookup()
      const { entries, last, summary } = await lookup.page(search, searchMsMax, signal)
      telemetry.searched(summary)
      if (summary.end === 'time-limit') {
        throw new Fault('history.too-slow', 'a page took too long to find', { examined: summary.examined })
      }
      return { entries, last }
    } catch (error) {
      throw this.#seen(error)
    } finally {
      leave()
    }
  }

  async recognise(keys: readonly EventKey[]): Promise<readonly Recognition[]> {
    try {
      return await (await this.#openLookup()).recognise(keys)
    } catch (error) {
      throw this.#seen(error)
    }
  }

  status(): HistoryStatus {
    const diskBytes = ['', '-wal'].reduce((sum, suffix) => {
      return sum + (statSync(`${this.#settings.path}${suffix}`, { throwIfNoEntry: false })?.size ?? 0)
    }, 0)
    const acceptedTo = this.#settings.log.bounds().end
    const isBehind = this.#cursor < acceptedTo
    const state = this.#rebuild !== undefined ? 'rebuilding' : isBehind ? 'behind' : 'indexed'
    const rebuild = this.#rebuild && {
      events: this.#rebuild.events,
      elapsedMs: Math.round(performance.now() - this.#rebuild.startedMs),
    }
    return { state, indexedTo: this.#cursor, acceptedTo, diskBytes, ...(rebuild && { rebuild }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#closeLookup()
    await this.#writes.catch(() => {})
    await this.#index?.close().catch(() => {})
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#writes.then(() => {
      if (this.#isClosed) throw new Fault('history.closed', 'the history is closed')
      return work()
    })
    this.#writes = done.catch(() => {})
    return done
  }

  async #advance(end: Position, bytesMax: number): Promise<void> {
    const { segments, telemetry } = this.#settings
    const startedMs = performance.now()
    const range = { from: this.#cursor, end, bytesMax }
    const read = segments === undefined ? undefined : await this.#opened(this.#index).advance(range)
    // What is in no segment that the worker knows is the log's to tell, which steps over gaps.
    const { events, bytes, next } = read ?? (await this.#handOver(range))
    this.#cursor = next as Position
    telemetry.indexed({ events, bytes, tookMs: Math.round(performance.now() - startedMs) })
    this.#noteProgress(events)
    await this.#forgetTrimmed()
  }

  /** Reads here and lets the worker index. */
  async #handOver({ from, end, bytesMax }: { from: Position; end: Position; bytesMax: number }): Promise<Indexed> {
    const { log } = this.#settings
    const frames = (await log.read(from, bytesMax)).filter(({ position }) => position < end)
    const last = frames.at(-1)
    if (last === undefined) return { events: 0, bytes: 0, next: end }
    const batch = packFrames(frames.filter(isSearchable))
    const facts = { events: batch.ends.length, bytes: batch.bytes.byteLength, next: log.after(last.position) }
    await this.#opened(this.#index).write(batch, facts.next)
    return facts
  }

  async #startAnew(reason: Fault): Promise<void> {
    this.#noteRebuild(String(reason.fields.reason ?? reason.message))
    await this.#closeLookup()
    await this.#index?.terminate()
    await removeIndex(this.#settings.path)
    await this.#openIndex()
  }

  /** Opens the writing side, where it is not open or ended by itself. */
  async #openIndex(): Promise<void> {
    const { path, segments, log } = this.#settings
    if (this.#index !== undefined && !this.#index.isDead()) return
    const index = await openIndexThread({ path, segments })
    this.#index = index
    const { first } = log.bounds()
    this.#cursor = Math.max(index.cursor ?? first, first) as Position
    this.#forgottenTo = index.forgottenTo
  }

  /**
   * The reading side, opened where it is not open or ended by itself: by one for all who wait.
   *
   * @throws Fault `history.damaged` or `history.closed`
   */
  async #openLookup(): Promise<LookupThread> {
    const { path, segments, log } = this.#settings
    const known = this.#lookup
    const open = await known?.catch(() => undefined)
    if (open?.isDead() === false) return open
    if (this.#lookup === known && !this.#isClosed) this.#lookup = openLookupThread({ path, segments }, log)
    const opened = await this.#lookup
    if (opened === undefined || this.#isClosed) throw new Fault('history.closed', 'the history is closed')
    return opened
  }

  async #closeLookup(): Promise<void> {
    const lookup = await this.#lookup?.catch(() => undefined)
    this.#lookup = undefined
    await lookup?.terminate()
  }

  /** Damage seen by a reader leads to a rebuild, too; the reader is told that it failed. */
  #seen(error: unknown): unknown {
    if (!isDamage(error) || this.#rebuild !== undefined) return error
    const until = this.#settings.log.bounds().end
    void this.#enqueue(async () => {
      await this.#startAnew(error)
      // The runner may be waiting for the next append. What fails here, it will meet.
      while (this.#cursor < until && !this.#isClosed) await this.#advance(until, batchBytes)
    }).catch(() => {})
    return new Fault('history.failed', 'the index is being rebuilt', error.fields, { cause: error })
  }

  #noteRebuild(reason: string): void {
    this.#rebuild ??= { startedMs: performance.now(), until: this.#settings.log.bounds().end, events: 0 }
    this.#settings.telemetry.rebuilding({ reason })
  }

  #noteProgress(events: number): void {
    if (this.#rebuild === undefined) return
    this.#rebuild.events += events
    if (this.#cursor < this.#rebuild.until) return
    const tookMs = Math.round(performance.now() - this.#rebuild.startedMs)
    this.#settings.telemetry.rebuilt({ events: this.#rebuild.events, tookMs })
    this.#rebuild = undefined
  }

  /** Follows the log's retention. What it removes goes in whole segments, so this is rare. */
  async #forgetTrimmed(): Promise<void> {
    const { first } = this.#settings.log.bounds()
    if (first <= this.#forgottenTo) return
    this.#forgottenTo = first
    const index = this.#opened(this.#index)
    for (let mark = await index.forget(first, sweepStart); mark !== undefined; ) mark = await index.forget(first, mark)
  }

  #opened<Thread>(thread: Thread | undefined): Thread {
    if (thread === undefined || this.#isClosed) throw new Fault('history.closed', 'the history is closed')
    return thread
  }
}

/** Intents are no events; a store's events are found in that store. */
function isSearchable(frame: StoredFrame): boolean {
  return frame.kind === 'event' && frame.audience.kind !== 'store'
}
