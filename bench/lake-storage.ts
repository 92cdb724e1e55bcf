/**
 * What an event data store takes on disk, all columns included, beside log files with the same events; and what having
 * the whole record in a column costs queries that do not ask for it.
 *
 *     node bench/lake-storage.ts [--events 100000] [--per-file 5000]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { lakeRow, parseRecord, storedColumns } from '@cairn/core/lake'
import { createDuckdbEngine } from '@cairn/server/storage/duckdb'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { conversionOf, type PackedDay } from '../packages/server/src/lake/tables/plan-packing.ts'
import { systemTimer } from '../packages/server/src/storage/system/timer.ts'

const { values: flags } = parseArgs({ options: { events: { type: 'string' }, 'per-file': { type: 'string' } } })
const eventCount = Number(flags.events ?? 100_000)
const perFile = Number(flags['per-file'] ?? 5_000)
const memoryBytesMax = 1024 * 1024 * 1024

/** None of them asks for the record. */
const statements = [
  'SELECT eventname, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 10',
  "SELECT count(*) FROM t WHERE useridentity.arn LIKE '%role-1%'",
  "SELECT sourceipaddress, count(*) FROM t WHERE errorcode = 'AccessDenied' GROUP BY 1",
  "SELECT count(*) FROM t WHERE requestparameters['roleName'] = 'role-3'",
  'SELECT count(DISTINCT useridentity.principalid) FROM t',
]
const repeats = 5

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const engine = createDuckdbEngine({ timer: systemTimer })
const source = recordFrames({
  seed: 1,
  startMs: Date.UTC(2026, 0, 5),
  accounts: ['111111111111'],
  regions: ['eu-west-1', 'us-east-1'],
  variety: 500,
})
const texts = Array.from({ length: eventCount }, () => Buffer.from(source.next().value?.bytes ?? '').toString())

let gzipBytes = 0
for (let from = 0; from < texts.length; from += perFile) {
  gzipBytes += gzipSync(`{"Records":[${texts.slice(from, from + perFile).join(',')}]}`).length
}
const lines = join(folder, 'tail-1.ndjson')
const rows = texts.map((text) => lakeRow('events', parseRecord(text) ?? {}, text))
await writeFile(lines, rows.map(({ line }) => `${line}\n`).join(''))

const days = Object.entries(
  Object.groupBy(rows, ({ eventTimeMs = 0 }) => new Date(eventTimeMs).toISOString().slice(0, 10)),
)
const outputs = days.map(
  ([day, { length } = []]): PackedDay => ({ day, rows: length ?? 0, undated: 0, eventTimeMsMin: 0, eventTimeMsMax: 0 }),
)

/** As packing and merging do it. */
async function convert(effort: 'fast' | 'thorough', name: string, columns: string) {
  const began = performance.now()
  const packing = { inputs: [{ file: lines } as never], outputs, effort }
  const conversion = conversionOf('events', packing, {
    pathOf: (file) => file,
    newPath: (day) => join(folder, `${name}-${day}.parquet`),
  })
  const files = await engine.convert({
    ...conversion,
    outputs: conversion.outputs.map(({ path, select }) => ({ path, select: select.replace('*', columns) })),
    scratch: join(folder, 'scratch'),
    memoryBytesMax,
  })
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { bytes, tookMs: performance.now() - began, paths: conversion.outputs.map(({ path }) => path) }
}

async function queriesMs(paths: readonly string[]): Promise<number> {
  const tables = [{ name: 't', source: `SELECT * FROM read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])` }]
  let sum = 0
  for (const statement of statements) {
    const took: number[] = []
    for (let turn = 0; turn < repeats; turn += 1) {
      const began = performance.now()
      await using run = engine.run({ statement, tables, files: paths, timeoutMs: 60_000, memoryBytesMax })
      for await (const { rows: answered } of run.batches) if (answered.length === 0) throw new RangeError(statement)
      took.push(performance.now() - began)
    }
    sum += Math.min(...took)
  }
  return sum
}

const report = (what: string, bytes: number) =>
  console.log(`${what}: ${(bytes / eventCount).toFixed(1)} B an event, ${(bytes / gzipBytes).toFixed(2)} × .json.gz`)

const all = storedColumns('events')
  .map(({ name }) => name)
  .join(', ')
const withoutRecord = all.replace(', eventjson', '')
console.log(`.json.gz of ${perFile} events: ${(gzipBytes / eventCount).toFixed(1)} B an event`)
report('packed', (await convert('fast', 'packed', all)).bytes)
const merged = await convert('thorough', 'merged', all)
report('merged', merged.bytes)
const typed = await convert('thorough', 'typed', withoutRecord)
report('merged, without eventjson', typed.bytes)
const [withMs, withoutMs] = [await queriesMs(merged.paths), await queriesMs(typed.paths)]
console.log(
  `${statements.length} queries that do not read it: ${withMs.toFixed(0)} ms with eventjson, ${withoutMs.toFixed(0)} ms without: ${((withMs / withoutMs - 1) * 100).toFixed(1)} % more`,
)
await engine[Symbol.asyncDispose]()
await rm(folder, { recursive: true })
