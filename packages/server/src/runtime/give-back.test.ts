import { expect, test } from 'vitest'
import { giveBack } from './give-back.ts'

test('a buffer of its own is freed, and a piece of the pool left to the others in it', () => {
  const own = Buffer.allocUnsafeSlow(1_000)
  giveBack(own)
  expect(own.buffer.detached).toBe(true)
  giveBack(own)
  const piece = Buffer.from('of the pool')
  giveBack(piece)
  expect(piece.toString()).toBe('of the pool')
})
