import { isUtf8 } from 'node:buffer'
import { type LakeTableKind, RowLines } from '@cairn/core/lake'
import type { Position } from '../../ports/event-log.ts'
import type { LakeEvent } from '../../ports/lake-files.ts'
import type { Taker } from './select-stores.ts'
import type { NewRows } from './table-writer.ts'

/** Rows of a batch for one table. */
interface Taken {
  readonly kind: LakeTableKind
  readonly first: Position
  /** Where they are among the lines of their kind, in order; neighbours are one. */
  readonly ranges: { readonly from: number; to: number }[]
  readonly eventTimesMs: (number | undefined)[]
}

/** What one table takes of a batch. */
export interface TableRows {
  readonly store: string
  readonly kind: LakeTableKind
  /** Position of the event of its first row. */
  readonly first: Position
  readonly rows: NewRows
}

/** The rows of a batch by the tables that take them; each is made once, whoever takes it. */
export class TakenRows {
  readonly #lines = new Map<LakeTableKind, RowLines>()
  readonly #tables = new Map<string, Taken>()

  /** Adds the row of an event to the tables that take it; false when it is no record. */
  add({ bytes, position }: LakeEvent, takers: readonly Taker[]): boolean {
    let made: readonly LakeTableKind[] = []
    for (const { id, kind } of takers) {
      const lines = this.#linesOf(kind)
      if (!made.includes(kind)) {
        if (!lines.add(bytes)) return false
        made = [...made, kind]
      }
      this.#give({ id, kind }, position, lines)
    }
    return true
  }

  /** What each table takes, valid until `clear`. */
  *tables(): Generator<TableRows> {
    for (const [store, { kind, first: position, ranges, eventTimesMs }] of this.#tables) {
      const lines = this.#linesOf(kind)
      const [first, ...others] = ranges.map(({ from, to }) => lines.bytes(from, to))
      if (first === undefined) continue
      yield {
        store,
        kind,
        first: position,
        rows: { bytes: others.length === 0 ? first : Buffer.concat([first, ...others]), eventTimesMs },
      }
    }
  }

  clear(): void {
    this.#tables.clear()
    for (const lines of this.#lines.values()) lines.clear()
  }

  /** The row that was made last goes to a table. */
  #give({ id, kind }: Taker, position: Position, lines: RowLines): void {
    let taken = this.#tables.get(id)
    if (taken === undefined) {
      taken = { kind, first: position, ranges: [], eventTimesMs: [] }
      this.#tables.set(id, taken)
    }
    const { from, to } = lines.last
    const range = taken.ranges.at(-1)
    if (range?.to === from) range.to = to
    else taken.ranges.push({ from, to })
    taken.eventTimesMs.push(lines.last.eventTimeMs)
  }

  #linesOf(kind: LakeTableKind): RowLines {
    let lines = this.#lines.get(kind)
    if (lines === undefined) {
      lines = new RowLines(kind, { isUtf8 })
      this.#lines.set(kind, lines)
    }
    return lines
  }
}
