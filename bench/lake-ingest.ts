/**
 * Events of a durable log into the table of an event data store: until they can be queried, and until all of them are
 * in typed files. Beside it, in the same run, the limit: the engine alone turning the same records, as lines of JSON
 * that are there already, into typed Parquet.
 *
 *     node bench/lake-ingest.ts [--events 100000]
 */
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { lakeRow, parseRecord, storedColumns } from '@cairn/core/lake'
import { createDuckdbEngine } from '@cairn/server/storage/duckdb'
import { openSegmentLog } from '@cairn/server/storage/segment-log'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { anEventDataStore } from '../packages/server/src/lake/stores/event-data-store.fixture.ts'
import { eventDataStoreCollection } from '../packages/server/src/lake/stores/event-data-store.ts'
import { createLake } from '../packages/server/src/lake/tables/index.ts'
import { startRunner } from '../packages/server/src/pipeline/index.ts'
import { openLakeFiles } from '../packages/server/src/storage/lake-files/index.ts'
import { createMemoryCatalog } from '../packages/server/src/storage/memory/catalog.ts'
import { systemClock } from '../packages/server/src/storage/system/clock.ts'
import { systemIds } from '../packages/server/src/storage/system/ids.ts'
import { systemTimer } from '../packages/server/src/storage/system/timer.ts'

const { values: flags } = parseArgs({ options: { events: { type: 'string' } } })
const eventCount = Number(flags.events ?? 100_000)
const account = '111111111111'
const memoryBytesMax = 1024 * 1024 * 1024
const silent = new Proxy({} as never, { get: () => () => {} })
const perSecond = (ms: number) => `${Math.round(eventCount / (ms / 1000)).toLocaleString('en')} events/s`
const until = async (isSo: () => boolean) => {
  while (!isSo()) await systemTimer.sleep(5, AbortSignal.timeout(60_000))
}

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const startMs = Date.now() - 86_400_000

/** A thousand frames at a time, always the same ones: kept in memory, they would be what the collector works on. */
function* frames() {
  const source = recordFrames({
    seed: 1,
    startMs,
    accounts: [account],
    regions: ['eu-west-1', 'us-east-1'],
    variety: 500,
  })
  for (let made = 0; made < eventCount; made += 1_000) {
    const some = Array.from({ length: Math.min(1_000, eventCount - made) }, () => source.next().value)
    yield some.filter((frame) => frame !== undefined)
  }
}
const log = await openSegmentLog({
  directory: join(folder, 'log'),
  nowMs: systemClock.nowMs,
  randomBytes: systemIds.bytes,
  telemetry: silent,
  onFailed: (fault) => {
    throw fault
  },
})
const catalog = createMemoryCatalog()
const { id } = anEventDataStore(1)
await catalog.change({ intentId: undefined }, (draft) =>
  draft.put(
    eventDataStoreCollection,
    id,
    anEventDataStore(1, {
      account,
      region: 'eu-west-1',
      selectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          ],
        },
      ],
    }),
  ),
)
for (const some of frames()) {
  const live = some.map((frame) => ({
    ...frame,
    audience: { kind: 'live' } as const,
    catalogVersion: catalog.version,
  }))
  await log.append(live)
}

const engine = createDuckdbEngine({ timer: systemTimer })
const files = await openLakeFiles({ folder: join(folder, 'lake') })
await files.mark(log.bounds().first)
let packedRows = 0
let aheadMs = 0
const lake = createLake({
  files,
  engine,
  scratch: join(folder, 'scratch'),
  log,
  catalog,
  clock: { nowMs: () => systemClock.nowMs() + aheadMs },
  timer: systemTimer,
  telemetry: {
    ingested() {},
    notIngestible() {},
    packed: ({ rows }) => {
      packedRows += rows
    },
    packFailed: ({ error }) => console.error(error),
    expired() {},
    dropped() {},
    tendFailed: console.error,
  },
})
const loop = monitorEventLoopDelay({ resolution: 5 })
loop.enable()
const began = performance.now()
const processorBefore = process.cpuUsage()
const runner = startRunner({
  log,
  consumer: lake.consumer,
  timer: systemTimer,
  random: () => 0,
  telemetry: { consumerFailed: ({ error }) => console.error(error) },
})
await until(() => lake.consumer.start() >= log.bounds().end)
const queryableMs = performance.now() - began
loop.disable()
const processor = process.cpuUsage(processorBefore)
const snapshot = await lake.tables.snapshot(id as never)
if (snapshot.rows !== eventCount) throw new RangeError(`${snapshot.rows} rows`)
snapshot.release()
await until(() => {
  // What is less than a file's worth would wait a minute for more.
  aheadMs += 60_000
  return packedRows >= eventCount
})
const packedMs = performance.now() - began
console.log(`queryable: ${perSecond(queryableMs)}`)
console.log(`all in typed files: ${perSecond(packedMs)}`)

await runner[Symbol.asyncDispose]()
await lake[Symbol.asyncDispose]()
const lines = join(folder, 'all.ndjson')
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
for (const some of frames()) {
  const rows = some.map(({ bytes }) => lakeRow('events', parseRecord(text(bytes)) ?? {}, text(bytes)))
  await appendFile(lines, rows.map(({ line }) => `${line}\n`).join(''))
}
const limitBegan = performance.now()
await engine.convert({
  lines: [lines],
  parquet: [],
  columns: storedColumns('events'),
  outputs: [{ path: join(folder, 'all.parquet'), select: 'SELECT * FROM input' }],
  effort: 'fast',
  scratch: join(folder, 'scratch'),
  memoryBytesMax,
})
const limitMs = performance.now() - limitBegan

console.log(
  `limit, lines of JSON to Parquet: ${perSecond(limitMs)}; queryable is ${(limitMs / queryableMs).toFixed(2)} of it`,
)
console.log(
  `processor time of the server: ${((processor.user + processor.system) / eventCount).toFixed(1)} µs an event`,
)
console.log(
  `main loop delay: p99 ${(loop.percentile(99) / 1e6 - 5).toFixed(1)} ms, max ${(loop.max / 1e6 - 5).toFixed(1)} ms`,
)
await files[Symbol.asyncDispose]()
await engine[Symbol.asyncDispose]()
await log[Symbol.asyncDispose]()
await rm(folder, { recursive: true })
