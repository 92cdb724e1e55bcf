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
import { DuckDBInstance } from '@duckdb/node-api'
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
const repeats = 25

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

/** Least processor time of each statement over two sets of files, in turns: what a crowded machine changes least. */
async function queriesMs(...sets: readonly (readonly string[])[]): Promise<readonly number[]> {
  const database = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
  const sums = sets.map(() => 0)
  for (const statement of statements) {
    const least = sets.map(() => Number.POSITIVE_INFINITY)
    for (let turn = 0; turn < repeats; turn += 1) {
      for (const [at, paths] of sets.entries()) {
        const files = `read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`
        const before = process.cpuUsage()
        await database.run(statement.replace('FROM t', `FROM ${files}`))
        const { user, system } = process.cpuUsage(before)
        least[at] = Math.min(least[at] ?? 0, (user + system) / 1000)
      }
    }
    for (const [at, ms] of least.entries()) sums[at] = (sums[at] ?? 0) + ms
  }
  return sums
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
const [withMs = 0, withoutMs = 0] = await queriesMs(merged.paths, typed.paths)
console.log(
  `${statements.length} queries that do not read it: ${withMs.toFixed(1)} ms of processor with eventjson, ${withoutMs.toFixed(1)} ms without: ${((withMs / withoutMs - 1) * 100).toFixed(1)} % more`,
)
await engine[Symbol.asyncDispose]()
await rm(folder, { recursive: true })
