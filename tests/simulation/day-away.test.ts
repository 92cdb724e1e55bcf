import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gunzipSync } from 'node:zlib'
import { fullSize } from '@cairn/testkit'
import { expect, test } from 'vitest'
import type { StoreBucket } from '../../packages/server/src/buckets/index.ts'
import { account, createWorld, startLife } from '../../packages/server/src/delivery/delivery.fixture.ts'
import { Fault } from '../../packages/server/src/fault.ts'
import { createMemoryObjectStore } from '../../packages/server/src/storage/memory/object-store.ts'
import { createVirtualLog } from './virtual-log.ts'

const secondMs = 1_000
const dayMs = 86_400 * secondMs

/** A day at the rate of the promise is 86 million events; what is held against it does not depend on the number. */
const eventsPerSecond = fullSize(2, 20)

/** What is promised of the time after: five times a thousand events a second. */
const drainedPerSecond = 5_000

/** How long one that is away keeps who asks waiting. */
const silenceMs = 240 * secondMs

/** How long a store that is well takes for a file. */
const putMs = 200

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** A store that takes files and keeps only which events were in them. */
function createSink({ clock, timer }: Awaited<ReturnType<typeof createWorld>>['time']) {
  const seen = new Map<number, number>()
  const sky = { isAway: false, refusals: 0 }
  const objects = createMemoryObjectStore({ clock })
  const store: StoreBucket = {
    name: 'theirs',
    region: 'eu-west-1',
    accounts: [account],
    prefixes: [],
    objects: {
      ...objects,
      async put(object) {
        if (sky.isAway) {
          sky.refusals += 1
          await timer.sleep(silenceMs, new AbortController().signal)
          throw new Fault('object.store-unreachable', 'no answer')
        }
        await timer.sleep(putMs, new AbortController().signal)
        const bytes = Buffer.concat(await Array.fromAsync(object.body))
        const { Records } = JSON.parse(gunzipSync(bytes).toString()) as { Records: readonly { eventID: string }[] }
        for (const { eventID } of Records) {
          const number = Number(eventID.slice(1))
          seen.set(number, (seen.get(number) ?? 0) + 1)
        }
        const { key, headers } = object
        return { key, headers, size: bytes.length, etag: '"e"', lastModifiedMs: clock.nowMs() } as never
      },
    },
  }
  return { store, seen, sky }
}

test('a store that is away for a day is waited for without holding the day in memory, and caught up with at five times the rate', {
  timeout: fullSize(240_000, 7_200_000),
}, async () => {
  const world = await createWorld()
  const { time, plan } = world
  await world.makeTrail('main', { bucket: 'theirs', validatesLogFiles: false })
  const catalogVersion = world.catalog.version
  const log = createVirtualLog({ nowMs: time.clock.nowMs, eventsPerSecond, account, catalogVersion })
  const { store, seen, sky } = createSink(time)
  const life = await startLife(world, { log, stores: [store] })
  const waiting = () => plan.backlogs()[0]?.events ?? 0
  async function pass(durationMs: number, stepMs: number): Promise<void> {
    for (let passed = 0; passed < durationMs; passed += stepMs) {
      await time.pass(stepMs)
      log.tick()
    }
  }

  await pass(600 * secondMs, 10 * secondMs)
  expect(waiting()).toBeLessThan(120 * eventsPerSecond)
  sky.isAway = true
  const before = heldBytes()
  await pass(dayMs, 600 * secondMs)
  expect(waiting()).toBeGreaterThan(0.98 * 86_400 * eventsPerSecond)
  // It was asked again and again.
  expect(sky.refusals).toBeGreaterThan(200)
  // What a claim or two hold while they are tried, and the router's last records; the day itself is twice as much and more.
  const heldWaiting = heldBytes() - before
  expect(heldWaiting, 'bytes held for a day that waits').toBeLessThan(96 * 1024 * 1024)

  sky.isAway = false
  const backlog = waiting()
  const beganMs = time.clock.nowMs()
  while (waiting() > 120 * eventsPerSecond) await pass(secondMs, secondMs)
  const tookSeconds = (time.clock.nowMs() - beganMs) / 1000
  // When the store is back, the next question may be half a minute away, and the last one still waits for its answer.
  const retrySeconds = 30 + silenceMs / 1000
  expect(backlog / Math.max(1, tookSeconds - retrySeconds)).toBeGreaterThan(drainedPerSecond)

  log.stop()
  await pass(300 * secondMs, 10 * secondMs)
  await life.end()
  expect(waiting()).toBe(0)
  expect(seen.size, 'every event').toBe(log.bounds().end)
  expect(
    [...seen.values()].every((count) => count === 1),
    'each once',
  ).toBe(true)
})
