import type { LakeTableKind } from '@cairn/core/lake'
import type { AdvancedEventSelector } from '@cairn/core/selectors'
import type { Position } from './event-log.ts'

/**
 * The files of the lake's tables: rows of events that stores select, first as lines of JSON, later in typed files.
 *
 * A row of an event goes from the log into a table once, whatever crashes: what a table holds and up to which position
 * of the log it is complete are recorded together.
 *
 * Paths are below the table's folder, see {@link LakeFiles.pathOf}.
 */

/** Rows of one UTC day of event time. */
export interface DayRows {
  readonly rows: number
  /** Least and greatest event time. */
  readonly eventTimeMsMin: number
  readonly eventTimeMsMax: number
}

/** A file of new rows, a line of JSON each. */
export interface TailFile {
  readonly file: string
  readonly bytes: number
  readonly rows: number
  readonly crc32: number
  /** By `YYYY-MM-DD`. */
  readonly days: Readonly<Record<string, DayRows>>
  /** Rows without a readable event time; in no day. */
  readonly undated: number
}

/** A typed file: rows of one day. Never changes. */
export interface PartFile extends DayRows {
  readonly file: string
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export interface TableState {
  readonly store: string
  readonly kind: LakeTableKind
  /** Every event before it that belongs here is here. */
  readonly next: Position
  /** Still written to: of no use to readers until `roll`. */
  readonly tail: TailFile | undefined
  /** New rows in files that do not change any more, oldest first. */
  readonly sealed: readonly TailFile[]
  readonly parts: readonly PartFile[]
}

/** What a store takes. */
export interface StoreRule {
  readonly id: string
  readonly kind: LakeTableKind
  readonly account: string
  readonly region: string
  readonly isMultiRegion: boolean
  /** Whether it takes live events that it selects; events addressed to it are taken anyway. */
  readonly takesLive: boolean
  readonly selectors: readonly AdvancedEventSelector[]
}

/** The stores as they were at some versions of the catalogue. The same number always means the same rules. */
export interface RuleSet {
  readonly number: number
  readonly rules: readonly StoreRule[]
}

/** An event that some table may take. */
export interface LakeEvent {
  readonly position: Position
  readonly account: string
  readonly region: string
  /** Its only addressee; `undefined` for a live event. */
  readonly store: string | undefined
  readonly rules: RuleSet
  /** Of an event of a change: selected if either does. */
  readonly rulesAfter: RuleSet | undefined
  readonly bytes: Uint8Array
}

export interface LakeBatch {
  readonly events: readonly LakeEvent[]
  /** Behind all of them. */
  readonly next: Position
}

/** Events that were handed over. */
export interface PreparedBatch {
  readonly number: number
}

export interface Written {
  readonly rows: number
  readonly bytes: number
  /** Positions of events that are no JSON object, which no table can hold. */
  readonly notRecords: readonly number[]
}

export interface TableChange {
  /** Names of files that leave the table. They stay on disk. */
  readonly removed: readonly string[]
  readonly added: readonly PartFile[]
}

/** Calls are dealt with one after the other, in their order, but for `prepare`. */
export interface LakeFiles {
  /** Before it, nothing has to be read again after a crash. Moves now and then. `undefined` at the very first start. */
  cursor(): Position | undefined
  /** Tables that can be used, by store; replaced by each change. */
  tables(): ReadonlyMap<string, TableState>
  /** Tables that cannot be read, and why. Nothing is written to them. */
  damaged(): ReadonlyMap<string, string>
  /** Absolute. */
  pathOf(store: string, file: string): string
  /**
   * Hands events over that are written next: their rows are made at once, also while others are being written. Nothing
   * of them is in a table before `write`, and nothing of `batch` is looked at afterwards.
   *
   * @throws Fault `lake.files-failed`
   */
  prepare(batch: LakeBatch): Promise<PreparedBatch>
  /**
   * Adds rows to the tables that take these events, all or none of each table. Events before a table's `next` are in it
   * already. After a failure they have to be handed over again.
   *
   * @throws Fault `lake.disk-full`, `lake.files-failed`
   */
  write(batch: PreparedBatch): Promise<Written>
  /** Notes durably that all tables are complete up to `next`, which becomes the cursor. */
  mark(next: Position): Promise<void>
  /** Closes the file of newest rows, so that it can be read; the next rows begin another. */
  roll(store: string): Promise<TableState | undefined>
  /** @throws Fault `lake.files-failed` */
  replace(store: string, change: TableChange): Promise<TableState>
  /** Forgets the table and removes its folder. */
  drop(store: string): Promise<void>
  /** Removes files that left the table. */
  remove(store: string, files: readonly string[]): Promise<void>
  /**
   * All tables as of one moment, new rows included, in a folder of the same form that stays as it is until its
   * disposal: for copying and for checking.
   */
  freeze(): Promise<FrozenLake>
  [Symbol.asyncDispose](): Promise<void>
}

export interface FrozenLake extends AsyncDisposable {
  /** Absolute. */
  readonly folder: string
}
