import { type Cell, cellOf, rowCell, timeOf } from './cell.ts'
import { parseExactly } from './exact-json.ts'
import { flatInsight } from './flat-insight.ts'
import { type LakeTableKind, lakeTableSchemas } from './table-schemas.ts'

/** A row as ingestion keeps it until it is in a typed file. */
export interface LakeRow {
  /** One JSON object without line breaks: the table's columns by their names; those without a value are left out. */
  readonly line: string
  /** `undefined` when the record has no time that can be read: such a row has no `eventtime`. */
  readonly eventTimeMs: number | undefined
}

type ToRow = (record: unknown) => object | undefined

/** Columns about the record as a whole: a member of that name in a record is not what they hold. */
const ownColumns: ReadonlySet<string> = new Set(['eventjson', 'eventjsonchecksum'])

const toRow: Readonly<Record<LakeTableKind, ToRow>> = {
  events: recordRow('events'),
  insights: recordRow('insights'),
  activity: recordRow('activity'),
}

function recordRow(kind: LakeTableKind): ToRow {
  const columns = lakeTableSchemas[kind].columns
    .filter(({ name }) => !ownColumns.has(name))
    .map(({ name, type }): readonly [string, Cell] => [name, cellOf(type)])
  const row = rowCell(columns)
  return kind === 'insights' ? (record) => row(flatInsight(record)) : row
}

/**
 * The row of a record in tables of `kind`. `text` is the record exactly as it was taken in, and `checksum` what the
 * column `eventjsonchecksum` says of it. `undefined` when the text is not a JSON object.
 *
 * Values that do not fit their column's type are null there; `eventjson` has them.
 */
export function lakeRow(kind: LakeTableKind, text: string, checksum: () => string): LakeRow | undefined {
  const record = parsed(text)
  const row = toRow[kind](record)
  if (row === undefined) return undefined
  const whole = kind === 'events' ? { eventjson: text, eventjsonchecksum: checksum() } : {}
  const eventTimeMs = timeOf((record as { readonly eventTime?: unknown }).eventTime)
  return { line: JSON.stringify({ ...row, ...whole }), eventTimeMs }
}

function parsed(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}
