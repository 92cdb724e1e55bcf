import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lakeRow, lakeTableSchemas, storedColumns } from '@cairn/core/lake'
import type { TableUse } from '@cairn/core/query'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventDataStoreId } from '../stores/index.ts'
import type { ParquetPart, TableSnapshot } from '../tables/index.ts'
import { snapshotTable } from './snapshot-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-test-'))
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
const dayMs = 24 * 3_600_000
const startMs = Date.UTC(2023, 6, 1)

function record(day: number) {
  return {
    eventName: `Day${day}`,
    eventTime: new Date(startMs + day * dayMs).toISOString(),
    requestParameters: { n: day },
    ...(day !== 9 && {
      userIdentity: { arn: `a${day}`, sessionContext: { sessionIssuer: { arn: `i${day}` } } },
    }),
  }
}

function linesFile(day: number): string {
  const path = join(folder, `${day}'s.ndjson`)
  writeFileSync(path, `${lakeRow('events', record(day), JSON.stringify(record(day))).line}\n`)
  return path
}

async function part(day: number): Promise<ParquetPart> {
  const path = join(folder, `${day}.parquet`)
  const quoted = linesFile(day).replaceAll("'", "''")
  const columns = storedColumns('events').map(({ name, type }) => `'${name}': '${type}'`)
  await connection.run(
    `COPY (SELECT * FROM read_json('${quoted}', format = 'newline_delimited', columns = {${columns.join(', ')}})) TO '${path}'`,
  )
  const ms = startMs + day * dayMs
  return { path, day: '', rows: 1, bytes: 100, eventTimeMsMin: ms, eventTimeMsMax: ms }
}

function snapshotOf(parquet: readonly ParquetPart[], lines: readonly string[]): TableSnapshot {
  return {
    store: 's' as EventDataStoreId,
    kind: 'events',
    parquet,
    lines,
    rows: parquet.length + lines.length,
    bytes: 100 * parquet.length + 10 * lines.length,
    release() {},
  }
}

function use(columns: readonly string[], eventTime: TableUse['eventTime'] = {}): TableUse {
  return { name: 's', schema: lakeTableSchemas.events, columns, fields: {}, eventTime, partitions: {} }
}

async function rowsOf(source: string) {
  return (await connection.runAndReadAll(`SELECT * FROM (${source}) ORDER BY ALL`)).getRowsJson()
}

let snapshot: TableSnapshot
beforeAll(async () => {
  snapshot = snapshotOf([await part(0), await part(1), await part(9)], [linesFile(10)])
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
  rmSync(folder, { recursive: true, force: true })
})

describe('the rows of a snapshot', () => {
  it('are those of its sealed files and of its newest lines, of the asked columns', async () => {
    const { table, files, rows, bytes } = snapshotTable(use(['eventname']), snapshot)
    expect(await rowsOf(table.source)).toEqual([['Day0'], ['Day1'], ['Day10'], ['Day9']])
    expect({ files: files.length, rows, bytes }).toEqual({ files: 4, rows: 4, bytes: 310 })
  })
  it('leave out files that lie outside the bounds, and their size', async () => {
    const bounds = { fromMs: startMs + dayMs, toMs: startMs + 8 * dayMs }
    const { table, files, rows, bytes } = snapshotTable(use(['eventname'], bounds), snapshot)
    expect(await rowsOf(table.source)).toEqual([['Day1'], ['Day10']])
    expect({ files: files.length, rows, bytes }).toEqual({ files: 2, rows: 2, bytes: 110 })
  })
  it('have a checksum that is the SHA-256 of the record, whether or not the record is asked for', async () => {
    const { table } = snapshotTable(use(['eventjsonchecksum', 'eventname']), snapshotOf([], snapshot.lines))
    const [row] = await rowsOf(table.source)
    expect(row).toContain(
      createHash('sha256')
        .update(JSON.stringify(record(10)))
        .digest('hex'),
    )
  })
  it('have of a struct the fields that are read, from all files, NULL where it is', async () => {
    const paths = { useridentity: [['arn'], ['sessioncontext', 'sessionissuer', 'arn']] }
    const { table } = snapshotTable({ ...use(['useridentity', 'eventname']), fields: paths }, snapshot)
    const issuers = `SELECT useridentity.arn, useridentity.sessioncontext.sessionissuer.arn FROM (${table.source})`
    expect(await rowsOf(issuers)).toEqual([
      ['a0', 'i0'],
      ['a1', 'i1'],
      ['a10', 'i10'],
      [null, null],
    ])
    await expect(rowsOf(`SELECT useridentity.username FROM (${table.source})`)).rejects.toThrow('username')
  })
  it('can be counted without a column', async () => {
    expect(await rowsOf(snapshotTable(use([]), snapshot).table.source)).toHaveLength(4)
  })
  it('are none in a store that has no files, with every column', async () => {
    const names = lakeTableSchemas.events.columns.map(({ name }) => name)
    const { table, files } = snapshotTable(use(names), snapshotOf([], []))
    expect(await rowsOf(table.source)).toEqual([])
    expect(files).toEqual([])
  })
})
