import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { fullSize } from '@cairn/testkit'
import { collect, feed, queryOf } from '@cairn/testkit/contracts/history-index'
import { seededNumbers } from '@cairn/testkit/fakes/records'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EventLog, Position } from '../../ports/event-log.ts'
import { contentHash, type HistoryIndex } from '../../ports/history-index.ts'
import { crashLog } from './crash.fixture.ts'
import { openSqliteHistory } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-history-faults-'))
afterAll(() => rm(folder, { recursive: true }))
let files = 0

const opened: HistoryIndex[] = []
afterEach(async () => {
  for (const history of opened.splice(0)) await history[Symbol.asyncDispose]()
})

async function openAt(path: string, log: EventLog) {
  const facts: string[] = []
  const telemetry = {
    indexed() {},
    rebuilding: ({ reason }: { reason: string }) => void facts.push(`rebuilding: ${reason}`),
    rebuilt: ({ events }: { events: number }) => void facts.push(`rebuilt: ${events}`),
    searched() {},
  }
  const history = await openSqliteHistory({ path, log, telemetry })
  opened.push(history)
  return { history, facts }
}

/** Every event once: by time, by an attribute, and by its id. */
async function expectWhole(history: HistoryIndex, log: EventLog): Promise<void> {
  const frames = await log.read(log.bounds().first, Number.MAX_SAFE_INTEGER)
  const all = await collect(history, queryOf({ limit: 1_000_000, order: 'oldest' }))
  expect(all.events.map(({ position }) => position).sort((a, b) => a - b)).toEqual(
    frames.map(({ position }) => position),
  )
  const byName = await collect(history, queryOf({ where: [{ field: 'eventName', is: '*' }], count: true, limit: 0 }))
  expect(byName.summary).toMatchObject({ matched: frames.length, examined: frames.length, plan: 'eventName' })
  const keys = all.events.map(({ account, fields, bytes }) => {
    return { account, eventId: fields.eventId, contentHash: contentHash(bytes) }
  })
  expect(new Set(await history.recognise(keys))).toEqual(new Set(['same']))
}

describe('an indexer killed in the middle of its work', () => {
  it('leaves an index that holds every event once after the next start', async () => {
    const path = join(folder, 'killed.db')
    const count = fullSize(2_000, 30_000)
    const log = await crashLog(count)
    const number = seededNumbers(11)
    const fixture = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url))
    for (let round = 0; round < fullSize(3, 60); round += 1) {
      const child = spawn(process.execPath, [fixture, path, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
      await killAfterLines(child, 1 + number(12))
    }
    const { history } = await openAt(path, log)
    expect(history.start()).toBeGreaterThan(log.bounds().first)
    await feed(log, history, 100_000)
    await expectWhole(history, log)
    expect(rowsOf(path)).toBe(count)
  }, 300_000)
})

/** Kills when so many batches are known to be indexed: by then it is at some point of a later one. */
async function killAfterLines(child: ChildProcess, lines: number): Promise<void> {
  const ended = once(child, 'exit')
  let seen = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    seen += chunk.toString().split('\n').length - 1
    if (seen >= lines) child.kill('SIGKILL')
  })
  await ended
}

function rowsOf(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return Number(database.prepare('SELECT count(*) AS n FROM ids').get()?.n)
  } finally {
    database.close()
  }
}

describe('a history that cannot be used', () => {
  const harms: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ['was deleted', (path) => rm(path)],
    ['is empty', (path) => truncate(path, 0)],
    ['was cut in half', async (path) => truncate(path, Math.floor((await readFile(path)).length / 2 / 4096) * 4096)],
    ['is something else', (path) => writeFile(path, 'PNG'.repeat(10_000))],
    ['is full of noise', (path) => overwrite(path, 4_096)],
    ['has another format', async (path) => change(path, "UPDATE meta SET value = 99 WHERE name = 'format'")],
    ['is ahead of the log', async (path) => change(path, "UPDATE meta SET value = 99999 WHERE name = 'cursor'")],
  ]

  const whole = join(folder, 'whole.db')
  beforeAll(async () => {
    const log = await crashLog(300)
    const { history } = await openAt(whole, log)
    await feed(log, history)
    await history[Symbol.asyncDispose]()
  })

  it.each(harms)('because it %s is rebuilt from the log by itself', async (_, harm) => {
    const path = join(folder, `harmed-${++files}.db`)
    const log = await crashLog(300)
    await copyFile(whole, path)
    await harm(path)

    const { history, facts } = await openAt(path, log)
    expect(history.status()).toMatchObject({ state: 'rebuilding', rebuild: { events: 0 } })
    expect((await collect(history, {})).summary.isCaughtUp).toBe(false)
    await feed(log, history)
    await expectWhole(history, log)
    expect(history.status()).toMatchObject({ state: 'indexed' })
    expect(history.status()).not.toHaveProperty('rebuild')
    expect(facts).toEqual([expect.stringMatching(/^rebuilding: ./), 'rebuilt: 300'])
  })

  it('because a part is damaged is rebuilt when a look-up or a batch meets it', async () => {
    const path = join(folder, `harmed-${++files}.db`)
    const log = await crashLog(600)
    const first = await openAt(path, log)
    await first.history.advance((log.bounds().first + 500) as Position)
    await first.history[Symbol.asyncDispose]()
    await overwrite(path, 2 * 4_096)

    const { history, facts } = await openAt(path, log)
    await collect(history, queryOf({ where: [{ field: 'eventName', is: '*' }], count: true })).catch(() => undefined)
    await feed(log, history)
    await expectWhole(history, log)
    expect(facts.at(-1)).toMatch(/^rebuilt: /)
  })
})

/** Noise from `at` to the end. */
async function overwrite(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  const { size } = await file.stat()
  const number = seededNumbers(5)
  await file.write(
    Uint8Array.from({ length: size - at }, () => number(256)),
    0,
    size - at,
    at,
  )
  await file.close()
}

async function change(path: string, sql: string): Promise<void> {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

describe('a history whose log was trimmed', () => {
  it('forgets what is gone and keeps the rest', async () => {
    const log = await crashLog(500)
    const frames = await log.read(log.bounds().first, Number.MAX_SAFE_INTEGER)
    const { history } = await openAt(join(folder, `trimmed-${++files}.db`), log)
    await feed(log, history)
    const [oldest] = (await collect(history, queryOf({ order: 'oldest', limit: 1 }))).events
    const kept = frames[200]
    if (oldest === undefined || kept === undefined) throw new Error('the log holds events')
    await log.trim(Number.MAX_SAFE_INTEGER, kept.position)
    expect(log.bounds().first).toBe(kept.position)
    await log.append([{ ...kept, bytes: Buffer.from('{"eventName":"Last"}') }])
    await feed(log, history)
    await expectWholeAfterTrim(history, log)
    const key = { account: oldest.account, eventId: oldest.fields.eventId, contentHash: contentHash(oldest.bytes) }
    expect(await history.recognise([key])).toEqual(['new'])
  })
})

async function expectWholeAfterTrim(history: HistoryIndex, log: EventLog): Promise<void> {
  const { summary } = await collect(history, queryOf({ count: true, limit: 0 }))
  const { first, end } = log.bounds()
  expect(summary).toMatchObject({ matched: end - first, examined: end - first })
}

describe('look-ups', () => {
  it('that are given up stop, and others go on', async () => {
    const log = await crashLog(fullSize(4_000, 40_000))
    const { history } = await openAt(join(folder, `given-up-${++files}.db`), log)
    await feed(log, history)
    const scan = queryOf({ where: [{ field: 'requestParameters.maxResults', atLeast: 0 }], groupBy: ['username'] })
    const controller = new AbortController()
    const running = Array.from({ length: 6 }, () => collect(history, scan, { signal: controller.signal }))
    controller.abort(new Error('gone'))
    for (const result of await Promise.allSettled(running)) expect(result).toMatchObject({ status: 'rejected' })
    const { summary } = await collect(history, queryOf({ limit: 5 }))
    expect(summary.returned).toBe(5)
  })

  it('end at their time limit and say so', async () => {
    const log = await crashLog(3_000)
    const history = await openSqliteHistory({
      path: join(folder, `slow-${++files}.db`),
      log,
      telemetry: { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} },
      searchMsMax: 0,
    })
    opened.push(history)
    await feed(log, history)
    const { summary } = await collect(history, queryOf({ where: [{ field: 'a.b', is: '1' }], count: true }))
    expect(summary.end).toBe('time-limit')
  })

  it('of one caller beyond what may wait are refused', async () => {
    const log = await crashLog(200)
    const { history } = await openAt(join(folder, `busy-${++files}.db`), log)
    await feed(log, history)
    const asked = Array.from({ length: 200 }, () => collect(history, queryOf({ count: true }), { caller: 'greedy' }))
    const other = collect(history, queryOf({ count: true }), { caller: 'modest' })
    const results = await Promise.allSettled(asked)
    const refused = results.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(200 - 64 - 8)
    expect(refused[0]).toMatchObject({ reason: { code: 'history.busy' } })
    expect((await other).summary.matched).toBe(200)
  })
})
