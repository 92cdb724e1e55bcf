import { fullSize } from '@cairn/testkit'
import { forEachSeed } from '@cairn/testkit/seed'
import { afterAll, expect, test } from 'vitest'
import { createHashPool } from '../../packages/cli/src/offline/hash-pool.ts'
import { DeliveryWorld } from './delivery-world.ts'

const pool = createHashPool()
afterAll(() => pool[Symbol.asyncDispose]())

test('delivers every event once and signs every file once, whatever fails, ends or changes meanwhile', {
  timeout: fullSize(480_000, 7_200_000),
}, async () => {
  let crashes = 0
  await forEachSeed(fullSize(300, 5000), async (seed) => {
    const world = await DeliveryWorld.create(seed)
    for (let steps = 4 + world.random.below(10); steps > 0; steps -= 1) await world.step()
    await world.heal()
    await world.check(pool)
    crashes += world.crashes
  })
  expect(crashes).toBeGreaterThan(0)
})
