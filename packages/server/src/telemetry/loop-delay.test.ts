import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { registerLoopDelay } from './loop-delay.ts'

test('tells for how long the main loop was blocked since the last scrape, and then begins anew', async () => {
  const registry = new Registry()
  registerLoopDelay(registry)
  const worst = async (): Promise<number> => {
    return Number(/quantile="1"\} (\S+)/.exec(await registry.metrics())?.[1])
  }
  expect(await worst()).toBe(0)
  await sleep(30)
  for (const until = performance.now() + 300; performance.now() < until; );
  await sleep(30)
  const blocked = await worst()
  expect(blocked).toBeGreaterThan(0.25)
  await sleep(50)
  expect(await worst()).toBeLessThan(blocked)
})
