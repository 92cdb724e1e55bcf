import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { splitRecords } from '@cairn/core/json'
import { filesBelow, realData } from '@cairn/testkit'
import { collect, feed, queryOf } from '@cairn/testkit/contracts/history-index'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { afterAll, expect, it } from 'vitest'
import { createMemoryEventLog } from '../memory/event-log.ts'
import { openSqliteHistory } from './index.ts'

const data = realData()
const folder = await mkdtemp(join(tmpdir(), 'cairn-history-real-'))
afterAll(() => rm(folder, { recursive: true }))

interface Record {
  readonly eventName?: unknown
  readonly errorCode?: unknown
  readonly eventTime?: string
}

/** Counts by value as an offline script would, without any code of the history. */
function offlineCounts(values: readonly unknown[]): { [value: string]: number } {
  const counts: { [value: string]: number } = {}
  for (const value of values) if (typeof value === 'string' && value !== '') counts[value] = (counts[value] ?? 0) + 1
  return counts
}

it.skipIf(data === undefined)(
  'counts real logs as an offline script does, and gives every record back byte for byte',
  async () => {
    const root = join(data ?? '', 'real-logs')
    const records: Uint8Array[] = []
    for (const path of filesBelow(root).filter((name) => /\.json(\.gz)?$/.test(name))) {
      const file = await readFile(join(root, path))
      records.push(...splitRecords(path.endsWith('.gz') ? gunzipSync(file) : file).records.map(({ bytes }) => bytes))
    }
    expect(records.length).toBeGreaterThan(2_900)
    const log = createMemoryEventLog()
    await log.append(records.map((bytes) => eventFrame({ bytes })))
    const telemetry = { indexed() {}, rebuilding() {}, rebuilt() {}, searched() {} }
    const history = await openSqliteHistory({ path: join(folder, 'real.db'), log, telemetry })
    await feed(log, history)

    const query = queryOf({ groupBy: ['eventName', 'errorCode', 'hour'], limit: 1_000_000 })
    const { events, summary } = await collect(history, query)
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
    expect(events.map(({ bytes }) => text(bytes)).sort()).toEqual(records.map(text).sort())

    const parsed = records.map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Record)
    const counted = summary.groups.map(({ groups }) =>
      Object.fromEntries(groups.map(({ value, count }) => [value, count])),
    )
    expect(counted[0]).toEqual(offlineCounts(parsed.map(({ eventName }) => eventName)))
    expect(counted[1]).toEqual(offlineCounts(parsed.map(({ errorCode }) => errorCode)))
    const accepted = new Date(eventFrame().acceptedAtMs).toISOString()
    const hours = parsed.map(({ eventTime = accepted }) => `${eventTime.slice(0, 13)}:00:00Z`)
    expect(counted[2]).toEqual(offlineCounts(hours))
    await history[Symbol.asyncDispose]()
  },
)
