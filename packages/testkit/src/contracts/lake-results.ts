import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LakeResults, ResultRow } from '@cairn/server/ports/lake-results'
import { beforeEach, describe, expect, it } from 'vitest'

/** What every `LakeResults` promises. */
export function registerLakeResultsContract(name: string, create: () => Promise<LakeResults>): void {
  describe(`lake results contract: ${name}`, () => {
    let results: LakeResults
    beforeEach(async () => {
      results = await create()
    })

    const numbered = (from: number, to: number): readonly ResultRow[] =>
      Array.from({ length: to - from }, (_, n) => [String(from + n), n % 7 === 0 ? null : `row "${from + n}"\n`])

    async function write(id: string, rows: readonly ResultRow[]) {
      await results.save(id, { id })
      const writer = await results.write(id)
      for (const row of rows) await writer.add(row)
      return writer
    }

    it('keeps documents, the newest of each, and says what there is', async () => {
      expect(await results.stored()).toEqual([])
      await results.save('a', { state: 'one' })
      const bytes = await results.save('a', { state: 'two' })
      await results.save('b', {})
      expect(await results.load('a')).toEqual({ state: 'two' })
      const stored = [...(await results.stored())].sort((x, y) => (x.id < y.id ? -1 : 1))
      expect(stored).toMatchObject([{ id: 'a', document: { state: 'two' }, bytes }, { id: 'b' }])
      expect(await results.load('c')).toBeUndefined()
    })

    it('gives rows from any place on, while they come and when they are finished', async () => {
      const rows = numbered(0, 2_345)
      const writer = await write('q', rows)
      expect(writer.rows).toBe(2_345)
      const pages = async (read: (from: number) => Promise<readonly ResultRow[]>) => {
        const all: ResultRow[] = []
        for (let page = await read(0); page.length > 0; page = await read(all.length)) all.push(...page)
        return all
      }
      expect(await pages((from) => writer.read(from, 700, 1e9))).toEqual(rows)
      await writer.finish()
      expect(await pages((from) => results.read('q', from, 700, 1e9))).toEqual(rows)
      expect((await Array.fromAsync(results.readAll('q'))).flat()).toEqual(rows)
      expect(await results.read('q', 2_345, 10, 1e9)).toEqual([])
    })

    it('ends a page at its characters, but not before its first row', async () => {
      const writer = await write('q', [['x'.repeat(1_000)], ['y'], ['z']])
      await writer.finish()
      expect(await results.read('q', 0, 10, 100)).toEqual([['x'.repeat(1_000)]])
      expect(await results.read('q', 1, 10, 100)).toEqual([['y'], ['z']])
    })

    it('has folders that are empty, each another, and go with what is in them', async () => {
      const [one, other] = [await results.scratch(), await results.scratch()]
      writeFileSync(join(one.path, 'rows'), 'x')
      expect(readdirSync(other.path)).toEqual([])
      await one[Symbol.asyncDispose]()
      expect([existsSync(one.path), existsSync(other.path)]).toEqual([false, true])
      await other[Symbol.asyncDispose]()
      expect(await results.stored()).toEqual([])
    })

    it('has no result that was not finished, discarded or removed', async () => {
      await write('open', numbered(0, 10))
      expect(await results.read('open', 0, 10, 1e9)).toEqual([])
      const discarded = await write('discarded', numbered(0, 10))
      await discarded.discard()
      expect(await discarded.read(0, 10, 1e9)).toEqual([])
      expect(await results.read('discarded', 0, 10, 1e9)).toEqual([])
      await (await write('removed', numbered(0, 10))).finish()
      await results.remove('removed')
      await results.remove('removed')
      expect(await results.load('removed')).toBeUndefined()
      expect(await results.read('removed', 0, 10, 1e9)).toEqual([])
      expect(await Array.fromAsync(results.readAll('removed'))).toEqual([])
    })
  })
}
