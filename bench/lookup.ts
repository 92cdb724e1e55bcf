/**
 * Event history: how fast events become searchable, what the index costs on disk, and how long look-ups take, beside
 * plain SQLite and a plain pass over the same bytes in the same run.
 *
 * Usage: node bench/lookup.ts [--events 200000] [--keep DIRECTORY] [--only NAME]
 *
 * A kept directory is used again; `--only` runs the look-ups whose name begins so.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import type { LookupQuery } from '@cairn/core/lookup'
import type { EventLog } from '@cairn/server/ports/event-log'
import type { HistoryIndex } from '@cairn/server/ports/history-index'
import { openSegmentLog, type SegmentLog } from '@cairn/server/storage/segment-log'
import { openSqliteHistory } from '@cairn/server/storage/sqlite-history'
import { collect, queryOf } from '@cairn/testkit/contracts/history-index'
import { recordFrames } from '@cairn/testkit/fakes/records'

const { values: flags } = parseArgs({
  options: { events: { type: 'string' }, keep: { type: 'string' }, only: { type: 'string' } },
})
const eventCount = Number(flags.events ?? 200_000)
const account = '111111111111'
const region = 'eu-west-1'
const startMs = Date.parse('2025-03-01T00:00:00Z')

async function fill(log: EventLog): Promise<void> {
  const source = recordFrames({ seed: 1, startMs, accounts: [account], regions: [region], variety: 2_000 })
  for (let count = log.usage().frames; count < eventCount; ) {
    const frames = Array.from({ length: Math.min(1_000, eventCount - count) }, () => source.next().value).flatMap(
      (f) => f ?? [],
    )
    await log.append(frames)
    count += frames.length
  }
}

async function indexAll(log: EventLog, history: HistoryIndex): Promise<void> {
  while (history.start() < log.bounds().end) await history.advance(log.bounds().end)
}

interface Timing {
  readonly p50: number
  readonly p99: number
}

async function time(runs: number, run: () => Promise<unknown> | unknown): Promise<Timing> {
  const took: number[] = []
  // The first ones compile; where a run takes seconds that does not count.
  const warmUps = runs < 10 ? 0 : 5
  for (let count = -warmUps; count < runs; count += 1) {
    const began = performance.now()
    await run()
    if (count >= 0) took.push(performance.now() - began)
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

const ms = (value: number): string => `${value.toFixed(2)} ms`

async function lookups(history: HistoryIndex): Promise<void> {
  const page = { accounts: [account], regions: [region], categories: ['management'], limit: 51 }
  const exact = (field: string, value: string) => ({ ...page, where: [{ field, exactly: value }] })
  const five = {
    where: [
      { field: 'errorCode', is: 'AccessDenied' },
      { field: 'username', is: 'ci-*' },
      { field: 'eventSource', is: 's3.amazonaws.com', not: true },
      { field: 'sourceIp', within: '203.0.0.0/22' },
      { field: 'requestParameters.roleName', is: 'role-1*' },
    ],
    limit: 50,
  }
  const searches: readonly (readonly [name: string, body: object, runs: number])[] = [
    ['newest page, no attribute', page, 100],
    ['dense: EventName', exact('eventName', 'Decrypt'), 100],
    ['dense: ReadOnly', exact('readOnly', 'false'), 100],
    ['sparse: Username', exact('username', 'ci-77'), 100],
    ['sparse: ResourceName', exact('resourceName', 'arn:aws:kms:::thing-9'), 100],
    ['five conditions, newest 50', five, 30],
    ['five conditions, all counted', { ...five, count: true }, 3],
    [
      'scan: one value of a path',
      { where: [{ field: 'requestParameters.filterSet.items.name', is: 'tag:1999' }], count: true, limit: 0 },
      2,
    ],
    [
      'scan: number range',
      { where: [{ field: 'requestParameters.maxResults', atLeast: 999 }], count: true, limit: 0 },
      1,
    ],
  ]
  for (const [name, body, runs] of searches) {
    if (!name.startsWith(flags.only ?? '')) continue
    const query: LookupQuery = queryOf(body)
    let said = ''
    const timing = await time(runs, async () => {
      const { summary } = await collect(history, query)
      const rate = summary.examinedBytes / 1e6 / (summary.tookMs / 1000 || 1)
      said = `${summary.matched} matched of ${summary.examined} examined by ${summary.plan}${name.startsWith('scan') ? `, ${rate.toFixed(0)} MB/s` : ''}`
    })
    console.log(`${name.padEnd(32)} p50 ${ms(timing.p50).padStart(11)}  p99 ${ms(timing.p99).padStart(11)}   ${said}`)
  }
}

async function peers(log: EventLog, folder: string): Promise<void> {
  const path = join(folder, 'peer.db')
  await rm(path, { force: true })
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE events (id INTEGER PRIMARY KEY, record BLOB); BEGIN')
  const put = database.prepare('INSERT INTO events VALUES (?, ?)')
  const sample = await log.read(log.bounds().first, 64 * 1024 * 1024)
  for (const [id, { bytes }] of sample.entries()) put.run(id, bytes)
  database.exec('COMMIT')
  const select = database.prepare('SELECT record FROM events WHERE id = ?')
  let seed = 1
  const page = await time(100, () => {
    for (let row = 0; row < 50; row += 1) {
      seed = (seed * 48_271) % 2_147_483_647
      select.get(seed % sample.length)
    }
  })
  console.log(`peer: 50 records by primary key from SQLite, without parsing: p50 ${ms(page.p50)} p99 ${ms(page.p99)}`)
  const all = Buffer.concat(sample.map(({ bytes }) => bytes))
  const needle = Buffer.from('tag:1999')
  const pass = await time(5, () => {
    for (let at = all.indexOf(needle); at !== -1; at = all.indexOf(needle, at + 1));
  })
  console.log(
    `limit: indexOf over uncompressed bytes in memory: ${(all.length / 1e6 / (pass.p50 / 1000)).toFixed(0)} MB/s`,
  )
  database.close()
}

async function main(): Promise<void> {
  const folder = flags.keep ?? (await mkdtemp(join(tmpdir(), 'cairn-bench-')))
  const isFresh = !existsSync(join(folder, 'history.db'))
  const log: SegmentLog = await openSegmentLog({
    directory: join(folder, 'log'),
    nowMs: Date.now,
    randomBytes,
    telemetry: new Proxy({} as never, { get: () => () => {} }),
    onFailed: (fault) => {
      throw fault
    },
  })
  await fill(log)
  await log.sealed()
  const { payloadBytes, diskBytes } = log.usage()
  console.log(
    `${eventCount} events, ${(payloadBytes / eventCount).toFixed(0)} B each; log on disk ${(diskBytes / eventCount).toFixed(0)} B each`,
  )
  const history = await openSqliteHistory({
    path: join(folder, 'history.db'),
    log,
    segments: join(folder, 'log'),
    telemetry: { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} },
  })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const began = performance.now()
  await indexAll(log, history)
  const seconds = (performance.now() - began) / 1000
  if (isFresh) console.log(`indexed ${(eventCount / seconds).toFixed(0)} events/s`)
  console.log(
    `index on disk ${(history.status().diskBytes / eventCount).toFixed(1)} B per event, with its write-ahead log`,
  )
  await lookups(history)
  console.log(
    `main loop delay p99 ${ms(delay.percentile(99) / 1e6)}, max ${ms(delay.max / 1e6)}; memory ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB RSS`,
  )
  await peers(log, folder)
  await history[Symbol.asyncDispose]()
  await log[Symbol.asyncDispose]()
  if (flags.keep === undefined) await rm(folder, { recursive: true })
}

await main()
