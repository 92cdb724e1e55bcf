import { type Cell, cellOf, rowCell, timeOf } from './cell.ts'
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

const toRow: Readonly<Record<LakeTableKind, ToRow>> = {
  events: recordRow('events'),
  insights: recordRow('insights'),
  activity: recordRow('activity'),
}

function recordRow(kind: LakeTableKind, wanted?: ReadonlySet<string>): ToRow {
  const columns = lakeTableSchemas[kind].columns
    .filter(({ name }) => !isOwnColumn(name) && wanted?.has(name) !== false)
    .map(({ name, type }): readonly [string, Cell] => [name, cellOf(type)])
  const row = rowCell(columns)
  return kind === 'insights' ? (record) => row(flatInsight(record)) : row
}

/** Columns about the record as a whole: a member of that name in a record is not what they hold. */
export function isOwnColumn(name: string): boolean {
  return name === 'eventjson' || name === 'eventjsonchecksum'
}

/**
 * The row of a record in tables of `kind`. `record` is what `parseRecord` makes of `text`, which is the record as it
 * was taken in, and what `eventjson` holds. Values that do not fit their column's type are null there.
 *
 * `eventjsonchecksum` is not stored: it says nothing that `eventjson` does not, and would be a quarter of all that is
 * stored. Who reads the table computes it.
 */
export function lakeRow(kind: LakeTableKind, record: Readonly<Record<string, unknown>>, text: string): LakeRow {
  const row = toRow[kind](record)
  const line = JSON.stringify(kind === 'events' ? { ...row, eventjson: text } : row)
  return { line, eventTimeMs: timeOf(record.eventTime) }
}

/** As `lakeRow` of events, with no more than these columns: for one statement that reads records where they lie. */
export function lakeRowWith(
  wanted: ReadonlySet<string>,
): (record: Readonly<Record<string, unknown>>, text: string) => string {
  const toWanted = recordRow('events', wanted)
  const hasText = wanted.has('eventjson') || wanted.has('eventjsonchecksum')
  return (record, text) => JSON.stringify(hasText ? { ...toWanted(record), eventjson: text } : toWanted(record))
}
