import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  lakeRow,
  lakeTableSchemas,
  parseRecord,
  storedColumns,
  storedType,
} from '../../packages/core/src/lake/index.ts'
import { type TableSchema, typeText } from '../../packages/core/src/query/index.ts'
import { athenaSchema } from '../../packages/server/src/lake/sql/index.ts'
import { tableId } from '../../packages/server/src/lake/sql/plain-engine.fixture.ts'
import { athenaRow } from './athena-rows.ts'
import { askTrino } from './trino-client.ts'
import type { TrinoServer } from './trino-server.ts'

/**
 * The records as two tables of Trino: that of an event data store, in Parquet as the lake stores it, and Athena's
 * `cloudtrail_logs`.
 */
export async function makeTrinoTables(server: TrinoServer, records: readonly string[]): Promise<void> {
  const parsed = records.map((text) => parseRecord(text) ?? {})
  const lakeColumns = storedColumns('events')
  const athenaColumns = athenaSchema.columns.map(({ name, type }) => ({ name, type: storedType(type) }))
  await writeParquet(server, 'events', lakeColumns, {
    rows: records.map((text, index) => lakeRow('events', parsed[index] ?? {}, text).line),
    select: '*, sha256(eventjson) AS eventjsonchecksum',
  })
  await writeParquet(server, 'athena', athenaColumns, {
    rows: parsed.map((record) => JSON.stringify(athenaRow(record))),
    select: '*',
  })
  await tell(server, "CREATE SCHEMA hive.lake WITH (location = 'local:///schema')")
  await tell(server, tableText(tableId, 'events', lakeTableSchemas.events))
  await tell(server, tableText('cloudtrail_logs', 'athena', athenaSchema))
}

async function tell(server: TrinoServer, statement: string): Promise<void> {
  const answer = await askTrino(server.url, statement)
  if ('error' in answer) throw new Error(answer.error)
}

function tableText(name: string, folder: string, { columns }: TableSchema): string {
  const definitions = columns.map((column) => `"${column.name}" ${typeText(column.type)}`)
  return `CREATE TABLE hive.lake."${name}" (${definitions.join(', ')}) WITH (format = 'PARQUET', external_location = 'local:///${folder}')`
}

async function writeParquet(
  server: TrinoServer,
  name: string,
  columns: readonly { readonly name: string; readonly type: string }[],
  { rows, select }: { readonly rows: readonly string[]; readonly select: string },
): Promise<void> {
  const folder = join(server.lake, name)
  mkdirSync(folder)
  const lines = join(server.lake, `${name}.ndjson`)
  writeFileSync(lines, rows.map((row) => `${row}\n`).join(''))
  const types = columns.map((column) => `'${column.name}': '${column.type}'`).join(', ')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(
    `COPY (SELECT ${select} FROM read_json('${lines}', format = 'newline_delimited', columns = {${types}})) ` +
      `TO '${join(folder, 'a.parquet')}' (FORMAT parquet)`,
  )
  connection.closeSync()
  instance.closeSync()
  rmSync(lines)
}

/**
 * The question as Trino takes it: the table's name in quotes, and times as times where Lake reads text as such.
 */
export function forTrino(sql: string): string {
  return sql
    .replaceAll('$EDS_ID', `"${tableId}"`)
    .replaceAll('default.cloudtrail_logs', 'cloudtrail_logs')

    .replaceAll(
      /(eventtime\s*(?:<=|>=|<|>|=|BETWEEN)\s*)('\d{4}-\d\d-\d\d[^'T]*')(\s+AND\s+(?='\d{4}))?/gi,
      (_, before: string, time: string, and = '') =>
        `${before}timestamp ${time}${and === '' ? '' : `${and}timestamp `}`,
    )
}
