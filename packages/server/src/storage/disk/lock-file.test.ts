import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockFile } from './lock-file.ts'

const locked = expect.objectContaining({ code: 'log.locked' })

describe('lock file', () => {
  let directory = ''
  let lock = ''
  let locks = 0
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'cairn-lock-'))
  })
  afterAll(() => rm(directory, { recursive: true }))
  beforeEach(() => {
    lock = path.join(directory, `lock-${locks++}`)
  })

  async function newest(): Promise<number> {
    const names = (await readdir(directory)).filter((name) => name.startsWith(`${path.basename(lock)}.`))
    return Math.max(0, ...names.map((name) => Number(name.split('.').at(-1))))
  }

  /** Leaves a lock behind that holds `text`. */
  async function leave(text: string): Promise<void> {
    await writeFile(`${lock}.${(await newest()) + 1}`, text)
  }

  /** What a lock of ours looks like, with some of it changed. */
  async function lockLike(changes: object): Promise<string> {
    const held = await lockFile(lock)
    const text = await readFile(`${lock}.${await newest()}`, 'utf8')
    await held[Symbol.asyncDispose]()
    return JSON.stringify({ ...JSON.parse(text), ...changes })
  }

  it('lets one in at a time', async () => {
    const held = await lockFile(lock)
    await expect(lockFile(lock)).rejects.toEqual(locked)
    await held[Symbol.asyncDispose]()
    await (await lockFile(lock))[Symbol.asyncDispose]()
  })

  it('is taken over from a process that no longer lives, of this boot or another, and from rubbish', async () => {
    const stale = [
      await lockLike({ pid: 2 ** 22 + 1 }),
      await lockLike({ boot: 'another' }),
      // The same number, but another process: in a container the server is always number 1.
      await lockLike({ started: '1' }),
      '',
      '{"pid":',
      '[]',
    ]
    for (const text of stale) {
      await leave(text)
      await (await lockFile(lock))[Symbol.asyncDispose]()
    }
  })

  it('is refused while its holder lives', async () => {
    await leave(await lockLike({}))
    await expect(lockFile(lock)).rejects.toEqual(locked)
  })

  it('goes to one of many that start at once beside a stale lock', async () => {
    await leave(await lockLike({ boot: 'another' }))
    for (let round = 0; round < 20; round++) {
      const tries = await Promise.allSettled(Array.from({ length: 10 }, () => lockFile(lock)))
      const held = tries.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      expect(held).toHaveLength(1)
      for (const outcome of tries) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(locked)
      await held[0]?.[Symbol.asyncDispose]()
    }
    const files = (await readdir(directory)).filter((name) => name.startsWith(`${path.basename(lock)}.`))
    expect(files).toHaveLength(1)
  })
})
