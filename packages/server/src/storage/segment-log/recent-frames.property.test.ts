import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Frame } from '../../ports/event-log.ts'
import { createRecentFrames } from './recent-frames.ts'

const bytesMax = 100

function frame(length: number): Frame {
  const bytes = new Uint8Array(length)
  return {
    kind: 'event',
    audience: { kind: 'live' },
    source: 'api',
    account: '111111111111',
    region: 'eu-west-1',
    acceptedAtMs: 0,
    catalogVersion: 1,
    bytes,
  }
}

const appended = fc.array(
  fc.record({
    lengths: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 }),
    gap: fc.integer({ min: 0, max: 9 }).map((n) => (n === 9 ? 5 : 0)),
  }),
  { maxLength: 30 },
)

test('what is read is what was appended, whole and in order, from wherever it is still there', () => {
  fc.assert(
    fc.property(appended, fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 80 }), (appends, from, max) => {
      const recent = createRecentFrames(bytesMax)
      const all = new Map<number, Frame>()
      let next = 0
      for (const { lengths, gap } of appends) {
        next += gap
        const frames = lengths.map(frame)
        recent.keep(next, frames)
        for (const one of frames) all.set(next++, one)
      }
      const read = recent.read(from, max)
      if (read === undefined) return
      expect(read.length).toBeGreaterThan(0)
      for (const [nth, { position, bytes }] of read.entries()) {
        expect(position).toBe(from + nth)
        expect(bytes).toBe(all.get(from + nth)?.bytes)
      }
      const bytes = read.reduce((sum, one) => sum + one.bytes.length, 0)
      expect(read.length === 1 || bytes <= max).toBe(true)
      const following = all.get(from + read.length)
      if (following !== undefined) expect(bytes + following.bytes.length).toBeGreaterThan(max)
    }),
    { numRuns: 2_000 },
  )
})

test('what came last is kept, and no more than may be', () => {
  const recent = createRecentFrames(bytesMax)
  for (let first = 0; first < 1_000; first += 2) recent.keep(first, [frame(10), frame(10)])
  expect(recent.read(998, 1_000)).toHaveLength(2)
  expect(recent.read(990, 1_000)).toHaveLength(10)
  expect(recent.read(989, 1_000)).toBeUndefined()
  expect(recent.read(1_000, 1_000)).toBeUndefined()
})
