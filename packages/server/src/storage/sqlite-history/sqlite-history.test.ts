import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { everything } from '@cairn/core/lookup'
import { feed, registerHistoryIndexContract } from '@cairn/testkit/contracts/history-index'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'
import { afterAll, expect, it } from 'vitest'
import { createMemoryEventLog } from '../memory/event-log.ts'
import { openSqliteHistory } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-history-'))
afterAll(() => rm(folder, { recursive: true }))
let count = 0

const silent = { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} }

registerHistoryIndexContract('sqlite', async () => {
  const log = createMemoryEventLog()
  const path = join(folder, `${++count}.db`)
  const open = () => openSqliteHistory({ path, log, telemetry: silent })
  return { log, history: await open(), reopen: open }
})

registerHistoryIndexContract('sqlite, reading segments', async () => {
  const { log, segments } = await openSegments()
  const path = join(folder, `${count}.db`)
  const open = () => openSqliteHistory({ path, log, segments, telemetry: silent })
  return { log, history: await open(), reopen: open }
})

async function openSegments() {
  const segments = join(folder, `log-${++count}`)
  const log = await openQuietLog(segments, { segmentBytesMax: 20_000 })
  return { log, segments }
}

it('shows nothing from memory that retention removed', async () => {
  const { log, segments } = await openSegments()
  const history = await openSqliteHistory({ path: join(folder, `${count}.db`), log, segments, telemetry: silent })
  for (let n = 0; n < 100; n += 1) await log.append([eventFrame({ text: `{"eventID":"e-${n}"}`.padEnd(1_000) })])
  await log.sealed()
  await feed(log, history)
  const shown = async () => {
    const search = { query: { ...everything, eventsMax: 200 }, caller: 'test' }
    const { entries } = await history.page(search, new AbortController().signal)
    return (JSON.parse(`[${Buffer.from(entries)}]`) as unknown[]).length
  }
  expect(await shown()).toBe(100)
  await log.trim(Number.MAX_SAFE_INTEGER, log.bounds().end)
  // The index does not know it yet.
  expect(await shown()).toBe(log.bounds().end - log.bounds().first)
  await history[Symbol.asyncDispose]()
  await log[Symbol.asyncDispose]()
})
