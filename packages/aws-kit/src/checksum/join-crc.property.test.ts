import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { Crc64Nvme } from '../sigv4/body/crc64-nvme.ts'
import { crc32c } from './crc32c.ts'
import { isJoinableCrc, type JoinableCrc, joinCrcs } from './join-crc.ts'

function bytes32(value: number): Buffer {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(value)
  return out
}

const sums: Readonly<Record<JoinableCrc, (bytes: Uint8Array) => Buffer>> = {
  crc32: (bytes) => bytes32(crc32(bytes)),
  crc32c: (bytes) => bytes32(crc32c(bytes, 0, bytes.length, 0)),
  crc64nvme(bytes) {
    const running = new Crc64Nvme()
    running.update(bytes)
    return running.digest()
  },
}

describe.each(['crc32', 'crc32c', 'crc64nvme'] as const)('%s', (name) => {
  const sumOf = (bytes: Uint8Array) => sums[name](bytes).toString('base64')

  it('of parts joined is that of the bytes joined, empty parts included', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 6 }), (parts) => {
        const joined = joinCrcs(
          name,
          parts.map((part) => ({ value: sumOf(part), bytes: part.length })),
        )
        expect(joined).toBe(sumOf(Buffer.concat(parts)))
      }),
      { numRuns: 100 },
    )
  })
})

test('sums that no arithmetic joins are told apart', () => {
  expect(['crc32', 'sha256', 'toString'].map(isJoinableCrc)).toEqual([true, false, false])
})
