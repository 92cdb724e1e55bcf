/**
 * Import: how fast .json.gz files become durable and searchable, with the history indexing beside it, against the limit
 * of only inflating and parsing the same files in one thread, in the same run.
 *
 * Usage: node bench/import.ts [--events 100000] [--per-file 200] [--files FOLDER-OF-REAL-LOGS]
 */
import { randomBytes } from 'node:crypto'
import { createReadStream, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openSegmentLog } from '@cairn/server/storage/segment-log'
import { openSqliteHistory } from '@cairn/server/storage/sqlite-history'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { createImports, type ImportSummary } from '../packages/server/src/capture/imports/index.ts'
import { createHistory } from '../packages/server/src/history/index.ts'

const { values: flags } = parseArgs({
  options: { events: { type: 'string' }, 'per-file': { type: 'string' }, files: { type: 'string' } },
})
const eventCount = Number(flags.events ?? 100_000)
const perFile = Number(flags['per-file'] ?? 200)

const silent = new Proxy({} as never, { get: () => () => {} })

async function makeFiles(folder: string): Promise<readonly string[]> {
  await mkdir(folder)
  const source = recordFrames({
    seed: 1,
    startMs: Date.parse('2025-03-01T00:00:00Z'),
    accounts: ['111111111111'],
    regions: ['eu-west-1'],
    variety: 2_000,
  })
  const paths: string[] = []
  for (let made = 0; made < eventCount; made += perFile) {
    const records: string[] = []
    while (records.length < Math.min(perFile, eventCount - made)) {
      const frame = source.next().value
      if (frame) records.push(Buffer.from(frame.bytes).toString())
    }
    const path = join(folder, `${paths.length}.json.gz`)
    await writeFile(path, gzipSync(`{"Records":[${records.join(',')}]}`))
    paths.push(path)
  }
  return paths
}

/** One thread, nothing but what no importer can leave out. */
async function limit(paths: readonly string[]): Promise<number> {
  const began = performance.now()
  let events = 0
  for (const path of paths) {
    const parsed = JSON.parse(gunzipSync(await readFile(path)).toString()) as { Records: unknown[] }
    events += parsed.Records.length
  }
  return events / ((performance.now() - began) / 1000)
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
  try {
    const given = flags.files
    const paths =
      given === undefined ? await makeFiles(join(folder, 'files')) : readdirSync(given).map((name) => join(given, name))
    console.log(`limit: gunzip + JSON.parse, one thread: ${(await limit(paths)).toFixed(0)} events/s`)
    await measure(folder, paths)
    console.log(`limit again: ${(await limit(paths)).toFixed(0)} events/s`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, paths: readonly string[]): Promise<void> {
  const log = await openSegmentLog({
    directory: join(folder, 'log'),
    nowMs: Date.now,
    randomBytes,
    telemetry: silent,
    onFailed(fault) {
      throw fault
    },
  })
  const index = await openSqliteHistory({
    path: join(folder, 'history.db'),
    log,
    segments: join(folder, 'log'),
    telemetry: silent,
  })
  const history = createHistory({ index, log, vault: silent })
  const stop = new AbortController()
  const indexing = consume(log, history, stop.signal)
  const imports = createImports({
    log,
    seen: {
      recognise: async (keys) => ({ answers: await history.recognise(keys) }),
      caughtUp: (end) => history.caughtUp(end, stop.signal),
    },
    nowMs: Date.now,
    catalogVersion: () => 1,
    account: '111111111111',
    region: 'eu-west-1',
    telemetry: silent,
  })
  const delay = monitorEventLoopDelay({ resolution: 2 })
  for (const round of ['first import', 'the same again']) {
    delay.reset()
    delay.enable()
    const began = performance.now()
    const cpu = process.cpuUsage()
    let summary: ImportSummary | undefined
    for await (const event of imports.run({ files: files(paths), isPlan: false, signal: stop.signal }))
      if (event.kind === 'summary') summary = event
    const imported = performance.now() - began
    await history.caughtUp(log.bounds().end, stop.signal)
    const searchable = performance.now() - began
    delay.disable()
    const { user, system } = process.cpuUsage(cpu)
    const records = summary?.records ?? 0
    console.log(
      `${round}: ${records} events, ${summary?.added} added; durable ${(records / imported).toFixed(1)} k/s, searchable ${(records / searchable).toFixed(1)} k/s; ` +
        `${((user + system) / records).toFixed(0)} µs of processor each; ` +
        `loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms; memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
    )
  }
  stop.abort()
  await indexing
  await index[Symbol.asyncDispose]()
  await log[Symbol.asyncDispose]()
}

async function* files(paths: readonly string[]) {
  for (const path of paths) yield { name: path, bytes: createReadStream(path, { highWaterMark: 256 * 1024 }) }
}

/** What the server's runner does for the history. */
async function consume(
  log: Awaited<ReturnType<typeof openSegmentLog>>,
  history: ReturnType<typeof createHistory>,
  signal: AbortSignal,
): Promise<void> {
  let wake = (): void => {}
  const stop = log.onAppend(() => wake())
  signal.addEventListener('abort', () => wake(), { once: true })
  while (!signal.aborted) {
    const appended = new Promise<void>((resolve) => {
      wake = resolve
    })
    const { end } = log.bounds()
    if (history.consumer.start() >= end) await appended
    else await history.consumer.advance(end)
  }
  stop()
}

await main()
