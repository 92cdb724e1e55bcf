import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inOnePiece, statedBytes } from './one-piece.ts'

describe('the size that a gzip file states', () => {
  const content = Buffer.from('{"Records":[]}'.repeat(10_000))
  const file = gzipSync(content, { level: 1 })
  const forged = (size: number) => {
    const copy = Buffer.from(file)
    copy.writeUInt32LE(size, copy.length - 4)
    return copy
  }

  test('is that of its content, which then comes in one piece', () => {
    const plain = gzipSync(Buffer.from('a log file of some kind'))
    expect(statedBytes(plain)).toBeGreaterThanOrEqual(gunzipSync(plain).length)
    const whole = gunzipSync(file, inOnePiece(content.length))
    expect(whole.equals(content)).toBe(true)
    expect(whole.buffer.byteLength).toBe(content.length + 1)
  })

  test.each([0, 1, 2 ** 32 - 1])('is believed only as far as it is likely: %i', (size) => {
    expect(statedBytes(forged(size))).toBeGreaterThanOrEqual(file.length)
    expect(statedBytes(forged(size))).toBeLessThanOrEqual(64 * file.length)
  })

  test('that none is stated by a file that is cut asks for little', () => {
    expect(statedBytes(Buffer.from([0x1f, 0x8b]))).toBe(2)
    expect(statedBytes(Buffer.alloc(0))).toBe(0)
  })
})
