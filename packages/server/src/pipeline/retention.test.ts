import { expect, test } from 'vitest'
import type { EventLog, Position } from '../ports/event-log.ts'
import { applyRetention } from './retention.ts'

test('what is older goes, but never what a consumer still needs', async () => {
  const trims: [number, Position][] = []
  const log = {
    bounds: () => ({ first: 0 as Position, end: 100 as Position }),
    trim: async (acceptedBeforeMs: number, keepFrom: Position) => void trims.push([acceptedBeforeMs, keepFrom]),
  } as Partial<EventLog> as EventLog
  const at = (position: number) => ({ start: () => position as Position })
  const clock = { nowMs: () => 10_000 }
  await applyRetention({ log, clock, consumers: [at(70), at(40), at(90)], retentionMs: 3_000 })
  await applyRetention({ log, clock, consumers: [], retentionMs: 3_000 })
  expect(trims).toEqual([
    [7_000, 40],
    [7_000, 100],
  ])
})
