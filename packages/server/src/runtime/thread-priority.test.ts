import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { createRests } from './thread-priority.ts'

it.runIf(process.platform === 'linux')('a background thread steps back, the thread that answers does not', async () => {
  const before = getPriority()
  const module = new URL('./thread-priority.ts', import.meta.url).href
  const source = `
    const { parentPort } = require('node:worker_threads')
    const { readlinkSync } = require('node:fs')
    const { getPriority } = require('node:os')
    import(${JSON.stringify(module)}).then(({ yieldToMainThread }) => {
      yieldToMainThread()
      parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').pop())))
    })`
  const worker = new Worker(source, { eval: true })
  const lowered = await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  await worker.terminate()
  expect(lowered).toBe(Math.min(19, before + 10))
  expect(getPriority()).toBe(before)
})

it('work that rests leaves the processor after each stretch', () => {
  const rest = createRests()
  const before = process.cpuUsage()
  const until = performance.now() + 300
  while (performance.now() < until) rest()
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(270)
})
