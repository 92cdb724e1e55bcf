import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'
import { afterAll, expect, it } from 'vitest'
import type { StoredFrame } from '../../ports/event-log.ts'
import { createSegmentReader, type SegmentLog, type SegmentReader } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-segment-reader-'))
afterAll(() => rm(folder, { recursive: true }))
let logs = 0

async function openLog(segmentBytesMax = 100_000): Promise<{ log: SegmentLog; directory: string }> {
  const directory = join(folder, `log-${++logs}`)
  const log = await openQuietLog(directory, { segmentBytesMax })
  return { log, directory }
}

/** Events of three accounts in turns, so that neighbours in position lie in different blocks. */
async function fill(log: SegmentLog, count: number): Promise<void> {
  for (let number = 0; number < count; number += 10) {
    await log.append(
      Array.from({ length: 10 }, (_, index) =>
        eventFrame({
          account: `${(number + index) % 3}`.repeat(12),
          text: JSON.stringify({ n: number + index }).padEnd(1_000),
        }),
      ),
    )
  }
}

async function everyFrame(log: SegmentLog): Promise<StoredFrame[]> {
  const frames: StoredFrame[] = []
  for (let from = log.bounds().first; from < log.bounds().end; ) {
    const batch = await log.read(from, 50_000)
    frames.push(...batch)
    from = log.after((batch.at(-1) ?? { position: from }).position)
  }
  return frames
}

function frameAt(reader: SegmentReader, position: number): StoredFrame | undefined {
  const block = reader.blockAt(position)
  return block?.frame(block.positions.indexOf(position))
}

it('gives each frame as the log does, sealed or not, and none behind the last', async () => {
  const { log, directory } = await openLog()
  await fill(log, 500)
  await log.sealed()
  const reader = createSegmentReader(directory, 100_000)
  const frames = await everyFrame(log)
  expect(frames).toHaveLength(500)
  for (const frame of frames) {
    expect(frameAt(reader, frame.position)).toEqual({ ...frame, bytes: Buffer.from(frame.bytes) })
  }
  expect(reader.blockAt(500)).toBeUndefined()
  reader.close()
  await log[Symbol.asyncDispose]()
})

it('prepares blocks of more files than it keeps open, in less memory than they take', async () => {
  const { log, directory } = await openLog(20_000)
  await fill(log, 1_500)
  await log.sealed()
  const reader = createSegmentReader(directory, 100_000)
  const frames = new Map((await everyFrame(log)).map((frame) => [frame.position as number, frame]))
  for (const step of [1, 7, 40]) {
    const positions = [...frames.keys()].filter((position) => position % step === 0)
    const groups: number[] = []
    for (let next = 0, prepared = 0; next < positions.length; next += 1) {
      if (next === prepared) {
        prepared = reader.prepare(positions, next)
        groups.push(prepared - next)
      }
      const position = positions[next] ?? 0
      const { bytes } = frameAt(reader, position) ?? {}
      expect(bytes).toEqual(Buffer.from(frames.get(position)?.bytes ?? ''))
    }
    expect(Math.min(...groups)).toBeGreaterThan(0)
    expect(groups.length).toBeLessThan(positions.length / 2)
  }
  expect(reader.prepare([1_500, 1_501], 0)).toBe(2)
  reader.close()
  await log[Symbol.asyncDispose]()
})

it('sees what is appended to a segment it has open, in any order, in small commits and large ones', async () => {
  const { log, directory } = await openLog()
  const reader = createSegmentReader(directory, 100_000)
  for (const count of [1, 1, 30, 1, 200, 1]) {
    await log.append(Array.from({ length: count }, (_, n) => eventFrame({ text: `{"n":${n}}`.padEnd(400) })))
    reader.refresh()
    const frames = await everyFrame(log)
    for (const frame of frames.toReversed()) {
      expect(frameAt(reader, frame.position)).toEqual({ ...frame, bytes: Buffer.from(frame.bytes) })
    }
    expect(reader.blockAt(log.bounds().end)).toBeUndefined()
  }
  reader.close()
  await log[Symbol.asyncDispose]()
})

it('tells damage in a segment that is not sealed', async () => {
  const { log, directory } = await openLog()
  await log.append([eventFrame({ text: '{"a":"text that was"}' })])
  const path = join(directory, '0000000000000000.seg')
  const bytes = await readFile(path)
  bytes[bytes.indexOf('text that was')] = 0
  await writeFile(path, bytes)
  const reader = createSegmentReader(directory, 100_000)
  expect(() => reader.blockAt(0)).toThrow(expect.objectContaining({ code: 'log.damaged' }))
  reader.close()
  await log[Symbol.asyncDispose]()
})

it('learns of segments that were sealed, and of those that retention removed', async () => {
  const { log, directory } = await openLog()
  await fill(log, 10)
  const reader = createSegmentReader(directory, 100_000)
  const before = frameAt(reader, 0)
  expect(before?.position).toBe(0)
  await fill(log, 300)
  await log.sealed()
  reader.refresh()
  expect(frameAt(reader, 0)).toEqual(before)
  expect(frameAt(reader, 250)?.position).toBe(250)
  await log.trim(Number.MAX_SAFE_INTEGER, log.bounds().end)
  reader.refresh()
  expect(reader.blockAt(0)).toBeUndefined()
  reader.close()
  await log[Symbol.asyncDispose]()
})
