import { describe, expect, it } from 'vitest'
import { crc32c } from './crc32c.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

/** The definition, bit by bit. */
function naive(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

describe('crc32c', () => {
  it('gives the published values', () => {
    expect(crc32c(ascii('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e)
  })

  it('agrees with the definition at every alignment and length', () => {
    const bytes = Uint8Array.from({ length: 140 }, (_, index) => (index * 197 + 31) & 255)
    for (let start = 0; start < 20; start++) {
      for (let end = start; end <= bytes.length; end += 3) {
        expect(crc32c(bytes, start, end)).toBe(naive(bytes.subarray(start, end)))
      }
    }
  })

  it('continues from the checksum of what came before', () => {
    const bytes = Uint8Array.from({ length: 500 }, (_, index) => (index * 7) & 255)
    for (const split of [0, 1, 33, 250, 499, 500]) {
      expect(crc32c(bytes, split, 500, crc32c(bytes, 0, split))).toBe(crc32c(bytes))
    }
  })
})
