import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHeadBudget, readHead } from './body-head.ts'

async function* pieces(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all
}

async function joined(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body)
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}

test('whatever a body came in, it goes on as it was, its head is its beginning, and the memory comes back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 120 }),
      async (parts, bytesMax, budgetBytes) => {
        const whole = Buffer.concat(parts)
        const budget = createHeadBudget(budgetBytes)
        const head = await readHead(pieces(parts), bytesMax, budget)
        expect(whole.subarray(0, head.bytes.length).equals(head.bytes)).toBe(true)
        if (head.isWhole) expect(head.bytes.length).toBe(whole.length)
        expect((await joined(head.body)).equals(whole)).toBe(true)
        head.release()
        expect(budget.take(budgetBytes)).toBe(true)
      },
    ),
  )
})

test('a body that breaks off while its head is read gives its memory back', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10)
    throw new RangeError('broke off')
  }
  const budget = createHeadBudget(10)
  await expect(readHead(broken(), 100, budget)).rejects.toThrow('broke off')
  expect(budget.take(10)).toBe(true)
})
