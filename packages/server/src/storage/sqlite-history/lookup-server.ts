import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SegmentReader } from '../segment-log/index.ts'
import { faultOf, noteOf } from './fault-note.ts'
import { type FrameBatch, packFrames } from './frame-batch.ts'
import type { IndexReader } from './index-reader.ts'
import { packAnswers, unpackKeys } from './key-batch.ts'
import { createRemoteSource, createSegmentSource, type Fetched, type RecordSource } from './record-source.ts'
import { type Match, runSearch, type SearchHost } from './search-run.ts'
import type { FromLookupWorker, ToLookupWorker } from './worker-messages.ts'

/** How long one search has the thread: the others of its kind, and quick ones, wait no longer than that each. */
const turnMs = 5

/** `matches` under way that the receiver has not taken: a slow reader holds back its own search only. */
const partsAhead = 2

type Send = (message: FromLookupWorker, transfer: ArrayBuffer[]) => void

/** Runs searches side by side on one thread, in turns. */
export function createLookupServer(
  reader: IndexReader,
  segments: SegmentReader | undefined,
  send: Send,
): { take(message: ToLookupWorker): void } {
  const running = new Map<number, RunningSearch>()
  const fetches = new Map<number, PromiseWithResolvers<FrameBatch>>()
  let lastFetch = 0
  const fetch = (positions: readonly number[]): Promise<FrameBatch> => {
    const id = ++lastFetch
    const waiting = Promise.withResolvers<FrameBatch>()
    fetches.set(id, waiting)
    send({ kind: 'fetch', id: undefined, fetchId: id, positions }, [])
    return waiting.promise.finally(() => fetches.delete(id))
  }
  const remote = createRemoteSource(fetch)
  const source = segments === undefined ? remote : createSegmentSource(segments, remote)
  const search = async ({ id, search: asked, searchMsMax }: ToLookupWorker & { kind: 'search' }): Promise<void> => {
    const run = new RunningSearch(searchMsMax, source)
    running.set(id, run)
    try {
      for await (const part of runSearch(reader, asked, run)) {
        if (part.kind === 'end') {
          send({ kind: 'end', id, summary: { ...part.summary, tookMs: Math.round(run.usedMs) } }, [])
        } else {
          const { batch, found } = packMatches(part.matches)
          send({ kind: 'matches', id, batch, found }, [batch.bytes])
          await run.sent()
        }
      }
    } catch (error) {
      if (error !== cancelled) send({ kind: 'failed', id, fault: noteOf(error) }, [])
    } finally {
      running.delete(id)
    }
  }
  return {
    take(message) {
      switch (message.kind) {
        case 'search':
          void search(message)
          return
        case 'more':
          return running.get(message.id)?.taken()
        case 'cancel':
          return running.get(message.id)?.cancel()
        case 'fetched':
          return fetches.get(message.id)?.resolve(message.batch)
        case 'fetch-failed':
          return fetches.get(message.id)?.reject(faultOf(message.fault))
        case 'recognise':
          try {
            const recognised = packAnswers(reader.ids.recognise(unpackKeys(message.keys)))
            send({ kind: 'recognised', id: message.id, recognised }, [recognised.buffer])
          } catch (error) {
            send({ kind: 'failed', id: message.id, fault: noteOf(error) }, [])
          }
      }
    },
  }
}

/** What a cancelled search is ended with; nobody waits for its end. */
const cancelled = Symbol('cancelled')

class RunningSearch implements SearchHost {
  readonly #msMax: number
  readonly #source: RecordSource
  #turnStarted = performance.now()
  #usedMs = 0
  #ahead = 0
  #isCancelled = false
  #wake: (() => void) | undefined

  constructor(msMax: number, source: RecordSource) {
    this.#msMax = msMax
    this.#source = source
  }

  /** Time it had the thread or the log for itself; waiting for its receiver does not count. */
  get usedMs(): number {
    return this.#usedMs + (performance.now() - this.#turnStarted)
  }

  async fetch(positions: readonly number[], literals: readonly Buffer[]): Promise<Fetched> {
    const fetched = await this.#source.fetch(positions, literals, async () => {
      if (this.isTurnOver()) await this.pause()
    })
    this.#throwIfCancelled()
    return fetched
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

function packMatches(matches: readonly Match[]) {
  const batch = packFrames(matches.map(({ event }) => event))
  return { batch, found: matches.map(({ timeMs, fields }) => ({ timeMs, fields })) }
}
