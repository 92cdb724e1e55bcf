import { describe, expect, test } from 'vitest'
import { Fault } from '../../fault.ts'
import type { EventLog, Position } from '../../ports/event-log.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../../storage/memory/event-log.ts'
import type { EventDataStoreId } from '../stores/index.ts'
import { type Channel, createAuditEvents } from './index.ts'

const account = '123456789012'
const channel: Channel = {
  id: '00000000-0000-4000-8000-000000000001' as Channel['id'],
  arn: 'arn:aws:cloudtrail:us-east-1:123456789012:channel/00000000-0000-4000-8000-000000000001',
  name: 'orders',
  account,
  region: 'us-east-1',
  source: 'Custom',
  destinations: ['00000000-0000-4000-8000-000000000002' as EventDataStoreId],
  createdAtMs: 0,
  updatedAtMs: 0,
  tags: [],
}

const entry = (UID: string, pad = 0) => ({
  id: UID,
  eventData: JSON.stringify({
    version: '1',
    userIdentity: { type: 'User', principalId: 'alice' },
    eventSource: 'shop',
    eventName: 'Buy',
    eventTime: '2026-01-01T00:00:00Z',
    UID,
    recipientAccountId: account,
    additionalEventData: { pad: 'x'.repeat(pad) },
  }),
})

/** What survives a restart, and how to start on it again. */
function createWorld() {
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  let nowMs = Date.parse('2026-01-01T00:00:00Z')
  const told = { taken: 0, repeated: 0, refused: 0 }
  const read: Position[] = []
  const watched: EventLog = {
    ...bound(log),
    read(from, bytesMax) {
      read.push(from)
      return log.read(from, bytesMax)
    },
  }
  async function start(more: { readonly log?: EventLog; exists?(id: Channel['id']): boolean } = {}) {
    const events = createAuditEvents({
      log: more.log ?? watched,
      catalog,
      clock: { nowMs: () => nowMs },
      exists: more.exists ?? (() => true),
      telemetry: {
        taken(facts) {
          for (const [outcome, count] of Object.entries(facts)) told[outcome as keyof typeof told] += count
        },
      },
    })
    await events.recall()
    return events
  }
  const count = async () => (await log.read(log.bounds().first, 1 << 30)).length
  return {
    log,
    catalog,
    told,
    read,
    start,
    count,
    pass(ms: number) {
      nowMs += ms
    },
  }
}

function bound(log: EventLog): EventLog {
  return {
    append: (frames, options) => log.append(frames, options),
    read: (from, bytesMax) => log.read(from, bytesMax),
    letGo: (frames) => log.letGo(frames),
    fetch: (positions) => log.fetch(positions),
    bounds: () => log.bounds(),
    usage: () => log.usage(),
    onAppend: (listener) => log.onAppend(listener),
    after: (position) => log.after(position),
    trim: (acceptedBeforeMs, keepFrom) => log.trim(acceptedBeforeMs, keepFrom),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  }
}

describe('after a crash', () => {
  test('a retry of what was taken before adds nothing', async () => {
    const world = createWorld()
    const [before] = await (await world.start()).take(channel, [entry('a')])
    // No save: the process died.
    const restarted = await world.start()
    expect(await restarted.take(channel, [entry('a'), entry('b')])).toMatchObject([before, { kind: 'taken' }])
    expect(await world.count()).toBe(2)
    expect(world.told).toEqual({ taken: 2, repeated: 1, refused: 0 })
  })

  test('an installation without channels reads nothing', async () => {
    const world = createWorld()
    const events = await world.start()
    await events.save()
    await world.start()
    expect(world.read).toEqual([])
  })

  test('what is long past is not read again', async () => {
    const world = createWorld()
    const events = await world.start()
    const bulk = (name: string) => Array.from({ length: 100 }, (_, index) => entry(`${name}-${index}`, 20_000))
    for (let call = 0; call < 5; call++) await events.take(channel, bulk(`old-${call}`))
    await events.save()
    const { end } = world.log.bounds()
    world.pass(16 * 60_000)
    await events.save()
    await events.take(channel, [entry('late')])
    const restarted = await world.start()
    expect(Math.min(...world.read)).toBe(end)
    expect(await restarted.take(channel, [entry('late')])).toHaveLength(1)
    expect(world.told.repeated).toBe(1)
  })
})

test('a call whose append fails takes nothing, and its retry is taken', async () => {
  const world = createWorld()
  let isFull = true
  const log: EventLog = {
    ...bound(world.log),
    append: (frames) => (isFull ? Promise.reject(new Fault('log.full', 'no room', {})) : world.log.append(frames)),
  }
  const events = await world.start({ log })
  const both = await Promise.allSettled([events.take(channel, [entry('a')]), events.take(channel, [entry('a')])])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  isFull = false
  await events.take(channel, [entry('a')])
  expect(await world.count()).toBe(1)
})

test('how ingestion went is known again after a restart, and forgotten with the channel', async () => {
  const world = createWorld()
  let exists = true
  const events = await world.start({ exists: () => exists })
  const [taken] = await events.take(channel, [entry('a')])
  await events.save()
  const restarted = await world.start({ exists: () => exists })
  expect(restarted.status(channel.id)).toMatchObject({
    latestSuccessEventId: taken?.kind === 'taken' ? taken.eventId : '',
    latestAttemptAtMs: Date.parse('2026-01-01T00:00:00Z'),
  })
  exists = false
  await restarted.save()
  expect(restarted.status(channel.id)).toBeUndefined()
})
