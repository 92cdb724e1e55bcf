import type { Position } from '../../ports/event-log.ts'
import type { PartFile, RuleSet, TableChange, TableState, Written } from '../../ports/lake-files.ts'

/** Events on their way to the thread: one buffer that is handed over, and columns of what stands beside the bytes. */
export interface PackedEvents {
  readonly bytes: ArrayBuffer
  /** End of each event in `bytes`. */
  readonly ends: Uint32Array
  readonly positions: Float64Array
  /** Index of each event's place in `places`. */
  readonly placeOf: Uint32Array
  readonly places: readonly EventPlace[]
  readonly next: Position
  /** Those that `places` name and the thread has not been told yet. */
  readonly ruleSets: readonly RuleSet[]
}

/** What neighbouring events have in common. */
export interface EventPlace {
  readonly account: string
  readonly region: string
  readonly store: string | undefined
  readonly rules: number
  readonly rulesAfter: number | undefined
}

export type LakeOrder =
  /** Will be written next, by this number. Dealt with at once, also while another order is. */
  | { readonly kind: 'prepare'; readonly number: number; readonly events: PackedEvents }
  /** What was prepared by that number. */
  | { readonly kind: 'write'; readonly number: number }
  | { readonly kind: 'mark'; readonly next: Position }
  | { readonly kind: 'roll'; readonly store: string }
  | { readonly kind: 'replace'; readonly store: string; readonly change: TableChange }
  | { readonly kind: 'drop'; readonly store: string }
  /** `into`: a folder that does not exist. */
  | { readonly kind: 'freeze'; readonly into: string }
  | { readonly kind: 'close' }

/**
 * A table as it is now. Typed files, of which a store of ten years has thousands, are there only when they are not those
 * that were told last: rows come every few milliseconds, files every minute at most.
 */
export interface TableNews extends Omit<TableState, 'parts'> {
  readonly parts?: readonly PartFile[]
}

/** What is new on the disk. */
export interface LakeNews {
  readonly cursor: Position | undefined
  readonly tables: readonly TableNews[]
  readonly dropped: readonly string[]
  readonly damaged: ReadonlyMap<string, string>
  readonly written?: Written
}

export interface FaultNote {
  readonly code: string
  readonly message: string
  readonly fields: Readonly<Record<string, string | number | boolean>>
}

export interface LakeAnswer {
  /** Of the order; 0 for the opening. */
  readonly id: number
  readonly news?: LakeNews
  readonly fault?: FaultNote
}
