import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, it, vi } from 'vitest'
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

it('work that rests sleeps after each stretch, and not before it is over', () => {
  const sleeping = vi.spyOn(Atomics, 'wait')
  const atMs = vi.spyOn(performance, 'now')
  try {
    const rest = createRests()
    for (const nowMs of [1, 1.1, 1.2, 1.8, 1.9, 2.5]) {
      atMs.mockReturnValue(nowMs)
      rest()
    }
    expect(sleeping).toHaveBeenCalledTimes(3)
  } finally {
    vi.restoreAllMocks()
  }
})
