import { expect, test } from 'vitest'
import type { Position } from '../ports/event-log.ts'
import { createHealth } from './health.ts'

test.each([
  ['open', false, true],
  ['full', false, false],
  ['failed', false, false],
  ['open', true, false],
] as const)('with the log %s and a catalogue that is full: %s, changes are taken: %s', (state, isFull, ready) => {
  const log = { usage: () => ({ frames: 0, payloadBytes: 0, diskBytes: 0, state }) }
  const history = {
    status: () => ({ state: 'indexed' as const, indexedTo: 0 as Position, acceptedTo: 0 as Position, diskBytes: 0 }),
  }
  const health = createHealth({ log, catalog: { isFull }, history, mode: 'strict' })
  expect(health.report()).toMatchObject({ live: true, ready, log: state, catalogue: isFull ? 'full' : 'open' })
})
