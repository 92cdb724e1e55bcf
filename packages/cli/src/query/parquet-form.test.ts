import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDuckdbEngine } from '@cairn/server/storage/duckdb'
import { afterAll, expect, test } from 'vitest'
import { createParquetForm } from './parquet-form.ts'

const folder = mkdtempSync(join(tmpdir(), 'cairn-parquet-test-'))
const engine = createDuckdbEngine({ timer: { sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: false }) } })
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test('times, instants and decimals are such in the file, also where they are NULL', async () => {
  const path = join(folder, 'result.parquet')
  await using form = await createParquetForm(path)
  await form.columns([
    { label: 'instant', type: 'timestamp(3) with time zone' },
    { label: 'time', type: 'timestamp(3)' },
    { label: 'price', type: 'decimal(10,2)' },
    { label: 'price', type: 'array(varchar)' },
  ])
  await form.rows([
    ['2023-07-10 03:02:03.500 Europe/Berlin', '2023-07-10 01:02:03.000', '1.25', '[a, b]'],
    [null, null, null, null],
  ])
  await form.end()
  const { types, rows } = await readBack(path)
  expect(types).toEqual(['TIMESTAMP WITH TIME ZONE', 'TIMESTAMP', 'DECIMAL(10,2)', 'VARCHAR'])
  expect(rows).toEqual([
    ['1688950923500', '2023-07-10 01:02:03', '1.25', '[a, b]'],
    [null, null, null, null],
  ])
})

test('a place where no file can be is told before anything is asked, and nothing is made there', async () => {
  await expect(createParquetForm(join(folder, 'misspelt', 'x.parquet'))).rejects.toMatchObject({
    message: `There is no folder ${join(folder, 'misspelt')}.`,
  })
  await expect(createParquetForm(folder)).rejects.toMatchObject({ message: `${folder} is a folder.` })
  expect(existsSync(join(folder, 'misspelt'))).toBe(false)
})

async function readBack(path: string) {
  await using run = engine.run({
    statement: `SELECT instant, CAST(epoch_ms(instant) AS VARCHAR), time, price, price_2 FROM t`,
    tables: [{ name: 't', source: `SELECT * FROM read_parquet('${path}')` }],
    files: [path],
    timeoutMs: 30_000,
    memoryBytesMax: 800 * 1024 * 1024,
  })
  const rows: unknown[][] = []
  for await (const batch of run.batches) rows.push(...batch.rows.map(([, ...row]) => [...row]))
  const [instant, , ...others] = await run.columns
  return { types: [instant, ...others].map((column) => column?.type), rows }
}
