import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { crc32c } from '@cairn/aws-kit/checksum'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventLog, Position, StoredFrame } from '../../ports/event-log.ts'
import { zstd } from './compression.ts'
import { checkSegmentLog } from './fsck.ts'
import { openSegmentLog, type SegmentLogOptions } from './segment-log.ts'

const start = 0 as Position
const damaged = expect.objectContaining({ code: 'log.damaged' })

describe('segment files', () => {
  let root = ''
  let logs = 0
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'cairn-files-'))
  })
  afterAll(() => rm(root, { recursive: true }))
  const newDirectory = () => path.join(root, `log-${logs++}`)

  async function open(directory: string, options: Partial<SegmentLogOptions> = {}) {
    const facts: string[] = []
    const log = await openSegmentLog({
      directory,
      nowMs: () => 0,
      randomBytes: (count) => new Uint8Array(count).fill(9),
      telemetry: {
        tailCut: ({ bytes }) => facts.push(`tail cut ${bytes}`),
        damaged: ({ offset }) => facts.push(`damaged ${offset}`),
        sealed: ({ file }) => facts.push(`sealed ${Number.parseInt(file, 10)}`),
        sealFailed: ({ file }) => facts.push(`seal failed ${Number.parseInt(file, 10)}`),
        removed() {},
        full() {},
        roomAgain() {},
      },
      onFailed: () => {},
      reserveBytes: 4096,
      ...options,
    })
    return { log, facts }
  }

  async function readAll(log: EventLog): Promise<StoredFrame[]> {
    const frames: StoredFrame[] = []
    for (let from = log.bounds().first; ; ) {
      const batch = await log.read(from, 100_000)
      const last = batch.at(-1)
      if (last === undefined) return frames
      frames.push(...batch)
      from = log.after(last.position)
    }
  }

  /** A log of commits of one frame each, closed; and where its last segment is. */
  async function written(count: number): Promise<{ directory: string; file: string }> {
    const directory = newDirectory()
    const { log } = await open(directory)
    for (let nth = 0; nth < count; nth++) await log.append([eventFrame({ text: `{"nth":${nth}}`.padEnd(700, ' ') })])
    await log[Symbol.asyncDispose]()
    return { directory, file: path.join(directory, '0000000000000000.seg') }
  }

  async function flip(file: string, at: number): Promise<void> {
    const bytes = await readFile(file)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(file, bytes)
  }

  it('cuts a torn tail, wherever the write ended, and says so', async () => {
    const { directory, file } = await written(3)
    const { size } = await stat(file)
    for (const lost of [1, 4, 300, 600]) {
      await truncate(file, size - lost)
      const findings = await Array.fromAsync(checkSegmentLog({ directory }))
      expect(findings).toMatchObject([{ severity: 'note', code: 'log.torn-tail', position: 2 }])
      const { log, facts } = await open(directory)
      expect(facts).toEqual([`tail cut ${size - lost - (await stat(file)).size}`])
      expect(log.bounds().end).toBe(2)
      const [position] = await log.append([eventFrame({ text: '{"nth":2}'.padEnd(700, ' ') })])
      expect(position).toBe(2)
      await log[Symbol.asyncDispose]()
      expect((await stat(file)).size).toBe(size)
    }
    expect(await Array.fromAsync(checkSegmentLog({ directory }))).toEqual([])
  })

  it('opens over space kept ahead of commits as over the end of the file', async () => {
    const { directory, file } = await written(3)
    const { size } = await stat(file)
    await truncate(file, size + 100_000)
    expect(await Array.fromAsync(checkSegmentLog({ directory }))).toEqual([])
    const { log, facts } = await open(directory)
    expect(facts).toEqual([])
    expect(await log.append([eventFrame()])).toEqual([3])
    expect(await readAll(log)).toHaveLength(4)
    await log[Symbol.asyncDispose]()
    expect((await stat(file)).size).toBeLessThan(size + 1_000)
  })

  it('does not open over a commit that was whole once, and leaves it as it is', async () => {
    for (const nth of [1, 4]) {
      const { directory, file } = await written(5)
      await flip(file, headOf(await readFile(file), nth))
      const before = await readFile(file)
      await expect(open(directory)).rejects.toEqual(damaged)
      expect(await readFile(file)).toEqual(before)
      const findings = await Array.fromAsync(checkSegmentLog({ directory }))
      expect(findings).toMatchObject([{ severity: 'damage', code: 'log.damaged' }])
    }
  })

  it('opens over a damaged payload, tells of it, and refuses to pass it on', async () => {
    const { directory, file } = await written(5)
    await flip(file, (await stat(file)).size - 50)
    const { log, facts } = await open(directory)
    expect(facts).toEqual(['damaged 4'])
    await expect(log.fetch([4 as Position])).rejects.toEqual(damaged)
    await expect(log.read(4 as Position, 1000)).rejects.toEqual(damaged)
    expect(await log.read(start, 100_000)).toHaveLength(4)
    expect(await log.append([eventFrame()])).toEqual([5])
    await log[Symbol.asyncDispose]()
  })

  it('refuses what a newer version wrote', async () => {
    const { directory, file } = await written(1)
    const bytes = await readFile(file)
    bytes.writeUInt16LE(2, 8)
    bytes.writeUInt32LE(crc32c(bytes, 0, 76), 76)
    await writeFile(file, bytes)
    await expect(open(directory)).rejects.toEqual(expect.objectContaining({ code: 'log.newer-format' }))
    const findings = await Array.fromAsync(checkSegmentLog({ directory }))
    expect(findings).toMatchObject([{ severity: 'damage', code: 'log.newer-format' }])
  })

  it('tells of a segment that is missing', async () => {
    const directory = newDirectory()
    const { log } = await open(directory, { segmentBytesMax: 1 })
    for (let nth = 0; nth < 4; nth++) await log.append([eventFrame()])
    await log[Symbol.asyncDispose]()
    await rm(path.join(directory, '0000000000000001.seg'))
    const findings = await Array.fromAsync(checkSegmentLog({ directory }))
    expect(findings).toMatchObject([{ severity: 'damage', code: 'log.missing-segment', position: 1 }])
    const again = await open(directory)
    expect(again.facts).toContain('damaged 1')
    expect((await readAll(again.log)).map(({ position }) => position)).toEqual([0, 2, 3])
    await again.log[Symbol.asyncDispose]()
  })

  it('seals segments that ended into blocks that give back every frame of every account', async () => {
    const directory = newDirectory()
    const { log, facts } = await open(directory, { segmentBytesMax: 300_000 })
    const expected: string[] = []
    for (let commit = 0; commit < 60; commit++) {
      const frames = Array.from({ length: 20 }, (_, nth) => {
        const text = JSON.stringify({ commit, nth, filler: 'abc'.repeat((commit * nth) % 600) })
        return eventFrame({ text, account: `00000000000${(commit * 7 + nth) % 5}` })
      })
      expected.push(...frames.map(({ bytes }) => bytes.toString()))
      await log.append(frames)
    }
    await log.sealed()
    expect(facts.filter((fact) => fact.startsWith('sealed')).length).toBeGreaterThan(1)
    const { payloadBytes, diskBytes } = log.usage()
    expect(diskBytes).toBeLessThan(payloadBytes)
    expect((await readAll(log)).map(({ bytes }) => bytes.toString())).toEqual(expected)
    const some = Array.from({ length: 50 }, (_, nth) => ((nth * 397) % expected.length) as Position)
    const found = await log.fetch(some)
    expect(found.map((frame) => frame?.bytes.toString())).toEqual(some.map((position) => expected[position]))
    await log[Symbol.asyncDispose]()
    expect(await Array.fromAsync(checkSegmentLog({ directory }))).toEqual([])

    // A decompressor that takes one block at a time gives back the same.
    const inflate = async (bytes: Uint8Array, rawBytes: number) => {
      const inflated = await zstd.inflate(bytes, rawBytes)
      return rawBytes > 40_000 ? inflated.subarray(0, 1_000) : inflated
    }
    const slow = await open(directory, { compression: { ...zstd, inflate } })
    expect((await readAll(slow.log)).map(({ bytes }) => bytes.toString())).toEqual(expected)
    await slow.log[Symbol.asyncDispose]()

    // A block that is damaged spoils its own frames only.
    await flip(path.join(directory, '0000000000000000.seg'), 400)
    const again = await open(directory)
    await expect(again.log.fetch([start])).rejects.toEqual(damaged)
    expect(await again.log.fetch([(expected.length - 1) as Position])).toHaveLength(1)
    const others = [...expected.keys()].slice(1, 200).map((offset) => again.log.fetch([offset as Position]))
    const read = (await Promise.allSettled(others)).flatMap((one, nth) => (one.status === 'fulfilled' ? [nth + 1] : []))
    expect(read.length).toBeGreaterThan(0)
    const together = await again.log.fetch(read as Position[])
    expect(together.map((frame) => frame?.bytes.toString())).toEqual(read.map((offset) => expected[offset]))
    await again.log[Symbol.asyncDispose]()
    const findings = await Array.fromAsync(checkSegmentLog({ directory }))
    expect(findings).toMatchObject([{ severity: 'damage', code: 'log.damaged', position: 0 }])
  })

  it('copies itself while it goes on, and the copy opens as a log', async () => {
    const directory = newDirectory()
    const target = newDirectory()
    const { log } = await open(directory, { segmentBytesMax: 20_000 })
    let isDone = false
    const writing = (async () => {
      for (let nth = 0; !isDone; nth++) await log.append([eventFrame({ text: `{"nth":${nth}}`.padEnd(900, ' ') })])
    })()
    while (log.bounds().end < 100) await new Promise((resolve) => setImmediate(resolve))
    const atLeast = log.bounds().end
    const { first, end } = await log.snapshot(target)
    isDone = true
    await writing
    expect(end).toBeGreaterThanOrEqual(atLeast)
    const original = (await readAll(log)).slice(0, end)
    await expect(log.snapshot(target)).rejects.toEqual(expect.objectContaining({ code: 'log.snapshot-target' }))
    await log[Symbol.asyncDispose]()

    expect(await Array.fromAsync(checkSegmentLog({ directory: target }))).toEqual([])
    const copy = await open(target)
    expect(copy.log.bounds()).toEqual({ first, end })
    expect((await readAll(copy.log)).map(({ bytes }) => bytes.toString())).toEqual(
      original.map((f) => f.bytes.toString()),
    )
    await copy.log[Symbol.asyncDispose]()
  })

  it('removes what an interrupted start or seal left behind', async () => {
    const { directory } = await written(2)
    await writeFile(path.join(directory, '0000000000000000.seg.tmp'), 'half')
    const { log } = await open(directory)
    expect(await readdir(directory)).not.toContain('0000000000000000.seg.tmp')
    await log[Symbol.asyncDispose]()
  })
})

/** Byte of the nth commit's head that its checksum covers; commits hold one frame of 700 bytes. */
function headOf(bytes: Buffer, nth: number): number {
  const magic = Buffer.from(new Uint32Array([0xc5a11d0c]).buffer)
  let at = bytes.indexOf(magic)
  for (let passed = 0; passed < nth; passed++) at = bytes.indexOf(magic, at + 1)
  return at + 20
}
