import type { ListedVersion, VersionedObjectStore } from '@cairn/server/ports/object-store'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fullSize } from '../size.ts'
import { bytes, textOf } from './object-store.ts'

/** What a store of our own promises about versions, over and above the object store contract. */
export function registerVersionedObjectStoreContract(name: string, create: () => Promise<VersionedObjectStore>): void {
  describe(`versioned object store contract: ${name}`, () => {
    let store: VersionedObjectStore
    let buckets = 0
    beforeAll(async () => {
      store = await create()
    })
    afterAll(async () => {
      await store[Symbol.asyncDispose]()
    })
    async function newBucket(): Promise<string> {
      buckets += 1
      const bucket = `versions-${buckets}`
      await store.createBucket(bucket)
      return bucket
    }
    const put = (bucket: string, text: string, keepsVersions: boolean) =>
      store.put({ bucket, key: 'key', headers: {}, body: bytes(text), keepsVersions })
    async function readVersion(bucket: string, versionId: string): Promise<string | undefined> {
      const opened = await store.openVersion(bucket, 'key', versionId)
      return opened && textOf(opened.read())
    }

    it('keeps each version readable by its id, the newest first', async () => {
      const bucket = await newBucket()
      const first = await put(bucket, 'one', true)
      const second = await put(bucket, 'two', true)
      expect(first.versionId).not.toBe(second.versionId)
      expect(await readVersion(bucket, first.versionId)).toBe('one')
      expect(await readVersion(bucket, second.versionId)).toBe('two')
      const { versions } = await store.listVersions({ bucket, limit: 10 })
      expect(versions.map(({ versionId, isLatest }) => ({ versionId, isLatest }))).toEqual([
        { versionId: second.versionId, isLatest: true },
        { versionId: first.versionId, isLatest: false },
      ])
    })

    it('hides a key behind a delete marker and shows it again when the marker goes', async () => {
      const bucket = await newBucket()
      const version = await put(bucket, 'text', true)
      const marker = await store.hide({ bucket, key: 'key', keepsVersions: true })
      expect(marker).toMatchObject({ isDeleteMarker: true, isLatest: true })
      expect(await store.head(bucket, 'key')).toBeUndefined()
      expect(await store.open(bucket, 'key')).toBeUndefined()
      expect(await store.openVersion(bucket, 'key', marker.versionId)).toBeUndefined()
      expect((await store.list({ bucket, delimiter: 'e', limit: 10 })).commonPrefixes).toEqual([])
      expect(await readVersion(bucket, version.versionId)).toBe('text')
      await expect(store.deleteBucket(bucket)).rejects.toMatchObject({ code: 'object.bucket-not-empty' })
      await store.destroy({ bucket, key: 'key', versionId: marker.versionId })
      expect(await store.head(bucket, 'key')).toMatchObject({ versionId: version.versionId, isLatest: true })
    })

    it('lets whoever guards a version refuse that it is destroyed', async () => {
      const bucket = await newBucket()
      await store.put({ bucket, key: 'key', headers: {}, body: bytes('kept'), attributes: { hold: 'on' } })
      const mayDestroy = ({ attributes }: { attributes: Readonly<Record<string, string>> }) => {
        if (attributes.hold === 'on') throw new RangeError('held')
      }
      const rules = { bucket, key: 'key', mayDestroy }
      await expect(store.put({ ...rules, headers: {}, body: bytes('new') })).rejects.toThrow(RangeError)
      await expect(store.hide(rules)).rejects.toThrow(RangeError)
      await expect(store.destroy({ ...rules, versionId: 'null' })).rejects.toThrow(RangeError)
      expect(await readVersion(bucket, 'null')).toBe('kept')
      await store.changeAttributes({ bucket, key: 'key', decide: () => ({ hold: 'off' }) })
      await store.put({ ...rules, headers: {}, body: bytes('new') })
      expect(await readVersion(bucket, 'null')).toBe('new')
    })

    it('keeps attributes with their version, not with the key', async () => {
      const bucket = await newBucket()
      const first = await put(bucket, 'one', true)
      await store.changeAttributes({ bucket, key: 'key', decide: () => ({ tag: 'first' }) })
      const second = await put(bucket, 'two', true)
      const attributesOf = async (versionId: string) => (await store.headVersion(bucket, 'key', versionId))?.attributes
      expect(await attributesOf(first.versionId)).toEqual({ tag: 'first' })
      expect(await attributesOf(second.versionId)).toEqual({})
    })

    it('does as a list of versions would in any sequence of changes', async () => {
      const step = fc.oneof(
        fc.record({ do: fc.constant('put' as const), keeps: fc.boolean() }),
        fc.record({ do: fc.constant('hide' as const), keeps: fc.boolean() }),
        fc.record({ do: fc.constant('destroy' as const), nth: fc.nat(5) }),
      )
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
          const bucket = await newBucket()
          let model: { versionId: string; text: string | undefined }[] = []
          for (const [index, one] of steps.entries()) {
            if (one.do === 'destroy') {
              const versionId = model[one.nth]?.versionId ?? 'null'
              await store.destroy({ bucket, key: 'key', versionId })
              model = model.filter((version) => version.versionId !== versionId)
              continue
            }
            const text = one.do === 'put' ? `text ${index}` : undefined
            const written =
              text === undefined
                ? await store.hide({ bucket, key: 'key', keepsVersions: one.keeps })
                : await put(bucket, text, one.keeps)
            model = model.filter(({ versionId }) => versionId !== written.versionId)
            model.unshift({ versionId: written.versionId, text })
          }
          expect((await pageByPage(store, bucket)).map(({ versionId }) => versionId)).toEqual(
            model.map(({ versionId }) => versionId),
          )
          for (const { versionId, text } of model) expect(await readVersion(bucket, versionId)).toBe(text)
          const latest = await store.open(bucket, 'key')
          expect(latest && (await textOf(latest.read()))).toBe(model[0]?.text)
        }),
        { numRuns: fullSize(60, 1500) },
      )
    })
  })
}

async function pageByPage(store: VersionedObjectStore, bucket: string): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = []
  let startAfter: { readonly key: string; readonly versionId?: string } | undefined
  do {
    const page = await store.listVersions({ bucket, limit: 2, ...(startAfter && { startAfter }) })
    versions.push(...page.versions)
    startAfter = page.next
  } while (startAfter)
  return versions
}
