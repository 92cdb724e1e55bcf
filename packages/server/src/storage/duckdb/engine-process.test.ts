import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { FromEngine } from './engine-messages.ts'
import { createEngineProcess } from './engine-process.ts'

/** What an engine process does with a statement that got past every gate before it. */

const folder = await mkdtemp(join(tmpdir(), 'cairn-engine-'))
afterAll(() => rm(folder, { recursive: true }))

const lines = join(folder, 'tail.ndjson')
await writeFile(lines, '{"n":1,"name":"one"}\n')
const source = `SELECT * FROM read_json('${lines}', columns = {n: 'BIGINT', name: 'VARCHAR'})`
const target = join(folder, 'written')

/** How a statement ends in an engine of its own. */
function lastMessage(statement: string): Promise<FromEngine> {
  return new Promise((resolve) => {
    const engine = createEngineProcess((message) => {
      if (message.kind === 'done' || message.kind === 'failed') resolve(message)
    })
    const tables = [{ name: 'a-table', source }]
    engine.take({ kind: 'query', statement, tables, files: [lines], memoryBytesMax: 256 * 1024 * 1024 })
  })
}

test('what is allowed is answered', async () => {
  expect(await lastMessage('SELECT * FROM "a-table"')).toEqual({ kind: 'done' })
})

test.each([
  `COPY (SELECT 1) TO '${lines}'`,
  `COPY (SELECT 1) TO '${lines}' (USE_TMP_FILE false)`,
  `COPY (SELECT 1) TO '${target}'`,
  `EXPORT DATABASE '${target}'`,
  `IMPORT DATABASE '${folder}'`,
  `ATTACH '${target}'`,
  `ATTACH '${lines}' AS x (READ_ONLY)`,
  `CREATE TABLE x AS SELECT 1`,
  `CREATE TEMP TABLE x AS SELECT 1`,
  `CREATE VIEW x AS SELECT 1`,
  `CREATE MACRO f() AS 1`,
  `CREATE SECRET (TYPE http)`,
  `DROP VIEW "a-table"`,
  `INSERT INTO "a-table" VALUES (3, 'x', NULL)`,
  `DELETE FROM "a-table"`,
  `UPDATE "a-table" SET n = 1`,
  `SELECT 1; SELECT 2`,
  `SELECT 1; COPY (SELECT 1) TO '${target}'`,
  `INSTALL httpfs`,
  `LOAD httpfs`,
  `LOAD '${lines}'`,
  `UPDATE EXTENSIONS`,
  `SET enable_external_access = true`,
  `SET allowed_paths = ['/etc/passwd']`,
  `SET memory_limit = '100GB'`,
  `SET threads = 64`,
  `SET temp_directory = '${folder}'`,
  `RESET lock_configuration`,
  `PRAGMA enable_profiling = 'json'`,
  `PRAGMA profiling_output = '${target}'`,
  `CALL pragma_version()`,
  `CALL enable_logging(storage = 'file', storage_path = '${target}')`,
  `CHECKPOINT`,
  `VACUUM`,
  `DETACH memory`,
  `USE memory`,
  `BEGIN`,
  `PREPARE p AS SELECT 1`,
  `EXPLAIN SELECT 1`,
  `EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}'`,
  `SELECT * FROM read_text('/etc/passwd')`,
  `SELECT * FROM read_blob('/etc/passwd')`,
  `SELECT * FROM read_csv('/etc/passwd')`,
  `SELECT * FROM read_json('/etc/passwd')`,
  `SELECT * FROM read_json_objects('/etc/passwd')`,
  `SELECT * FROM read_ndjson('${folder}/*')`,
  `SELECT * FROM read_parquet('/etc/passwd')`,
  `SELECT * FROM parquet_metadata('/etc/passwd')`,
  `SELECT * FROM parquet_file_metadata('${folder}/*')`,
  `SELECT * FROM sniff_csv('/etc/passwd')`,
  `SELECT * FROM glob('/etc/*')`,
  `SELECT * FROM glob('${folder}/*')`,
  `SELECT * FROM '/etc/passwd'`,
  `SELECT * FROM '${folder}/*.ndjson'`,
  `SELECT * FROM read_text('${lines}/../../etc/passwd')`,
  `SELECT * FROM read_csv('https://192.0.2.1/x.csv')`,
  `SELECT * FROM 's3://bucket/key.parquet'`,
  `SELECT * FROM read_duckdb('${target}')`,
  `SELECT * FROM query('COPY (SELECT 1) TO ''${target}''')`,
  `SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')`,
  `SELECT * FROM json_execute_serialized_sql('{"error":false,"statements":[{"node":{"type":"SET_NODE"}}]}')`,
  `SELECT * FROM sqlite_scan('${target}', 't')`,
  `SELECT * FROM postgres_scan('host=192.0.2.1', 'public', 't')`,
  `SELECT write_blob('${target}', 'x')`,
  `SELECT * FROM (COPY (SELECT 1) TO '${target}')`,
  `WITH x AS (INSERT INTO "a-table" VALUES (3, 'x', NULL) RETURNING *) SELECT * FROM x`,
])('is refused, and nothing has changed: %s', async (statement) => {
  const before = await readFile(lines, 'utf8')
  expect(await lastMessage(statement)).toMatchObject({ kind: 'failed' })
  expect(existsSync(target)).toBe(false)
  expect(await readFile(lines, 'utf8')).toBe(before)
})
