import type { DatabaseSync } from 'node:sqlite'
import type { IndexedAttribute } from './term.ts'

/**
 * Marks: by position, 16 bits of the term of each attribute that patterns and ranges are asked of. A condition that many
 * values meet (`ci-*`, a /16) is tested on the mark of each candidate, without following a list per value or fetching
 * the event. Different values may share a mark, so a mark rules out and never in.
 *
 * ```
 * row  = chunk marks                     ; of `chunkPositions` positions from chunk × chunkPositions on
 * mark = 3 × u16 little-endian           ; in the order of `markedAttributes`; 0 where the event has no value
 * ```
 */
export const markedAttributes = ['username', 'sourceIp', 'eventName'] as const satisfies readonly IndexedAttribute[]

export type MarkedAttribute = (typeof markedAttributes)[number]

const markBytes = markedAttributes.length * 2

/** A row fills a page of 4 KiB: one read tells of as many events as one record takes to fetch. */
const chunkPositions = 600

/** The mark of a term; never 0, which stands for no value. */
export function markOf(term: number): number {
  return (term % 0xffff) + 1
}

export function isMarked(attribute: IndexedAttribute): attribute is MarkedAttribute {
  return (markedAttributes as readonly string[]).includes(attribute)
}

/** Marks of events by ascending position: those of event `n` stand from `n * markedAttributes.length` on. */
export interface EventMarks {
  readonly positions: readonly number[]
  readonly marks: readonly number[]
}

export function createMarkWriter(database: DatabaseSync): (events: EventMarks) => void {
  const read = database.prepare('SELECT marks FROM marks WHERE chunk = ?')
  const put = database.prepare('INSERT OR REPLACE INTO marks VALUES (?, ?)')
  return ({ positions, marks }) => {
    for (let start = 0; start < positions.length; ) {
      const chunk = Math.floor((positions[start] ?? 0) / chunkPositions)
      const first = chunk * chunkPositions
      const blob = Buffer.alloc(chunkPositions * markBytes)
      const before = read.get(chunk)?.marks
      if (before instanceof Uint8Array) blob.set(before)
      let next = start
      for (; next < positions.length && (positions[next] ?? 0) < first + chunkPositions; next += 1) {
        const at = ((positions[next] ?? 0) - first) * markBytes
        for (let nth = 0; nth < markedAttributes.length; nth += 1) {
          blob.writeUInt16LE(marks[next * markedAttributes.length + nth] ?? 0, at + nth * 2)
        }
      }
      put.run(chunk, blob)
      start = next
    }
  }
}

/** Forgets chunks that lie before `first`. */
export function forgetMarks(database: DatabaseSync, first: number): void {
  database.prepare('DELETE FROM marks WHERE chunk < ?').run(Math.floor(first / chunkPositions))
}

/** A test of candidates by their position. */
export type MarkTest = (position: number) => boolean

/** Chunks kept: neighbours in time stand near each other in the log. 230 KB. */
const chunksKept = 64

export interface MarkReader {
  /** Rules out events whose `attribute` has none of these terms. */
  test(attribute: MarkedAttribute, terms: readonly number[]): MarkTest
}

export function createMarkReader(database: DatabaseSync): MarkReader {
  const read = database.prepare('SELECT marks FROM marks WHERE chunk = ?')
  return {
    test(attribute, terms) {
      const offset = markedAttributes.indexOf(attribute) * 2
      const wanted = new Uint8Array(0x10000)
      for (const term of terms) wanted[markOf(term)] = 1
      // Kept per search: a chunk may grow while nobody looks, and a search that began does not need what came later.
      const chunks = new Map<number, Uint8Array | undefined>()
      return (position) => {
        const chunk = Math.floor(position / chunkPositions)
        if (!chunks.has(chunk)) {
          if (chunks.size >= chunksKept) chunks.clear()
          const blob = read.get(chunk)?.marks
          chunks.set(chunk, blob instanceof Uint8Array ? blob : undefined)
        }
        const marks = chunks.get(chunk)
        if (marks === undefined) return true
        const at = (position - chunk * chunkPositions) * markBytes + offset
        return wanted[(marks[at] ?? 0) | ((marks[at + 1] ?? 0) << 8)] === 1
      }
    },
  }
}
