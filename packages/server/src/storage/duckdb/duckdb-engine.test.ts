import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { EngineQuery, EngineRun } from '../../ports/lake-engine.ts'
import { systemTimer } from '../system/timer.ts'
import { createDuckdbEngine } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-duckdb-'))
const engine = createDuckdbEngine({ timer: systemTimer })
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const lines = join(folder, 'tail.ndjson')
await writeFile(lines, '{"n":1,"name":"one","tags":{"a":"b"}}\n{"n":2,"name":null,"tags":null}\n')
const columns = [
  { name: 'n', type: 'BIGINT' },
  { name: 'name', type: 'VARCHAR' },
  { name: 'tags', type: 'MAP(VARCHAR, VARCHAR)' },
]
const source = `SELECT * FROM read_json('${lines}', columns = {n: 'BIGINT', name: 'VARCHAR', tags: 'MAP(VARCHAR, VARCHAR)'}, format = 'newline_delimited')`

function run(statement: string, more: Partial<EngineQuery> = {}): EngineRun {
  return engine.run({
    statement,
    tables: [{ name: 'a-table', source }],
    files: [lines],
    timeoutMs: 20_000,
    memoryBytesMax: 700 * 1024 * 1024,
    ...more,
  })
}

async function rowsOf(query: EngineRun): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of query.batches) rows.push(...batch.rows.map((row) => [...row]))
  return rows
}

/** Code of the fault with which a statement ends, or its rows. */
async function outcome(statement: string, more: Partial<EngineQuery> = {}): Promise<unknown> {
  return rowsOf(run(statement, more)).catch((error: { code: string }) => error.code)
}

describe('a query', () => {
  test('answers columns with their types, then rows', async () => {
    const query = run('SELECT n, name, tags, 1.50 AS price, [n] AS list FROM "a-table" ORDER BY n')
    expect(await query.columns).toEqual([
      { name: 'n', type: 'BIGINT' },
      { name: 'name', type: 'VARCHAR' },
      { name: 'tags', type: 'MAP(VARCHAR, VARCHAR)' },
      { name: 'price', type: 'DECIMAL(3,2)' },
      { name: 'list', type: 'BIGINT[]' },
    ])
    expect(await rowsOf(query)).toEqual([
      [1n, 'one', new Map([['a', 'b']]), '1.50', [1n]],
      [2n, null, null, '1.50', [2n]],
    ])
    expect(query.progress()).toBe(1)
  })

  test('reads at the pace of its reader, and all of a long answer arrives once', async () => {
    const query = run("SELECT range, repeat('x', 1000) FROM range(20000)")
    let seen = 0n
    for await (const { rows } of query.batches) for (const row of rows) expect(row[0]).toBe(seen++)
    expect(seen).toBe(20_000n)
  })

  test('has the macros it brings, whether its process waited for it or not', async () => {
    const prelude = ['CREATE MACRO twice(x) AS x * 2']
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await outcome('SELECT twice(21) AS x', { prelude })).toEqual([[42]])
    }
    expect(await outcome('SELECT twice(21)')).toBe('lake.query-failed')
  })

  test('that is wrong fails with the words of the engine', async () => {
    const failing = rowsOf(run('SELECT nothing FROM "a-table"'))
    await expect(failing).rejects.toMatchObject({
      code: 'lake.query-failed',
      fields: { message: expect.stringContaining('Referenced column "nothing" not found') },
    })
  })

  test.each([
    ['SELECT count(*) FROM range(1e12::BIGINT) a, range(1e12::BIGINT) b WHERE a.range % 7 = b.range % 11'],
    ["SELECT count(*) FROM range(1e12::BIGINT) WHERE md5(range::VARCHAR) = 'x'"],
  ])('ends at its deadline, whatever it does: %s', async (statement) => {
    const startedMs = performance.now()
    expect(await outcome(statement, { timeoutMs: 700 })).toBe('lake.query-timed-out')
    expect(performance.now() - startedMs).toBeLessThan(5_000)
  })

  test('that is stopped ends within a second', async () => {
    const query = run('SELECT count(*) FROM range(1e12::BIGINT) a, range(1e12::BIGINT) b')
    const rows = rowsOf(query).catch((error: { code: string }) => error.code)
    await systemTimer.sleep(300, AbortSignal.timeout(10_000))
    const startedMs = performance.now()
    await query.stop()
    expect(performance.now() - startedMs).toBeLessThan(1_000)
    expect(await rows).toBe('lake.query-stopped')
  })

  test('whose reader goes away ends', async () => {
    const query = run('SELECT * FROM range(1e12::BIGINT)')
    for await (const { rows } of query.batches) {
      expect(rows.length).toBeGreaterThan(0)
      break
    }
    await expect(rowsOf(query)).resolves.toEqual([])
  })
})

describe('a hostile query', () => {
  test.each([
    ["SELECT repeat('x', 4000000000)"],
    ['SELECT array_agg(x) FROM (SELECT unnest(range(100000000)) AS x)'],
    ["SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)"],
    ['SELECT max(a.x || b.x) FROM (SELECT md5(range::VARCHAR) x FROM range(30000000)) a, (SELECT 1 x) b GROUP BY a.x'],
    ['SELECT len(list_transform(range(300000000), lambda x: x::VARCHAR))'],
  ])('gets no more memory than it may have: %s', { timeout: 30_000 }, async (statement) => {
    const ends = ['lake.query-out-of-memory', 'lake.query-failed', 'lake.engine-died']
    expect(ends).toContain(await outcome(statement, { memoryBytesMax: 300 * 1024 * 1024 }))
  })

  test('finds nothing of the environment of the server', async () => {
    expect(await outcome("SELECT content FROM read_text('/proc/self/environ')")).toBe('lake.query-failed')
    expect(await outcome("SELECT getenv('PATH')")).toBe('lake.query-failed')
  })

  const target = join(folder, 'written')

  test('can spoil its own process only: the next one is as new', async () => {
    await outcome(`SELECT * FROM enable_logging(storage := 'file', storage_path := '${target}')`)
    expect(existsSync(target)).toBe(false)
    expect(await outcome('SELECT count(*) FROM "a-table"')).toEqual([[2n]])
  })
})

describe('a conversion', () => {
  const conversion = {
    lines: [lines],
    parquet: [],
    columns,
    effort: 'fast' as const,
    scratch: join(folder, 'scratch'),
    memoryBytesMax: 500 * 1024 * 1024,
  }

  test('makes Parquet files of lines and of other such files', async () => {
    const path = join(folder, 'day', 'all.parquet')
    const one = join(folder, 'one.parquet')
    const outputs = [
      { select: 'SELECT * FROM input', path },
      { select: 'SELECT * FROM input WHERE n = 1', path: one },
    ]
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(await engine.convert({ ...conversion, outputs })).toMatchObject([
      { rows: 2, sha256 },
      { rows: 1, sha256 },
    ])
    const both = join(folder, 'both.parquet')
    const sorted = [{ select: 'SELECT * FROM input ORDER BY n', path: both }]
    const merged = await engine.convert({ ...conversion, parquet: [path, one], outputs: sorted, effort: 'thorough' })
    expect(merged).toMatchObject([{ rows: 5 }])
    const tables = [{ name: 't', source: `SELECT * FROM read_parquet('${both}')` }]
    expect(await outcome('SELECT list(n) FROM t', { tables, files: [both] })).toEqual([[[1n, 1n, 1n, 2n, 2n]]])
    expect(existsSync(conversion.scratch)).toBe(false)
  })

  test('that fails leaves no file', async () => {
    const broken = join(folder, 'broken.ndjson')
    await writeFile(broken, '{"n":')
    const path = join(folder, 'none.parquet')
    const outputs = [
      { select: 'SELECT 1 AS n', path },
      { select: 'SELECT * FROM input', path: `${path}2` },
    ]
    const failing = engine.convert({ ...conversion, lines: [broken], outputs })
    await expect(failing).rejects.toMatchObject({ code: 'lake.conversion-failed' })
    expect([path, `${path}2`, `${path}.tmp`].filter((file) => existsSync(file))).toEqual([])
  })
})
