import { isUtf8 } from 'node:buffer'
import { type LakeTableKind, RowLines } from '@cairn/core/lake'
import type { Taker } from './select-stores.ts'
import type { NewRows } from './table-writer.ts'

/** Rows of a batch for one table. */
interface Taken {
  readonly kind: LakeTableKind
  /** Where they are among the lines of their kind, in order; neighbours are one. */
  readonly ranges: { readonly from: number; to: number }[]
  readonly eventTimesMs: (number | undefined)[]
}

/** The rows of a batch by the tables that take them; each is made once, whoever takes it. */
export class TakenRows {
  readonly #lines = new Map<LakeTableKind, RowLines>()
  readonly #tables = new Map<string, Taken>()

  /** Adds the row of a record to the tables that take it; false when it is no record. */
  add(record: Uint8Array, takers: readonly Taker[]): boolean {
    let made: readonly LakeTableKind[] = []
    for (const { id, kind } of takers) {
      const lines = this.#linesOf(kind)
      if (!made.includes(kind)) {
        if (!lines.add(record)) return false
        made = [...made, kind]
      }
      this.#give(id, kind, lines)
    }
    return true
  }

  /** What each table takes, valid until `clear`. */
  *tables(): Generator<{ readonly store: string; readonly kind: LakeTableKind; readonly rows: NewRows }> {
    for (const [store, { kind, ranges, eventTimesMs }] of this.#tables) {
      const lines = this.#linesOf(kind)
      const [first, ...others] = ranges.map(({ from, to }) => lines.bytes(from, to))
      if (first === undefined) continue
      yield {
        store,
        kind,
        rows: { bytes: others.length === 0 ? first : Buffer.concat([first, ...others]), eventTimesMs },
      }
    }
  }

  clear(): void {
    this.#tables.clear()
    for (const lines of this.#lines.values()) lines.clear()
  }

  /** The row that was made last goes to a table. */
  #give(id: string, kind: LakeTableKind, lines: RowLines): void {
    let taken = this.#tables.get(id)
    if (taken === undefined) {
      taken = { kind, ranges: [], eventTimesMs: [] }
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
