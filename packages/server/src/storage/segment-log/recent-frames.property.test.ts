import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Frame } from '../../ports/event-log.ts'
import { CommitBuffer } from './commit-buffer.ts'
import { createRecentFrames } from './recent-frames.ts'

/** What a frame takes besides its payload. */
const overhead = 8 + 20 + 1 + 12 + 1 + 9
const bytesMax = 10 * (overhead + 10)

let made = 0

function frame(length: number): Frame {
  const bytes = new Uint8Array(length).fill(made++)
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

function committed(frames: readonly Frame[]) {
  const buffer = new CommitBuffer()
  buffer.add(frames)
  return buffer.frames
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
    fc.property(
      appended,
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 0, max: bytesMax }),
      (appends, from, max) => {
        const recent = createRecentFrames(bytesMax)
        const all = new Map<number, Frame>()
        let next = 0
        for (const { lengths, gap } of appends) {
          next += gap
          const frames = lengths.map(frame)
          recent.keep(next, committed(frames))
          for (const one of frames) all.set(next++, one)
        }
        const read = recent.read(from, max)
        if (read === undefined) return
        expect(read.length).toBeGreaterThan(0)
        for (const [nth, { position, bytes }] of read.entries()) {
          expect(position).toBe(from + nth)
          expect(Buffer.from(all.get(from + nth)?.bytes ?? 'none').equals(bytes)).toBe(true)
        }
        const bytes = read.reduce((sum, one) => sum + one.bytes.length, 0)
        expect(read.length === 1 || bytes <= max).toBe(true)
        const following = all.get(from + read.length)
        if (following !== undefined) expect(bytes + following.bytes.length).toBeGreaterThan(max)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('what came last is kept, and no more than may be', () => {
  const recent = createRecentFrames(bytesMax)
  for (let first = 0; first < 1_000; first += 2) recent.keep(first, committed([frame(10), frame(10)]))
  expect(recent.read(998, 10_000)).toHaveLength(2)
  expect(recent.read(990, 10_000)).toHaveLength(10)
  expect(recent.read(989, 10_000)).toBeUndefined()
  expect(recent.read(1_000, 10_000)).toBeUndefined()
})

test('what was read stays as it is while more is appended', () => {
  const recent = createRecentFrames(bytesMax)
  recent.keep(0, committed([frame(10)]))
  const [read] = recent.read(0, 10_000) ?? []
  const before = Buffer.from(read?.bytes ?? [])
  for (let first = 1; first < 100; first += 1) recent.keep(first, committed([frame(10)]))
  expect(before.equals(read?.bytes ?? new Uint8Array())).toBe(true)
})
