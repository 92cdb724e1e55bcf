import { fullSize } from '@cairn/testkit'
import { forEachSeed } from '@cairn/testkit/seed'
import { expect, test } from 'vitest'
import { codeOf, idOf, LogWorld } from './log-world.ts'

const livesPerWorld = 5
// A thousand crashes take ten seconds on an idle machine.
const timeout = fullSize(60_000, 900_000)

test('loses nothing acknowledged and keeps nothing refused, whenever the power or the process goes', {
  timeout,
}, async () => {
  let crashes = 0
  await forEachSeed(fullSize(160, 1600), async (seed) => {
    const world = new LogWorld(seed)
    for (let life = 0; life < livesPerWorld; life++) {
      await world.live(world.random.pick(['power', 'process']), { turnsMax: 700 })
      crashes += 1
      await world.check()
    }
  })
  expect(crashes).toBeGreaterThan(0)
})

test('loses nothing acknowledged when writes and syncs fail', { timeout }, async () => {
  await forEachSeed(fullSize(60, 600), async (seed) => {
    const world = new LogWorld(seed)
    for (let life = 0; life < livesPerWorld; life++) {
      await world.live('power', { turnsMax: 700, failures: { write: 0.004, sync: 0.01 } })
      await world.check()
    }
  })
})

test('a flipped bit is found and told, never passed on and never taken for a torn tail', { timeout }, async () => {
  await forEachSeed(fullSize(150, 1500), async (seed) => {
    const world = new LogWorld(seed)
    for (let life = 0; life < 2; life++) await world.live('process', { turnsMax: 700 })
    await world.check()
    if (!world.disk.flipBit(/\.seg$/)) return
    // Behind the last commit lie zeros kept for commits to come; a bit flipped there is nobody's loss.
    const isTold = (await world.fsck()).some(({ severity }) => severity === 'damage')
    // What can still be read is what was written; what cannot says so.
    const outcome = await world
      .inPeace(async (log) => {
        for (const [id, position] of world.seen) {
          if (position < log.bounds().first) continue
          const [frame] = await log.fetch([position]).catch((error: unknown) => {
            expect(codeOf(error)).toBe('log.damaged')
            return []
          })
          if (frame !== undefined) expect(idOf(frame)).toBe(id)
          else expect(isTold).toBe(true)
        }
        return 'read'
      })
      .catch(codeOf)
    expect(isTold ? ['read', 'log.damaged', 'log.newer-format'] : ['read']).toContain(outcome)
  })
})
