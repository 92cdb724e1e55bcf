import { lookupEvent } from '@cairn/core/lookup'
import { expect, it } from 'vitest'
import { createKeptEvents, isKept } from './kept-events.ts'

const eventAt = (position: number) => {
  const bytes = Buffer.from(JSON.stringify({ eventID: `e-${position}`, padding: 'x'.repeat(3_000) }))
  return { position, acceptedAtMs: 0, account: '111111111111', region: 'eu-west-1', bytes }
}

const lookedAt = (position: number) => lookupEvent(eventAt(position), { eventID: `e-${position}` })

it('keeps what is shown twice, and shows it alike', () => {
  const kept = createKeptEvents(1_000_000)
  const first = kept.show(eventAt(1), lookedAt(1))
  expect(kept.get(1)).toBeUndefined()
  kept.show(eventAt(1), lookedAt(1))
  const one = kept.get(1)
  expect(one?.entry).toEqual(first.entry)
  expect(one?.looked.fields.eventId).toBe('e-1')
  expect(one && isKept(one)).toBe(true)
  expect(isKept(eventAt(1))).toBe(false)
})

it('takes no more memory than it may: the least recently shown goes', () => {
  const kept = createKeptEvents(10 * 4_500)
  for (let position = 0; position < 100; position += 1) {
    for (const _ of [1, 2]) kept.show(eventAt(position), lookedAt(position))
    kept.get(0)
  }
  const left = Array.from({ length: 100 }, (_, position) => position).filter((position) => kept.get(position))
  expect(left.length).toBeGreaterThan(5)
  expect(left.length).toBeLessThanOrEqual(10)
  expect(left[0]).toBe(0)
  expect(left.at(-1)).toBe(99)
})

it('forgets everything at once', () => {
  const kept = createKeptEvents(1_000_000)
  for (const _ of [1, 2]) kept.show(eventAt(1), lookedAt(1))
  kept.clear()
  expect(kept.get(1)).toBeUndefined()
})
