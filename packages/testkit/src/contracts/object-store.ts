import type { ObjectStore } from '@cairn/server/ports/object-store'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fullSize } from '../size.ts'

/** A body of one or more chunks. */
export async function* bytes(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk, 'utf8')
}

/** A body that breaks off, as one whose last chunk does not verify. */
async function* broken(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  yield* bytes(...chunks)
  throw new RangeError('signature of the last chunk')
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Keys that a careless store would let out of its directory, mix up or lose. */
export const awkwardKeys: readonly string[] = [
  '../../escape',
  '..',
  '.',
  '/',
  '//',
  '/absolute',
  'folder/',
  'folder//double',
  'folder/./dot',
  'folder/../up',
  'a',
  'a/b',
  'a/b/',
  'a+',
  'a@',
  'a@v0000000000000a',
  'a%2Fb',
  'a\\b',
  '.hidden',
  'nul\0byte',
  'new\nline',
  'spaces and ümlaut/日本語/🙂',
  '\uffee before \u{10000}',
  'x'.repeat(80),
  `${'x'.repeat(80)}/y`,
  `${'x'.repeat(79)}é`,
  `${'x'.repeat(81)}`,
  'k'.repeat(1024),
  '🙂'.repeat(256),
  'd/'.repeat(512),
]

/** What a server of others may not keep to: a part of the contract that deliveries do not rely on. */
export type ContractGap =
  /** Keys that are no paths: dots, doubled slashes, control characters. */
  | 'awkward keys'
  /** Listings of keys that are no paths, delimiters other than a slash. */
  | 'listings of any keys'

/**
 * What every `ObjectStore` promises, other people's S3 servers included. `create` makes one that the suite shares;
 * what it `lacks` is left out.
 */
export function registerObjectStoreContract(
  name: string,
  create: () => Promise<ObjectStore>,
  { lacks = [] }: { readonly lacks?: readonly ContractGap[] } = {},
): void {
  const unless = (gap: ContractGap) => (lacks.includes(gap) ? it.skip : it)
  describe(`object store contract: ${name}`, () => {
    let store: ObjectStore
    let buckets = 0
    beforeAll(async () => {
      store = await create()
    })
    afterAll(async () => {
      await store[Symbol.asyncDispose]()
    })
    async function newBucket(): Promise<string> {
      buckets += 1
      const bucket = `contract-${buckets}`
      await store.createBucket(bucket)
      return bucket
    }
    const put = (bucket: string, key: string, text = key) => store.put({ bucket, key, headers: {}, body: bytes(text) })
    async function read(bucket: string, key: string): Promise<string | undefined> {
      const opened = await store.open(bucket, key)
      return opened && textOf(opened.read())
    }

    describe('buckets', () => {
      it('creates idempotently and deletes only when empty', async () => {
        const bucket = await newBucket()
        await store.createBucket(bucket)
        await put(bucket, 'deep/down/key')
        await expect(store.deleteBucket(bucket)).rejects.toMatchObject({ code: 'object.bucket-not-empty' })
        expect(await read(bucket, 'deep/down/key')).toBe('deep/down/key')
        await store.delete(bucket, 'deep/down/key')
        await store.deleteBucket(bucket)
        await expect(put(bucket, 'key')).rejects.toMatchObject({ code: 'object.no-such-bucket' })
      })

      it('names a missing bucket in every method', async () => {
        const missing = { code: 'object.no-such-bucket' }
        await expect(store.head('missing', 'key')).rejects.toMatchObject(missing)
        await expect(store.open('missing', 'key')).rejects.toMatchObject(missing)
        await expect(store.delete('missing', 'key')).rejects.toMatchObject(missing)
        await expect(store.list({ bucket: 'missing', limit: 1 })).rejects.toMatchObject(missing)
        await expect(store.deleteBucket('missing')).rejects.toMatchObject(missing)
      })
    })

    describe('objects', () => {
      it('gives back body, headers, size and the MD5 as ETag', async () => {
        const bucket = await newBucket()
        const headers = { 'content-type': 'text/plain', 'x-amz-meta-who': 'ana' }
        const body = bytes('hello ', 'world')
        const written = await store.put({ bucket, key: 'a/b', headers, body, writtenBy: 'request-1' })
        const expected = { key: 'a/b', size: 11, etag: '"5eb63bbbe01eeed093cb22bb8f5acdc3"', headers }
        expect(written).toMatchObject(expected)
        expect(await store.head(bucket, 'a/b')).toMatchObject({ ...expected, lastModifiedMs: written.lastModifiedMs })
        expect(await read(bucket, 'a/b')).toBe('hello world')
      })

      it('reads ranges, of empty objects nothing', async () => {
        const bucket = await newBucket()
        await put(bucket, 'key', '0123456789')
        await put(bucket, 'empty', '')
        const range = async (first: number, last: number) => {
          const opened = await store.open(bucket, 'key')
          return opened && textOf(opened.read({ first, last }))
        }
        expect([await range(0, 0), await range(3, 5), await range(9, 9)]).toEqual(['0', '345', '9'])
        expect(await read(bucket, 'empty')).toBe('')
      })

      it('shows nothing of a body that breaks off, and keeps what was there', async () => {
        const bucket = await newBucket()
        const fails = (key: string) => store.put({ bucket, key, headers: {}, body: broken('half of it') })
        await expect(fails('new')).rejects.toThrow(RangeError)
        await put(bucket, 'old', 'whole')
        await expect(fails('old')).rejects.toThrow(RangeError)
        expect(await store.head(bucket, 'new')).toBeUndefined()
        expect(await read(bucket, 'old')).toBe('whole')
        expect((await store.list({ bucket, limit: 10 })).objects.map(({ key }) => key)).toEqual(['old'])
      })

      it('shows nothing of a body that the seal refuses', async () => {
        const bucket = await newBucket()
        const refused = store.put({
          bucket,
          key: 'key',
          headers: {},
          body: bytes('text'),
          seal: () => {
            throw new RangeError('checksum')
          },
        })
        await expect(refused).rejects.toThrow(RangeError)
        expect(await store.head(bucket, 'key')).toBeUndefined()
      })

      it('deletes idempotently', async () => {
        const bucket = await newBucket()
        await put(bucket, 'a/b')
        await store.delete(bucket, 'a/b')
        await store.delete(bucket, 'a/b')
        expect(await store.open(bucket, 'a/b')).toBeUndefined()
      })

      unless('awkward keys')('keeps awkward keys apart and lists them in byte order', async () => {
        const bucket = await newBucket()
        for (const key of awkwardKeys) await put(bucket, key)
        for (const key of awkwardKeys) expect(await read(bucket, key)).toBe(key)
        const { objects } = await store.list({ bucket, limit: 1000 })
        expect(objects.map(({ key }) => key)).toEqual(sorted(awkwardKeys))
        for (const key of awkwardKeys) await store.delete(bucket, key)
        await store.deleteBucket(bucket)
      })
    })

    describe('conditions', () => {
      it('lets exactly one of many writers create a key', async () => {
        const bucket = await newBucket()
        const writers = Array.from({ length: 8 }, (_, n) =>
          store.put({ bucket, key: 'one', headers: {}, body: bytes(`${n}`), onlyIfAbsent: true }),
        )
        const results = await Promise.allSettled(writers)
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'object.exists' })
        }
      })

      it('replaces an object only when it is the one expected', async () => {
        const bucket = await newBucket()
        const { etag } = await put(bucket, 'key', 'first')
        const replace = (onlyIfEtag: string) =>
          store.put({ bucket, key: 'key', headers: {}, body: bytes('second'), onlyIfEtag })
        await expect(replace('"0"')).rejects.toMatchObject({ code: 'object.changed' })
        expect(await read(bucket, 'key')).toBe('first')
        await replace(etag)
        expect(await read(bucket, 'key')).toBe('second')
      })
    })

    it('survives writers and deleters of one folder side by side', async () => {
      const bucket = await newBucket()
      const work = Array.from({ length: 40 }, async (_, n) => {
        const key = `folder/sub/${n}`
        await put(bucket, key)
        if (n % 2 === 0) await store.delete(bucket, key)
      })
      await Promise.all(work)
      const { objects } = await store.list({ bucket, limit: 1000 })
      expect(objects).toHaveLength(20)
    })

    describe('listing', () => {
      const segment = fc.constantFrom('', 'a', 'b', 'ab', '-', '.', '0', 'z', 'é', '日', '🙂', '\uffee', 'x'.repeat(81))
      const anyKey = fc
        .array(segment, { minLength: 1, maxLength: 4 })
        .map((parts) => parts.join('/'))
        .filter((key) => key !== '')

      unless('listings of any keys')(
        'pages through any keys as sorting all of them would, whatever prefix, delimiter and start',
        async () => {
          await fc.assert(
            fc.asyncProperty(
              fc.uniqueArray(anyKey, { maxLength: 30 }),
              fc.record({
                prefix: fc.oneof(fc.constant(''), anyKey, segment),
                delimiter: fc.constantFrom('', '/', 'a', '-', 'é'),
                startAfter: fc.oneof(fc.constant(''), anyKey),
                limit: fc.integer({ min: 1, max: 7 }),
              }),
              async (keys, query) => {
                const bucket = await newBucket()
                for (const key of keys) await put(bucket, key)
                expect(await listAll(store, bucket, query)).toEqual(naiveList(keys, query))
              },
            ),
            { numRuns: fullSize(60, 1500) },
          )
        },
      )
    })
  })
}

interface Query {
  readonly prefix: string
  readonly delimiter: string
  readonly startAfter: string
  readonly limit: number
}

async function listAll(store: ObjectStore, bucket: string, query: Query): Promise<string[]> {
  const items: string[] = []
  let startAfter: string | undefined = query.startAfter
  while (startAfter !== undefined) {
    const page = await store.list({ bucket, ...query, startAfter })
    const keys = [...page.objects.map(({ key }) => key), ...page.commonPrefixes.map((prefix) => `prefix ${prefix}`)]
    expect(keys.length).toBeLessThanOrEqual(query.limit)
    if (page.next !== undefined) expect(keys).toHaveLength(query.limit)
    items.push(...keys)
    startAfter = page.next
  }
  return items.sort()
}

function naiveList(keys: readonly string[], { prefix, delimiter, startAfter }: Query): string[] {
  const items = new Set<string>()
  for (const key of keys) {
    if (!key.startsWith(prefix) || byteOrder(key, startAfter) <= 0) continue
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const common = key.slice(0, at + delimiter.length)
    if (at < 0) items.add(key)
    else if (common !== startAfter) items.add(`prefix ${common}`)
  }
  return [...items].sort()
}

export function sorted(keys: readonly string[]): string[] {
  return [...keys].sort(byteOrder)
}

function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
