import { storedColumns } from '@cairn/core/lake'
import type { TableUse, TimeBounds } from '@cairn/core/query'
import type { EngineTable } from '../../ports/lake-engine.ts'
import type { ParquetPart, TableSnapshot } from '../tables/index.ts'

/** The rows of a snapshot that can matter to a statement. */
export interface SnapshotTable {
  readonly table: EngineTable
  /** Absolute paths. */
  readonly files: readonly string[]
  /** In those files. */
  readonly rows: number
  readonly bytes: number
}

/** Stands in for the columns of a table of which only the number of rows is asked. */
const cheapestColumn = 'eventtime'
const jsonColumn = 'eventjson'
const checksumColumn = 'eventjsonchecksum'

/** @param wanted columns by their names in the table's schema */
export function snapshotRows(
  snapshot: TableSnapshot,
  wanted: readonly string[],
  bounds: TimeBounds,
  fields: TableUse['fields'] = {},
): Omit<SnapshotTable, 'table'> & { readonly source: string } {
  const stored = storedColumns(snapshot.kind)
  const names = new Set(wanted.length === 0 ? [cheapestColumn] : wanted)
  const needsJson = names.has(jsonColumn) || names.has(checksumColumn)
  const columns = stored.filter(({ name }) => names.has(name) || (name === jsonColumn && needsJson))
  const parts = snapshot.parquet.filter((part) => mayHold(part, bounds))
  // Over one kind of file the engine sees for itself which fields of a struct are read; behind UNION ALL it would read all.
  const isUnion = parts.length > 0 && snapshot.lines.length > 0
  const select = `SELECT ${columns.map(({ name }) => (isUnion ? narrowed(name, fields[name]) : quotedName(name))).join(', ')} FROM`
  const selects = [
    ...(parts.length === 0 ? [] : [`${select} read_parquet(${list(parts.map((part) => part.path))})`]),
    ...(snapshot.lines.length === 0 ? [] : [`${select} ${linesOf(snapshot.lines, columns)}`]),
  ]
  const source = selects.length === 0 ? nothing(columns) : selects.join(' UNION ALL ')
  const skipped = snapshot.parquet.filter((part) => !parts.includes(part))
  return {
    source: names.has(checksumColumn) ? withChecksum(source) : source,
    files: [...parts.map((part) => part.path), ...snapshot.lines],
    rows: skipped.reduce((rows, part) => rows - part.rows, snapshot.rows),
    bytes: skipped.reduce((bytes, part) => bytes - part.bytes, snapshot.bytes),
  }
}

/** A table of an event data store, by the store's id. */
export function snapshotTable(use: TableUse, snapshot: TableSnapshot): SnapshotTable {
  const { source, ...rest } = snapshotRows(snapshot, use.columns, use.eventTime, use.fields)
  return { ...rest, table: { name: use.name, source } }
}

/** A column; of a struct only the fields at `paths`, which are NULL where it is. */
function narrowed(name: string, paths: readonly (readonly string[])[] | undefined): string {
  return paths === undefined ? quotedName(name) : `${packed(quotedName(name), paths)} AS ${quotedName(name)}`
}

function packed(of: string, paths: readonly (readonly string[])[]): string {
  const byField = Map.groupBy(paths, ([field = '']) => field)
  const parts = [...byField].map(([field, all]) => {
    const inner = `struct_extract(${of}, ${quotedText(field)})`
    const below = all.map(([, ...rest]) => rest)
    return `${quotedName(field)} := ${below.some((rest) => rest.length === 0) ? inner : packed(inner, below)}`
  })
  return `struct_pack(${parts.join(', ')})`
}

function mayHold(part: ParquetPart, { fromMs, toMs }: TimeBounds): boolean {
  return (fromMs === undefined || part.eventTimeMsMax >= fromMs) && (toMs === undefined || part.eventTimeMsMin <= toMs)
}

interface StoredColumn {
  readonly name: string
  readonly type: string
}

function linesOf(paths: readonly string[], columns: readonly StoredColumn[]): string {
  const types = columns.map(({ name, type }) => `${quotedText(name)}: ${quotedText(type)}`)
  return `read_json(${list(paths)}, format = 'newline_delimited', columns = {${types.join(', ')}})`
}

function nothing(columns: readonly StoredColumn[]): string {
  const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quotedName(name)}`)
  return `SELECT ${nulls.join(', ')} WHERE FALSE`
}

function withChecksum(source: string): string {
  return `SELECT *, sha256(${jsonColumn}) AS ${checksumColumn} FROM (${source})`
}

function list(paths: readonly string[]): string {
  return `[${paths.map(quotedText).join(', ')}]`
}

function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
