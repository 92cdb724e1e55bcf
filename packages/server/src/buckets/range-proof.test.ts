import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createRangeProver, readRangeProof } from './range-proof.ts'

it('of a large body the proof stays small, and its pieces grow instead', () => {
  const key = { dataKey: randomBytes(32), nonce: randomBytes(12) }
  const segment = randomBytes(65_536)
  const prover = createRangeProver()
  const segments = 1_100
  for (let count = 0; count < segments; count += 1) prover.update(segment)
  const text = prover.proof(key)
  expect(text.length).toBeLessThan(11_000)
  const proof = readRangeProof(text, segments * segment.length, key)
  expect(proof?.pieceBytes).toBe(4 * segment.length)
  const piece = Buffer.concat([segment, segment, segment, segment])
  expect(proof?.holds(piece, 8 * segment.length)).toBe(true)
  expect(proof?.holds(piece.subarray(1), 8 * segment.length)).toBe(false)
  expect(proof?.covering({ first: 300_000, last: 600_000 })).toEqual({ first: 262_144, last: 786_431 })
})
