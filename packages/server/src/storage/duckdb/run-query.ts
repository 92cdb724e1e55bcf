import { type DuckDBConnection, type DuckDBResult, StatementType } from '@duckdb/node-api'
import { systemTimer } from '../system/timer.ts'
import { batchesAhead, type FromEngine, type ToEngine } from './engine-messages.ts'
import { plainValue } from './plain-value.ts'

type Query = Extract<ToEngine, { readonly kind: 'query' }>

/** What the reader is ready to take. */
export interface ReaderCredit {
  add(): void
  /** Resolves when one more batch may be sent. */
  spend(): Promise<void>
}

export function createReaderCredit(): ReaderCredit {
  let left = batchesAhead
  let wake = () => {}
  return {
    add() {
      left += 1
      wake()
    },
    async spend() {
      while (left === 0) await new Promise<void>((resolve) => (wake = resolve))
      left -= 1
    },
  }
}

/** The server takes a batch at a time: other calls wait for a millisecond or two of it, not ten. */
const batchRowsMax = 512
/** One row may be large; a batch beyond this is sent as it is. */
const batchBytesMax = 128 * 1024
const progressMs = 200

interface Ways {
  readonly send: (message: FromEngine) => void
  readonly credit: ReaderCredit
}

export async function runQuery(database: DuckDBConnection, query: Query, { send, credit }: Ways): Promise<void> {
  await nameTables(database, query.tables)
  await lockDown(database, query.files)
  const result = await startSelect(database, query.statement)
  const columns = result.columnNames().map((name, index) => ({ name, type: String(result.columnType(index)) }))
  send({ kind: 'columns', columns })
  const ended = new AbortController()
  void tellProgress(database, send, ended.signal)
  try {
    for await (const rows of batches(result)) {
      await credit.spend()
      send({ kind: 'batch', rows })
    }
  } finally {
    ended.abort()
  }
  send({ kind: 'done' })
}

/**
 * Reads and counts a few rows of each table as a query would: what is done for the first time takes some ten
 * milliseconds more, which whoever waits for a query should not pay.
 */
export async function rehearse(database: DuckDBConnection, tables: Query['tables']): Promise<void> {
  try {
    await nameTables(database, tables)
    for (const { name } of tables) {
      const few = `FROM ${quoted(name)} LIMIT 100`
      const counted = `SELECT *, count(*) AS n FROM (${few}) GROUP BY ALL ORDER BY n LIMIT 1`
      for await (const _ of batches(await startSelect(database, counted)));
      // The next query may be another account's.
      await database.run(`DROP VIEW ${quoted(name)}`)
    }
  } catch {
    // The files of the last query may be gone. The next one names its own.
  }
}

async function nameTables(database: DuckDBConnection, tables: Query['tables']): Promise<void> {
  for (const { name, source } of tables) {
    await database.run(`CREATE OR REPLACE TEMP VIEW ${quoted(name)} AS ${source}`)
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

async function tellProgress(database: DuckDBConnection, send: Ways['send'], ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await systemTimer.sleep(progressMs, ended).catch(() => undefined)
    const { percentage } = database.progress
    if (!ended.aborted && percentage > 0) send({ kind: 'progress', progress: percentage / 100 })
  }
}

/**
 * From here on the process reads `files` and nothing else, and no statement can change that. Writing to those files is
 * shut by taking SELECT statements only: a path that may be read may be written, as far as DuckDB is concerned.
 */
async function lockDown(database: DuckDBConnection, files: readonly string[]): Promise<void> {
  await database.run(`SET allowed_paths = [${files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ')}]`)
  await database.run('SET enable_external_access = false')
  await database.run('SET lock_configuration = true')
}

async function startSelect(database: DuckDBConnection, statement: string): Promise<DuckDBResult> {
  const statements = await database.extractStatements(statement)
  if (statements.count !== 1) throw new Error('Parser Error: exactly one statement is allowed')
  const prepared = await statements.prepare(0)
  if (prepared.statementType !== StatementType.SELECT) throw new Error('Parser Error: only SELECT is allowed')
  return prepared.stream()
}

async function* batches(result: DuckDBResult): AsyncGenerator<unknown[][], void, undefined> {
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    const columns = Array.from({ length: chunk.columnCount }, (_, index) => chunk.getColumnVector(index))
    let rows: unknown[][] = []
    let bytes = 0
    for (let row = 0; row < chunk.rowCount; row += 1) {
      const values = columns.map((column) => plainValue(column.getItem(row)))
      for (const value of values) bytes += roughBytes(value)
      rows.push(values)
      if (bytes < batchBytesMax && rows.length < batchRowsMax) continue
      yield rows
      rows = []
      bytes = 0
    }
    if (rows.length > 0) yield rows
  }
}

function roughBytes(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  const parts = value instanceof Map ? [...value].flat() : Object.values(value)
  return parts.reduce<number>((sum, part) => sum + roughBytes(part), 8)
}
