import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Position } from '../../ports/event-log.ts'
import { createNodeDisk, type Disk, type DiskFile } from '../disk/index.ts'
import { openSegmentLog, type SegmentLogOptions } from './segment-log.ts'

const full = expect.objectContaining({ code: 'log.full' })
const failed = expect.objectContaining({ code: 'log.failed' })

/** The real disk, with errors on demand and counts of what was asked. */
function troubledDisk() {
  const real = createNodeDisk()
  const state = { error: '', freeBytes: Number.POSITIVE_INFINITY, writes: 0, truncates: 0 }
  const troubled = (file: DiskFile): DiskFile => ({
    ...file,
    async write(bytes, at) {
      state.writes += 1
      if (state.error === '') return file.write(bytes, at)
      // As a full disk does: some of it arrives.
      await file.write(bytes.subarray(0, bytes.length >> 1), at)
      throw Object.assign(new Error(state.error), { code: state.error })
    },
    truncate(size) {
      state.truncates += 1
      return file.truncate(size)
    },
  })
  const disk: Disk = {
    ...real,
    open: async (file, mode) => troubled(await real.open(file, mode)),
    freeBytes: async () => state.freeBytes,
    async remove(file) {
      await real.remove(file)
      if (file.endsWith('/reserve')) state.error = ''
    },
  }
  return { disk, state }
}

describe('segment log on a disk in trouble', () => {
  let root = ''
  let logs = 0
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'cairn-trouble-'))
  })
  afterAll(() => rm(root, { recursive: true }))

  async function open(options: Partial<SegmentLogOptions> = {}) {
    const { disk, state } = troubledDisk()
    const facts: string[] = []
    const clock = { nowMs: 10_000 }
    const directory = path.join(root, `log-${logs++}`)
    const log = await openSegmentLog({
      directory,
      disk,
      nowMs: () => clock.nowMs,
      randomBytes: (count) => new Uint8Array(count).fill(1),
      telemetry: {
        tailCut: () => facts.push('tail cut'),
        damaged: () => facts.push('damaged'),
        sealed() {},
        sealFailed() {},
        removed() {},
        full: () => facts.push('full'),
        roomAgain: () => facts.push('room again'),
      },
      onFailed: ({ code }) => facts.push(code),
      reserveBytes: 4096,
      ...options,
    })
    return { log, state, facts, clock, directory }
  }

  it('makes one write of everything appended in a turn', async () => {
    const { log, state } = await open()
    const before = state.writes
    await Promise.all(Array.from({ length: 200 }, () => log.append([eventFrame()])))
    expect(state.writes - before).toBe(1)
    await log[Symbol.asyncDispose]()
  })

  it('refuses writers when full, goes on reading, and resumes by itself', async () => {
    const { log, state, facts, clock, directory } = await open()
    const [kept] = await log.append([eventFrame({ text: '{"kept":1}' })])
    state.error = 'ENOSPC'
    state.freeBytes = 0
    const both = await Promise.allSettled([log.append([eventFrame()]), log.append([eventFrame()])])
    expect(both.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([full, full])
    expect(state.truncates).toBe(1)
    expect(log.usage().state).toBe('full')
    expect((await log.fetch([kept as Position]))[0]?.bytes.toString()).toBe('{"kept":1}')
    await expect(log.append([eventFrame()])).rejects.toEqual(full)

    // Our own records get the space that was kept back.
    const [own] = await log.append([eventFrame({ text: '{"own":1}' })], { reserved: true })
    expect(own).toBe(log.after(kept as Position))
    expect(await readdir(directory)).not.toContain('reserve')
    await expect(log.append([eventFrame()])).rejects.toEqual(full)

    state.freeBytes = Number.POSITIVE_INFINITY
    await expect(log.append([eventFrame()])).rejects.toEqual(full)
    clock.nowMs += 1001
    const [next] = await log.append([eventFrame()])
    expect(next).toBe(log.after(own as Position))
    expect(await readdir(directory)).toContain('reserve')
    expect(facts).toEqual(['full', 'room again'])
    await log[Symbol.asyncDispose]()
  })

  it('opens on a full disk, readable and for its own records', async () => {
    const { disk, state } = troubledDisk()
    state.freeBytes = 0
    const { log, facts } = await open({ disk })
    expect(facts).toEqual(['full'])
    await expect(log.append([eventFrame()])).rejects.toEqual(full)
    expect(await log.append([eventFrame()], { reserved: true })).toEqual([0])
    await log[Symbol.asyncDispose]()
  })

  it('never writes again after a failed write, and tells every writer and its owner', async () => {
    const { log, state, facts } = await open()
    await log.append([eventFrame()])
    state.error = 'EIO'
    const waiting = [log.append([eventFrame()]), log.append([eventFrame()])]
    const outcomes = await Promise.allSettled(waiting)
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([failed, failed])
    state.error = ''
    const writes = state.writes
    await expect(log.append([eventFrame()], { reserved: true })).rejects.toEqual(failed)
    expect(state.writes).toBe(writes)
    expect(facts).toEqual(['log.failed'])
    expect(log.usage().state).toBe('failed')
    expect(await log.read(0 as Position, 1000)).toHaveLength(1)
    await log[Symbol.asyncDispose]()
  })

  it('takes no more into memory than it should hold', async () => {
    const { log } = await open()
    const frame = eventFrame({ bytes: new Uint8Array(15 * 1024 * 1024) })
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => log.append([frame])))
    const overloaded = expect.objectContaining({ code: 'log.overloaded' })
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(8).fill('fulfilled'), 'rejected'])
    expect(outcomes.at(-1)).toMatchObject({ reason: overloaded })
    await log[Symbol.asyncDispose]()
  })
})
