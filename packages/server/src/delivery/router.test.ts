import { expect, test } from 'vitest'
import { createTrailMatcher } from '../trails/index.ts'
import { createWorld } from './delivery.fixture.ts'
import { createRouter } from './router.ts'

test('what a commit that failed had is read again, also when a batch was held back meanwhile', async () => {
  const { log, plan, catalog, makeTrail, happen } = await createWorld()
  await makeTrail('main')
  let hold = Promise.resolve()
  const router = createRouter({
    plan: { start: () => plan.start(), route: () => Promise.reject(new TypeError('no room')) },
    log,
    matcher: createTrailMatcher(catalog),
    onBatch: () => hold,
    onSelected() {},
    telemetry: { notRoutable() {} },
  })
  const first = router.consumer.start()
  const handleNext = async () => router.consumer.handle(await log.read(router.consumer.start(), 1 << 20))

  await happen(['a'])
  await handleNext()
  await happen(['b', 'c'])
  const held = Promise.withResolvers<void>()
  hold = held.promise
  const handling = handleNext()
  await expect(router.commit()).rejects.toThrow('no room')
  held.resolve()
  await handling
  expect(router.consumer.start()).toBe(first)
})
