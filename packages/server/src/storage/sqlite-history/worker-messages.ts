import type { EventFields } from '@cairn/core/record'
import type { EventPlace, Search, SearchSummary } from '../../ports/history-index.ts'
import type { SweepMark } from './forget-sweep.ts'
import type { FrameBatch } from './frame-batch.ts'
import type { KeyBatch } from './key-batch.ts'

/** A fault on its way between threads. */
export interface FaultNote {
  readonly code: string
  readonly message: string
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

export type ToIndexWorker =
  | { readonly kind: 'write'; readonly id: number; readonly batch: FrameBatch; readonly next: number }
  /** Read the segments from the cursor on and index; see {@link NextEvents}. */
  | {
      readonly kind: 'advance'
      readonly id: number
      readonly from: number
      readonly end: number
      readonly bytesMax: number
    }
  | { readonly kind: 'forget'; readonly id: number; readonly first: number; readonly mark: SweepMark }
  | { readonly kind: 'close'; readonly id: number }

export type FromIndexWorker =
  | {
      readonly kind: 'opened'
      readonly id: undefined
      readonly cursor: number | undefined
      readonly forgottenTo: number
    }
  /** `mark`: where to go on forgetting. */
  | { readonly kind: 'done'; readonly id: number; readonly mark: SweepMark | undefined }
  /** `undefined`: no segment holds the position asked for. */
  | { readonly kind: 'advanced'; readonly id: number; readonly indexed: Indexed | undefined }
  | { readonly kind: 'failed'; readonly id: number | undefined; readonly fault: FaultNote }

export type ToLookupWorker =
  | { readonly kind: 'search'; readonly id: number; readonly search: Search; readonly searchMsMax: number }
  /** One page, in one answer. */
  | { readonly kind: 'page'; readonly id: number; readonly search: Search; readonly searchMsMax: number }
  /** The receiver took one `matches`: another may be sent. */
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'recognise'; readonly id: number; readonly keys: KeyBatch }
  | { readonly kind: 'fetched'; readonly id: number; readonly batch: FrameBatch }
  | { readonly kind: 'fetch-failed'; readonly id: number; readonly fault: FaultNote }

export type FromLookupWorker =
  | { readonly kind: 'opened'; readonly id: undefined }
  | { readonly kind: 'matches'; readonly id: number; readonly batch: FrameBatch; readonly found: readonly FoundNote[] }
  | { readonly kind: 'end'; readonly id: number; readonly summary: Omit<SearchSummary, 'isCaughtUp'> }
  | {
      readonly kind: 'page'
      readonly id: number
      readonly entries: Uint8Array<ArrayBuffer>
      readonly last: EventPlace | undefined
      readonly summary: Omit<SearchSummary, 'isCaughtUp'>
    }
  | { readonly kind: 'recognised'; readonly id: number; readonly recognised: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'fetch'; readonly id: undefined; readonly fetchId: number; readonly positions: readonly number[] }
  /** `id` of the search or question; `undefined` when the worker cannot open the index. */
  | { readonly kind: 'failed'; readonly id: number | undefined; readonly fault: FaultNote }

/** What stands beside an event's bytes in a `matches`. */
export interface FoundNote {
  readonly timeMs: number
  readonly fields: EventFields
}

/** What a batch was. */
export interface Indexed {
  readonly events: number
  readonly bytes: number
  /** First position not indexed now. */
  readonly next: number
}

export interface HistoryWorkerData {
  readonly path: string
  /** Directory of the log's segments, when it has one that the workers can read. */
  readonly segments: string | undefined
}
