import { createHash } from 'node:crypto'
import { type MarkSet, markBytes } from '@cairn/server/ports/mark-set'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** Marks of these names, one behind the other. */
export function marksOf(...names: readonly string[]): Uint8Array {
  return Buffer.concat(names.map((name) => createHash('sha256').update(name).digest().subarray(0, markBytes)))
}

/** What every `MarkSet` promises. */
export function registerMarkSetContract(name: string, create: () => Promise<MarkSet>): void {
  describe(`mark set contract: ${name}`, () => {
    let set: MarkSet
    beforeAll(async () => {
      set = await create()
    })
    afterAll(async () => {
      await set[Symbol.asyncDispose]()
    })

    it('has what was added, and nothing else', async () => {
      await set.add(marksOf('a', 'b', 'c'))
      await set.add(marksOf('c', 'd'))
      expect([...(await set.has(marksOf('d', 'x', 'a', 'y', 'a')))]).toEqual([1, 0, 1, 0, 1])
    })

    it('tells marks apart that differ in one bit', async () => {
      const one = marksOf('one')
      const other = Uint8Array.from(one)
      other[markBytes - 1] = (other[markBytes - 1] ?? 0) ^ 1
      await set.add(one)
      expect([...(await set.has(Buffer.concat([one, other])))]).toEqual([1, 0])
    })

    it('takes none and many', async () => {
      const names = Array.from({ length: 5_000 }, (_, index) => `mark ${index}`)
      await set.add(new Uint8Array(0))
      expect(await set.has(new Uint8Array(0))).toHaveLength(0)
      await set.add(marksOf(...names))
      expect((await set.has(marksOf(...names))).every((flag) => flag === 1)).toBe(true)
    })
  })
}
