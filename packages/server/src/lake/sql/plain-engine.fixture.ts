import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lakeRow, lakeTableSchemas, parseRecord, storedColumns } from '@cairn/core/lake'
import {
  formatValue,
  type QueryStatement,
  type ReadStatement,
  readEngineError,
  readStatement,
  type SqlType,
} from '@cairn/core/query'
import { DuckDBInstance } from '@duckdb/node-api'
import { plainValue } from '../../storage/duckdb/plain-value.ts'
import type { EventDataStoreId } from '../stores/index.ts'
import type { TableSnapshot } from '../tables/index.ts'
import { athenaSchema, athenaTable } from './athena-table.ts'
import { snapshotTable } from './snapshot-table.ts'

/** What `$EDS_ID` stands for in queries of tests. */
export const tableId = '0a1b2c3d-1111-2222-3333-444455556666'

/** Rows as results show them, or the message instead of them. */
export type Answer = { readonly rows: readonly (readonly (string | null)[])[] } | { readonly error: string }

/** DuckDB in this process, for asking many questions fast. The real engine runs a process for each. */
export interface PlainEngine extends AsyncDisposable {
  answer(text: string): Promise<Answer>
}

/** Reads a statement over the two tables that tests have: an event data store's, and Athena's `cloudtrail_logs`. */
export function readOver(text: string): ReadStatement {
  return readStatement(text, {
    dialect: text.includes(athenaName) ? 'athena' : 'lake',
    tables: (name) => ({ [tableId]: lakeTableSchemas.events, [athenaName]: athenaSchema })[name],
  })
}

const athenaName = 'cloudtrail_logs'

/** @param records the rows of the table */
export async function openPlainEngine(records: readonly string[]): Promise<PlainEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-test-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  // As stores usually are: older rows in typed files, newer ones in lines.
  const half = Math.ceil(records.length / 2)
  const [older, newer] = [linesOf('older.ndjson', records.slice(0, half)), linesOf('newer.ndjson', records.slice(half))]
  const typed = join(folder, 'older.parquet')
  const columns = storedColumns('events').map(({ name, type }) => `'${name}': '${type}'`)
  await connection.run(
    `COPY (FROM read_json('${older}', format = 'newline_delimited', columns = {${columns.join(', ')}})) TO '${typed}'`,
  )
  const snapshot = snapshotOf({ typed, lines: newer }, records.length)

  function linesOf(name: string, some: readonly string[]): string {
    const path = join(folder, name)
    writeFileSync(path, some.map((text) => `${lakeRow('events', parseRecord(text) ?? {}, text).line}\n`).join(''))
    return path
  }

  async function run(statement: QueryStatement): Promise<Answer> {
    for (const use of statement.tables) {
      const { table } = use.name === athenaName ? athenaTable(use, snapshot) : snapshotTable(use, snapshot)
      await connection.run(`CREATE OR REPLACE TEMP VIEW "${table.name}" AS ${table.source}`)
    }
    try {
      const reader = await connection.runAndReadAll(statement.text)
      const types = statement.columns.map((column) => column.type)
      return { rows: reader.getRows().map((row) => row.map((value, index) => shown(plainValue(value), types[index]))) }
    } catch (error) {
      return { error: readEngineError(error instanceof Error ? error.message : String(error)) }
    }
  }
  return {
    async answer(text) {
      const statement = readOver(text)
      if (statement.kind === 'query') return run(statement)
      return { error: statement.kind === 'refused' ? statement.message : statement.kind }
    },
    async [Symbol.asyncDispose]() {
      connection.closeSync()
      instance.closeSync()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function snapshotOf({ typed, lines }: { typed: string; lines: string }, rows: number): TableSnapshot {
  return {
    store: tableId as EventDataStoreId,
    kind: 'events',
    // Of any time: bounds leave nothing out.
    parquet: [{ path: typed, day: '', rows, bytes: 0, eventTimeMsMin: 0, eventTimeMsMax: Number.MAX_SAFE_INTEGER }],
    lines: [lines],
    rows,
    bytes: 0,
    release() {},
  }
}

/** As `formatValue`, but maps and JSON objects with their keys in order: which order they have means nothing. */
export function shown(value: unknown, type: SqlType | undefined): string | null {
  if (type === undefined || value === null) return null
  if (type.kind === 'json') return sortedJson(String(value))
  return formatValue(sortedMaps(value), type)
}

function sortedMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedMaps)
  if (!(value instanceof Map)) return value
  const entries = [...value].map(([key, item]): [string, unknown] => [String(key), sortedMaps(item)])
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function sortedJson(text: string): string {
  const sort = (_name: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  try {
    return JSON.stringify(JSON.parse(text, sort))
  } catch {
    return text
  }
}
