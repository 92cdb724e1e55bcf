import { describe, expect, it } from 'vitest'
import { createPreallocation } from './preallocation.ts'

const mebibyte = 1024 * 1024

/** Zeros that are written when the test says so. */
function slowDisk() {
  const writes: { from: number; to: number; done: PromiseWithResolvers<void> }[] = []
  return {
    writes,
    writeZeros(from: number, to: number) {
      const done = Promise.withResolvers<void>()
      writes.push({ from, to, done })
      return done.promise
    },
  }
}

describe('space kept ahead of commits', () => {
  it('never holds zeros where a commit may be: who reaches into them waits', async () => {
    const { writes, writeZeros } = slowDisk()
    const ahead = createPreallocation({ fileEnd: 80, bytesMax: 64 * mebibyte, writeZeros })
    ahead.follow(1_000, 920)
    expect(writes).toMatchObject([{ from: 1_000, to: 1_000 + mebibyte }])
    let isClear = false
    const clear = ahead.settledUpTo(1_001)?.then(() => {
      isClear = true
    })
    await Promise.resolve()
    expect(isClear).toBe(false)
    writes[0]?.done.resolve()
    await clear
    expect(ahead.settledUpTo(2_000)).toBeUndefined()
  })

  it('is renewed when half of it is used, up to the end of the segment, and one piece at a time', async () => {
    const { writes, writeZeros } = slowDisk()
    const ahead = createPreallocation({ fileEnd: 80, bytesMax: 2 * mebibyte, writeZeros })
    ahead.follow(1_000, 920)
    ahead.follow(2_000, 1_000)
    writes[0]?.done.resolve()
    await ahead.settled()
    ahead.follow(3_000, 1_000)
    expect(writes).toHaveLength(1)
    ahead.follow(600_000, 1_000)
    expect(writes).toMatchObject([{ to: 1_000 + mebibyte }, { from: 1_000 + mebibyte, to: 2 * mebibyte }])
    writes[1]?.done.resolve()
    await ahead.settled()
    ahead.follow(2 * mebibyte - 1, 1_000)
    expect(writes).toHaveLength(2)
  })

  it('is not kept for large commits', () => {
    const { writes, writeZeros } = slowDisk()
    createPreallocation({ fileEnd: 80, bytesMax: 64 * mebibyte, writeZeros }).follow(mebibyte, mebibyte - 80)
    expect(writes).toEqual([])
  })

  it('is given up without a word when there is no room, and with the reason when the disk fails', async () => {
    for (const [code, failure] of [['ENOSPC', undefined] as const, ['EIO', { code: 'EIO' }] as const]) {
      const { writes, writeZeros } = slowDisk()
      const ahead = createPreallocation({ fileEnd: 80, bytesMax: 64 * mebibyte, writeZeros })
      ahead.follow(1_000, 920)
      writes[0]?.done.reject(Object.assign(new Error(code), { code }))
      await ahead.settled()
      if (failure === undefined) expect(ahead.failure).toBeUndefined()
      else expect(ahead.failure).toMatchObject(failure)
      ahead.follow(2_000, 1_000)
      expect(writes).toHaveLength(1)
    }
  })
})
