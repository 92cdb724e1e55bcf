import { expect, it } from 'vitest'
import { every } from './schedule.ts'

it('goes on after failures, and tells fewer and fewer of those that follow each other', async () => {
  const told: string[] = []
  const failing = new Set([2, 3, 4, 5, 6, 7, 9])
  let run = 0
  const done = Promise.withResolvers<void>()
  await using _schedule = every(
    1,
    async () => {
      run += 1
      if (run === 11) done.resolve()
      if (failing.has(run)) throw new RangeError(String(run))
    },
    {
      timer: { sleep: async () => void (await new Promise((resolve) => setImmediate(resolve))) },
      onFailed: (error) => told.push((error as Error).message),
    },
  )
  await done.promise
  expect(told).toEqual(['2', '3', '5', '9'])
})
