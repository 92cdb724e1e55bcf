import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { notePassed } from './passing-buffers.ts'

const mebibyte = 1024 * 1024

test('buffers that stream through and are let go do not pile up', async () => {
  let mostBytes = 0
  const before = process.memoryUsage().arrayBuffers
  for (let passed = 0; passed < 512; passed += 1) {
    // Touched in pieces as a socket gives them, with turns of the event loop between.
    for (let piece = 0; piece < 16; piece += 1) notePassed(Buffer.allocUnsafeSlow(64 * 1024))
    if (passed % 8 === 0) await sleep(0)
    mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers - before)
  }
  expect(mostBytes / mebibyte).toBeLessThan(32)
})
