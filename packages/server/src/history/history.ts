import type { LookupQuery } from '@cairn/core/lookup'
import { Fault } from '../fault.ts'
import type { Position } from '../ports/event-log.ts'
import type {
  EntryPage,
  EventKey,
  HistoryIndex,
  HistoryStatus,
  Recognition,
  SearchPart,
} from '../ports/history-index.ts'
import type { KeyVault } from '../ports/key-vault.ts'
import { type FollowedLog, type FollowPart, follow } from './follow.ts'
import { createPageTokens } from './page-token.ts'

/** Event history: finds what was recorded again. */
export interface History {
  /** Events in the query's order, then a summary; see {@link HistoryIndex.search}. */
  search(query: LookupQuery, caller: string, signal: AbortSignal): AsyncIterable<SearchPart>
  /** Events that match, as they come in from now on, until `signal` is aborted. */
  follow(query: LookupQuery, signal: AbortSignal): AsyncIterable<FollowPart>
  /**
   * One page of events as LookupEvents shows them, and the token of the next when there is one.
   *
   * @throws Fault `history.rebuilding` while the index is being rebuilt: a page could lack events without a sign
   * @throws Fault `history.bad-token` when the token was given to another caller, for another region or other parameters
   */
  page(request: PageRequest): Promise<Page>
  /** For each key whether such an event is in the history. Frames still on their way are not: see `caughtUp`. */
  recognise(keys: readonly EventKey[]): Promise<readonly Recognition[]>
  /** Resolves when every event before `position` can be found. */
  caughtUp(position: Position, signal: AbortSignal): Promise<void>
  status(): HistoryStatus
  /** Its end of the event log. */
  readonly consumer: HistoryConsumer
}

/** What the runner drives. The cursor is the index's own, kept in the same transaction as what it covers. */
export interface HistoryConsumer {
  readonly name: 'history'
  start(): Position
  /** See {@link HistoryIndex.advance}. */
  advance(end: Position): Promise<void>
}

export interface PageRequest {
  /** `eventsMax` is the length of the page. */
  readonly query: LookupQuery
  /** Who asks, where and for what: a token is good only where all of it is the same. */
  readonly bound: readonly string[]
  readonly token: string | undefined
  readonly caller: string
  readonly signal: AbortSignal
}

export interface Page extends Pick<EntryPage, 'entries'> {
  readonly next: string | undefined
}

export interface HistoryOptions {
  readonly index: HistoryIndex
  readonly log: FollowedLog
  readonly vault: KeyVault
}

export function createHistory({ index, log, vault }: HistoryOptions): History {
  const tokens = createPageTokens(vault)
  const waiting = new Set<Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'>>()
  const caughtUp: History['caughtUp'] = async (position, signal) => {
    signal.throwIfAborted()
    while (index.start() < position) {
      const turn = Promise.withResolvers<void>()
      const giveUp = (): void => turn.reject(signal.reason)
      waiting.add(turn)
      signal.addEventListener('abort', giveUp, { once: true })
      await turn.promise.finally(() => {
        waiting.delete(turn)
        signal.removeEventListener('abort', giveUp)
      })
    }
  }
  return {
    async *search(query, caller, signal) {
      const { state, acceptedTo } = index.status()
      // What was answered a moment ago should be found now; a rebuild is too long to wait for, and is said.
      if (state === 'behind') await soon(caughtUp, acceptedTo, signal)
      yield* index.search({ query, caller }, signal)
    },
    follow: (query, signal) => follow(log, query, signal),
    async page({ query, bound, token, caller, signal }) {
      const after = token === undefined ? undefined : tokens.read(token, bound)
      if (index.status().state === 'rebuilding') {
        throw new Fault('history.rebuilding', 'the history is being rebuilt', { indexedTo: index.status().indexedTo })
      }
      const { entries, last } = await index.page({ query, caller, ...(after && { after }) }, signal)
      return { entries, next: last && tokens.write(last, bound) }
    },
    recognise: (keys) => index.recognise(keys),
    caughtUp,
    status: () => index.status(),
    consumer: {
      name: 'history',
      start: () => index.start(),
      async advance(end) {
        try {
          await index.advance(end)
        } catch (error) {
          // On a full disk it is tried again for hours: whoever waits is told instead.
          for (const turn of waiting) turn.reject(error)
          throw error
        }
        for (const turn of waiting) turn.resolve()
      },
    },
  }
}

/** How long a look-up waits for events that are on their way. */
const soonMs = 250

async function soon(caughtUp: History['caughtUp'], position: Position, signal: AbortSignal): Promise<void> {
  try {
    await caughtUp(position, AbortSignal.any([signal, AbortSignal.timeout(soonMs)]))
  } catch {
    signal.throwIfAborted()
  }
}
