import { expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createTestClock, requireMachineClock } from './test-clock.ts'

const machine = { nowMs: () => 1_000_000 }

test('goes on after a restart from where it was moved to', async () => {
  const catalog = createMemoryCatalog()
  const first = createTestClock(machine, -5_000)
  await first.adopt(catalog)
  expect(await first.advance(2_000)).toBe(997_000)
  const second = createTestClock(machine, -60_000)
  await second.adopt(catalog)
  expect(second.nowMs()).toBe(997_000)
})

test('keeps test data and real data apart', async () => {
  const real = createMemoryCatalog()
  await real.change({ intentId: undefined }, (draft) => draft.put({ name: 'any', keepsHistory: true }, 'x', {}))
  await expect(createTestClock(machine, 0).adopt(real)).rejects.toMatchObject({ code: 'clock.real-data' })
  expect(() => requireMachineClock(real)).not.toThrow()
  const trial = createMemoryCatalog()
  await createTestClock(machine, 0).adopt(trial)
  expect(() => requireMachineClock(trial)).toThrow(expect.objectContaining({ code: 'clock.test-data' }))
})
