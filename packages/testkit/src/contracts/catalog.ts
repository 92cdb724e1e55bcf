import { type Catalog, defineCollection } from '@cairn/server/ports/catalog'
import { afterEach, describe, expect, it } from 'vitest'

interface Trail {
  readonly name: string
  readonly tags?: readonly string[]
}

const trails = defineCollection<Trail>('contract-trail')
const buckets = defineCollection<Trail>('contract-bucket')
const cursors = defineCollection<number>('contract-cursor', { keepsHistory: false })
const noCause = { intentId: undefined }

/** A catalogue to test, and for durable ones the way to close it and open it again. */
export interface CatalogSubject {
  readonly catalog: Catalog
  reopen?(): Promise<Catalog>
}

/** What every `Catalog` promises. `create` makes an empty one. */
export function registerCatalogContract(name: string, create: () => Promise<CatalogSubject>): void {
  describe(`catalog contract: ${name}`, () => {
    const opened: Catalog[] = []
    afterEach(async () => {
      for (const catalog of opened.splice(0)) await catalog[Symbol.asyncDispose]()
    })
    async function open(): Promise<Catalog> {
      const { catalog } = await create()
      opened.push(catalog)
      return catalog
    }

    describe('reads', () => {
      it('answers undefined and nothing for what was never put', async () => {
        const catalog = await open()
        expect(catalog.get(trails, 'a')).toBeUndefined()
        expect(catalog.list(trails)).toEqual([])
        expect(catalog.version).toBe(0)
      })

      it('lists by prefix in key order, each collection apart', async () => {
        const catalog = await open()
        await catalog.change(noCause, (draft) => {
          for (const key of ['b/2', 'a/2', 'a/1', 'ab', 'c']) draft.put(trails, key, { name: key })
          draft.put(buckets, 'a/9', { name: 'other' })
        })
        expect(catalog.list(trails, 'a/').map(({ key }) => key)).toEqual(['a/1', 'a/2'])
        expect(catalog.list(trails).map(({ key }) => key)).toEqual(['a/1', 'a/2', 'ab', 'b/2', 'c'])
      })

      it('hands out values that can neither be changed nor change with the caller’s object', async () => {
        const catalog = await open()
        const mine = { name: 'a', tags: ['x'] }
        await catalog.change(noCause, (draft) => draft.put(trails, 'a', mine))
        mine.tags.push('y')
        const stored = catalog.get(trails, 'a') as unknown as { tags: string[] }
        expect(stored).toEqual({ name: 'a', tags: ['x'] })
        expect(() => stored.tags.push('z')).toThrow(TypeError)
      })
    })

    describe('change', () => {
      it('spends one version per change and none when nothing is written', async () => {
        const catalog = await open()
        const told: number[] = []
        const cause = { intentId: undefined, applied: (version: number) => told.push(version) }
        await catalog.change(cause, (draft) => {
          draft.put(trails, 'a', { name: 'a' })
          draft.put(trails, 'b', { name: 'b' })
        })
        await catalog.change(cause, (draft) => draft.get(trails, 'a'))
        await catalog.change(cause, (draft) => draft.delete(trails, 'never'))
        await catalog.change(cause, (draft) => draft.delete(trails, 'a'))
        expect(catalog.version).toBe(2)
        expect(told).toEqual([1, 2])
        expect(catalog.get(trails, 'a')).toBeUndefined()
      })

      it('answers with what decide returned', async () => {
        const catalog = await open()
        expect(await catalog.change(noCause, () => 'answer')).toBe('answer')
      })

      it('changes nothing when decide throws, and rejects with the same error', async () => {
        const catalog = await open()
        const refusal = new RangeError('no')
        const change = catalog.change(noCause, (draft) => {
          draft.put(trails, 'a', { name: 'a' })
          throw refusal
        })
        await expect(change).rejects.toBe(refusal)
        expect(catalog.get(trails, 'a')).toBeUndefined()
        expect(catalog.version).toBe(0)
      })

      it('decides on the newest accepted state, also before it is durable', async () => {
        const catalog = await open()
        const results = await Promise.all(
          Array.from({ length: 20 }, () =>
            catalog.change(noCause, (draft) => {
              const next = (draft.get(cursors, 'n') ?? 0) + 1
              draft.put(cursors, 'n', next)
              return next
            }),
          ),
        )
        expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
        expect(catalog.get(cursors, 'n')).toBe(20)
        expect(catalog.version).toBe(20)
      })

      it('shows a draft its own writes over accepted ones, in lists too', async () => {
        const catalog = await open()
        await catalog.change(noCause, (draft) => {
          draft.put(trails, 'a', { name: 'a' })
          draft.put(trails, 'b', { name: 'b' })
        })
        const accepted = catalog.change(noCause, (draft) => draft.put(trails, 'c', { name: 'c' }))
        const seen = catalog.change(noCause, (draft) => {
          draft.delete(trails, 'a')
          draft.put(trails, 'ab', { name: 'ab' })
          return draft.list(trails).map(({ key }) => key)
        })
        expect(await seen).toEqual(['ab', 'b', 'c'])
        await accepted
      })

      it('shows readers nothing before the change is durable', async () => {
        const catalog = await open()
        const change = catalog.change(noCause, (draft) => draft.put(trails, 'a', { name: 'a' }))
        expect(catalog.get(trails, 'a')).toBeUndefined()
        expect(catalog.version).toBe(0)
        await change
        expect(catalog.get(trails, 'a')).toEqual({ name: 'a' })
      })

      it('refuses writes of a decide that goes on after it returned', async () => {
        const catalog = await open()
        const late = catalog.change(noCause, async (draft) => {
          await Promise.resolve()
          draft.put(trails, 'a', { name: 'a' })
        })
        await expect(late).rejects.toMatchObject({ code: 'catalog.draft-closed' })
        expect(catalog.get(trails, 'a')).toBeUndefined()
      })

      it('tells listeners each durable version in order until they leave', async () => {
        const catalog = await open()
        const heard: number[] = []
        const leave = catalog.onChange((version) => heard.push(version))
        await Promise.all([1, 2, 3].map((n) => catalog.change(noCause, (draft) => draft.put(cursors, 'n', n))))
        leave()
        await catalog.change(noCause, (draft) => draft.put(cursors, 'n', 4))
        expect(heard).toEqual([1, 2, 3])
      })

      it('refuses changes after it is disposed', async () => {
        const catalog = await open()
        await catalog[Symbol.asyncDispose]()
        const change = catalog.change(noCause, (draft) => draft.put(cursors, 'n', 1))
        await expect(change).rejects.toMatchObject({ code: 'catalog.closed' })
      })
    })

    describe('intents', () => {
      it('remembers at which version an intent was applied until it is forgotten', async () => {
        const catalog = await open()
        await catalog.change({ intentId: 'i1' }, (draft) => draft.put(trails, 'a', { name: 'a' }))
        await catalog.change({ intentId: 'i2' }, () => undefined)
        expect(catalog.appliedVersion('i1')).toBe(1)
        expect(catalog.appliedVersion('i2')).toBeUndefined()
        await catalog.forgetIntents(['i1', 'never'])
        await catalog.forgetIntents(['i1'])
        expect(catalog.appliedVersion('i1')).toBeUndefined()
      })
    })

    describe('history', () => {
      async function withHistory(catalog: Catalog): Promise<void> {
        await catalog.change(noCause, (draft) => draft.put(trails, 'a', { name: 'a1' }))
        await catalog.change(noCause, (draft) => draft.put(trails, 'b', { name: 'b2' }))
        await catalog.change(noCause, (draft) => draft.put(trails, 'a', { name: 'a3' }))
        await catalog.change(noCause, (draft) => draft.delete(trails, 'b'))
        await catalog.change(noCause, (draft) => draft.put(trails, 'b', { name: 'b5' }))
      }
      function namesAt(catalog: Catalog, version: number): (string | undefined)[] | undefined {
        const then = catalog.at(version)
        if (then === undefined) return undefined
        const listed = then.list(trails).map(({ value }) => value.name)
        expect(listed).toEqual([then.get(trails, 'a'), then.get(trails, 'b')].flatMap((trail) => trail?.name ?? []))
        return listed
      }

      it('shows the catalogue as it was at every version kept', async () => {
        const catalog = await open()
        await withHistory(catalog)
        const seen = [0, 1, 2, 3, 4, 5, 6].map((version) => namesAt(catalog, version))
        expect(seen).toEqual([[], ['a1'], ['a1', 'b2'], ['a3', 'b2'], ['a3'], ['a3', 'b5'], undefined])
      })

      it('lets go of versions before the released one and keeps the rest', async () => {
        const catalog = await open()
        await withHistory(catalog)
        await catalog.release(3)
        await catalog.release(2)
        expect([2, 3, 4, 5].map((version) => namesAt(catalog, version))).toEqual([
          undefined,
          ['a3', 'b2'],
          ['a3'],
          ['a3', 'b5'],
        ])
      })

      it('keeps no history of a collection that wants none', async () => {
        const catalog = await open()
        await catalog.change(noCause, (draft) => draft.put(cursors, 'n', 1))
        await catalog.change(noCause, (draft) => draft.put(cursors, 'n', 2))
        expect(catalog.at(1)?.get(cursors, 'n')).toBe(2)
        expect(catalog.at(1)?.list(cursors)).toMatchObject([{ key: 'n', value: 2 }])
      })

      it('finds everything again after it was closed and opened', async () => {
        const subject = await create()
        opened.push(subject.catalog)
        if (subject.reopen === undefined) return
        await withHistory(subject.catalog)
        await subject.catalog.change({ intentId: 'i' }, (draft) => {
          draft.put(cursors, 'n', 7)
          draft.put(cursors, 'n', 8)
        })
        await subject.catalog.release(2)
        const again = await subject.reopen()
        opened.push(again)
        expect(again.version).toBe(6)
        expect(again.get(cursors, 'n')).toBe(8)
        expect(again.appliedVersion('i')).toBe(6)
        expect([1, 2, 3, 4, 5].map((version) => namesAt(again, version))).toEqual([
          undefined,
          ['a1', 'b2'],
          ['a3', 'b2'],
          ['a3'],
          ['a3', 'b5'],
        ])
      })
    })
  })
}
