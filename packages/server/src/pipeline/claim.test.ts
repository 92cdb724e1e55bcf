import { eventFrame } from '@cairn/testkit/fakes/frames'
import { expect, test } from 'vitest'
import type { Catalog } from '../ports/catalog.ts'
import type { EventLog, Position, StoredFrame } from '../ports/event-log.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { type Claim, createClaimingConsumer } from './claim.ts'

const startAt = 0 as Position

interface Handled {
  readonly claim: Claim
  readonly positions: readonly Position[]
}

/** One life of a consumer on a log and a catalogue that outlive it. */
function life(log: EventLog, catalog: Catalog, handled: Handled[], fails: () => boolean = () => false) {
  const consumer = createClaimingConsumer({
    name: 'delivery',
    log,
    catalog,
    startAt,
    async handle(claim, frames) {
      handled.push({ claim, positions: frames.map(({ position }) => position) })
      if (fails()) throw new TypeError('refused')
    },
  })
  /** What the runner does: one batch of at most so many bytes. */
  const step = async (bytesMax: number) => consumer.handle(await log.read(consumer.start(), bytesMax))
  return { consumer, step }
}

async function filledLog(count: number): Promise<EventLog> {
  const log = createMemoryEventLog()
  await log.append(Array.from({ length: count }, () => eventFrame({ text: '0123456789' })))
  return log
}

test('ranges follow each other without a gap or an overlap', async () => {
  const log = await filledLog(10)
  const handled: Handled[] = []
  const { step, consumer } = life(log, createMemoryCatalog(), handled)
  for (const bytesMax of [30, 10, 100]) await step(bytesMax)
  expect(handled.map(({ claim }) => claim.id)).toEqual(['0-3', '3-4', '4-10'])
  expect(handled.flatMap(({ positions }) => positions)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(consumer.start()).toBe(10)
})

test('hands out the same range under the same id after a crash, whatever the batch size has become', async () => {
  for (const bytesMaxAfter of [10, 50, 1000]) {
    const log = await filledLog(10)
    const catalog = createMemoryCatalog()
    const handled: Handled[] = []
    await expect(life(log, catalog, handled, () => true).step(50)).rejects.toThrow('refused')
    const next = life(log, catalog, handled)
    await next.step(bytesMaxAfter)
    expect(handled).toHaveLength(2)
    expect(handled[1]).toEqual(handled[0])
    expect(handled[0]).toMatchObject({ claim: { id: '0-5', first: 0, end: 5 }, positions: [0, 1, 2, 3, 4] })
    expect(next.consumer.start()).toBe(5)
  }
})

test('the claim is durable before the range is handed out', async () => {
  const log = await filledLog(3)
  const catalog = createMemoryCatalog()
  let versionAtHandle = 0
  const consumer = createClaimingConsumer({
    name: 'delivery',
    log,
    catalog,
    startAt,
    async handle() {
      versionAtHandle = catalog.version
    },
  })
  await consumer.handle(await log.read(consumer.start(), 1000))
  expect(versionAtHandle).toBe(1)
})

test('a claim that could not be written hands nothing out', async () => {
  const log = await filledLog(3)
  const catalog = createMemoryCatalog()
  const handled: Handled[] = []
  const { consumer } = life(log, catalog, handled)
  const frames: readonly StoredFrame[] = await log.read(startAt, 1000)
  await catalog[Symbol.asyncDispose]()
  await expect(consumer.handle(frames)).rejects.toThrow()
  expect(handled).toEqual([])
})
