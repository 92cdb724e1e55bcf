import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { afterAll, expect, it } from 'vitest'
import type { StoredFrame } from '../../ports/event-log.ts'
import { createSealedReader, openSegmentLog, type SegmentLog } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-sealed-reader-'))
afterAll(() => rm(folder, { recursive: true }))
let logs = 0

async function openLog(): Promise<{ log: SegmentLog; directory: string }> {
  const directory = join(folder, `log-${++logs}`)
  const log = await openSegmentLog({
    directory,
    nowMs: () => 0,
    randomBytes,
    telemetry: { tailCut() {}, damaged() {}, sealed() {}, sealFailed() {}, removed() {}, full() {}, roomAgain() {} },
    onFailed: (fault) => {
      throw fault
    },
    segmentBytesMax: 100_000,
  })
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

it('gives each sealed frame as the log does, and none that is not sealed', async () => {
  const { log, directory } = await openLog()
  await fill(log, 500)
  await log.sealed()
  const reader = createSealedReader(directory, 100_000)
  let sealed = 0
  const everything: StoredFrame[] = []
  for (let from = log.bounds().first; from < log.bounds().end; ) {
    const batch = await log.read(from, 50_000)
    everything.push(...batch)
    from = log.after((batch.at(-1) ?? { position: from }).position)
  }
  for (const frame of everything) {
    const block = reader.blockAt(frame.position)
    const index = block?.positions.indexOf(frame.position) ?? -1
    if (block === undefined) continue
    sealed += 1
    expect(block.frame(index)).toEqual({ ...frame, bytes: Buffer.from(frame.bytes) })
  }
  expect(everything).toHaveLength(500)
  expect(sealed).toBeGreaterThan(300)
  expect(sealed).toBeLessThan(500)
  expect(reader.blockAt(9_999)).toBeUndefined()
  reader.close()
  await log[Symbol.asyncDispose]()
})

it('learns of segments that were sealed, and of those that retention removed', async () => {
  const { log, directory } = await openLog()
  await fill(log, 10)
  const reader = createSealedReader(directory, 100_000)
  expect(reader.blockAt(0)).toBeUndefined()
  await fill(log, 300)
  await log.sealed()
  reader.refresh()
  expect(reader.blockAt(0)?.positions[0]).toBe(0)
  await log.trim(Number.MAX_SAFE_INTEGER, log.bounds().end)
  reader.refresh()
  expect(reader.blockAt(0)).toBeUndefined()
  reader.close()
  await log[Symbol.asyncDispose]()
})
