import { hash } from 'node:crypto'
import type { GroupCounts, LookupQuery } from '@cairn/core/lookup'
import type { EventFields } from '@cairn/core/record'
import type { Position } from './event-log.ts'

/**
 * The event history: finds events of the log again. It keeps no event, only where each stands; whatever it holds can be
 * rebuilt from the log. What the log's retention removes, it forgets by itself.
 */
export interface HistoryIndex {
  /** The first position it has not indexed: where the runner goes on. Moves back when the index had to be rebuilt. */
  start(): Position
  /**
   * Indexes the next events from `start()` on, about `bytesMax` of them (a sensible batch by default), none at or behind
   * `end`. When it resolves `start()` is behind what it took, and that can be found, each once, also after a crash.
   * Intents and frames of a store's audience are not searchable. It reads the log itself, because the main loop has
   * better things to do.
   *
   * @throws Fault `history.failed` when the index cannot be written, those of `EventLog.read` when the log cannot be read
   */
  advance(end: Position, bytesMax?: number): Promise<void>
  /**
   * Finds events: parts with events in the order asked, then one summary. Ends early, with a summary that says so, at
   * its time limit. Stops within about 100 ms when `signal` is aborted, by throwing its reason.
   *
   * @throws Fault `history.busy` when too many look-ups of this caller wait already
   * @throws Fault `history.failed` when the index or the log cannot be read
   */
  search(search: Search, signal: AbortSignal): AsyncIterable<SearchPart>
  /**
   * One page of the events that `search` asks for, `query.eventsMax` long, as LookupEvents shows them. It is written where
   * they are found, so that whoever answers only hands it on.
   *
   * @throws as `search`, and Fault `history.too-slow` at the time limit
   */
  page(search: Search, signal: AbortSignal): Promise<EntryPage>
  /** What is indexed of each key. `same` is wrong once in 10^20, `other` once in 10^7 for ten million events. */
  recognise(keys: readonly EventKey[]): Promise<readonly Recognition[]>
  status(): HistoryStatus
  [Symbol.asyncDispose](): Promise<void>
}

export interface Search {
  readonly query: LookupQuery
  /** Goes on after this event, in the query's order. */
  readonly after?: EventPlace
  /** Who asks: look-ups of one caller queue behind each other, not before others'. */
  readonly caller: string
}

/** Where an event stands in the order of time. Events of one millisecond are ordered by position. */
export interface EventPlace {
  readonly timeMs: number
  readonly position: Position
}

export type SearchPart =
  | { readonly kind: 'events'; readonly events: readonly FoundEvent[] }
  | { readonly kind: 'summary'; readonly summary: SearchSummary }

export interface EntryPage {
  /** JSON of each event, with commas between. */
  readonly entries: Uint8Array
  /** The last one, when there are more behind it. */
  readonly last: EventPlace | undefined
}

export interface FoundEvent extends EventPlace {
  readonly account: string
  readonly region: string
  /** As stored. */
  readonly bytes: Uint8Array
  readonly fields: EventFields
}

export interface SearchSummary {
  /** Events that match, as far as the search went. */
  readonly matched: number
  /** Of those, events returned. */
  readonly returned: number
  /** Events that the index proposed and whose record was looked at. */
  readonly examined: number
  readonly examinedBytes: number
  /** What narrowed the search, e.g. `username, eventName`; `time` when nothing did. */
  readonly plan: string
  /** `complete`: there are no more. `limit`: there may be. `time-limit`: stopped before the end. */
  readonly end: 'complete' | 'limit' | 'time-limit'
  readonly groups: readonly GroupCounts[]
  readonly tookMs: number
  /** False when events accepted before the search began were not indexed yet, as during a rebuild. */
  readonly isCaughtUp: boolean
}

/** `same`: this very event is there. `other`: its id is, with other content. `new`: neither. */
export type Recognition = 'new' | 'same' | 'other'

/** Names one event. Without an event id, as in many published examples, its content alone does. */
export interface EventKey {
  readonly account: string
  readonly eventId: string | undefined
  /** {@link contentHash} of its bytes. */
  readonly contentHash: Uint8Array
}

export interface HistoryStatus {
  readonly state: 'indexed' | 'behind' | 'rebuilding'
  /** Everything before it can be found. */
  readonly indexedTo: Position
  /** Everything before it is in the log. */
  readonly acceptedTo: Position
  readonly diskBytes: number
  /** How far a rebuild is, while there is one. */
  readonly rebuild?: { readonly events: number; readonly elapsedMs: number }
}

/** What tells two events of one id apart: SHA-256 of the stored bytes. */
export function contentHash(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}
