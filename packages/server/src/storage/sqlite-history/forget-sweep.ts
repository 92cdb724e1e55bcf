import type { DatabaseSync } from 'node:sqlite'
import { decodeBlock, encodeBlocks } from './posting-block.ts'

/** Where a sweep stands; passed back to go on. */
export type SweepMark =
  | {
      readonly table: 'postings'
      readonly term: number
      readonly scope: number
      readonly time: number
      readonly position: number
    }
  | { readonly table: 'ids'; readonly key: number }

export const sweepStart: SweepMark = { table: 'postings', term: -1, scope: 0, time: 0, position: 0 }

/** Rows looked at in one step: a few milliseconds, between which batches are indexed. */
const rowsPerStep = 2_000

interface Row {
  readonly term: number
  readonly scope: number
  readonly time: number
  readonly position: number
  readonly places: Uint8Array | null
}

/** Removes what stands before position `first`, one step. Returns where to go on, `undefined` at the end. */
export function sweepStep(database: DatabaseSync, first: number, mark: SweepMark): SweepMark | undefined {
  if (mark.table === 'ids') return sweepIds(database, first, mark.key)
  const { term, scope, time, position } = mark
  const rows = database
    .prepare(
      'SELECT * FROM postings WHERE (term, scope, time, position) > (?, ?, ?, ?) ORDER BY term, scope, time, position LIMIT ?',
    )
    .all(term, scope, time, position, rowsPerStep) as unknown as Row[]
  const remove = database.prepare('DELETE FROM postings WHERE term = ? AND scope = ? AND time = ? AND position = ?')
  const put = database.prepare('INSERT INTO postings VALUES (?, ?, ?, ?, ?)')
  for (const row of rows) {
    const { times, positions } = decodeBlock(row.time, row.position, row.places)
    const kept = [...positions.keys()].filter((index) => (positions[index] ?? 0) >= first)
    if (kept.length === positions.length) continue
    remove.run(row.term, row.scope, row.time, row.position)
    const rest = { times: kept.map((at) => times[at] ?? 0), positions: kept.map((at) => positions[at] ?? 0) }
    for (const block of encodeBlocks(rest, 'fill')) put.run(row.term, row.scope, block.time, block.position, block.blob)
  }
  const last = rows.at(-1)
  if (last === undefined || rows.length < rowsPerStep) return { table: 'ids', key: -1 }
  return { table: 'postings', term: last.term, scope: last.scope, time: last.time, position: last.position }
}

function sweepIds(database: DatabaseSync, first: number, from: number): SweepMark | undefined {
  const next = database
    .prepare('SELECT key FROM ids WHERE key > ? ORDER BY key LIMIT 1 OFFSET ?')
    .get(from, rowsPerStep)
  const to = next === undefined ? Number.MAX_SAFE_INTEGER : Number(next.key)
  database.prepare('DELETE FROM ids WHERE key > ? AND key <= ? AND position < ?').run(from, to, first)
  return next === undefined ? undefined : { table: 'ids', key: to }
}
