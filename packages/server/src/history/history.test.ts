import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import type { Position } from '../ports/event-log.ts'
import type { HistoryIndex } from '../ports/history-index.ts'
import { createHistory, type HistoryOptions } from './history.ts'

test('whoever waits for the index is told that it fails, and the next one is not', async () => {
  let isFull = true
  let indexed = 0
  const index: Pick<HistoryIndex, 'start' | 'advance'> = {
    start: () => indexed as Position,
    async advance(end) {
      if (isFull) throw new Fault('history.failed', 'the index failed', { reason: 'database or disk is full' })
      indexed = end
    },
  }
  const { caughtUp, consumer } = createHistory({ index } as HistoryOptions)
  const never = new AbortController().signal
  const refused = expect(caughtUp(2 as Position, never)).rejects.toMatchObject({ code: 'history.failed' })
  await expect(consumer.advance(2 as Position)).rejects.toMatchObject({ code: 'history.failed' })
  await refused
  isFull = false
  const waited = caughtUp(2 as Position, never)
  await consumer.advance(2 as Position)
  await waited
})
