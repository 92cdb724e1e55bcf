import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryObjectStore } from '../storage/memory/object-store.ts'
import { type DataKey, dataKeyOf, decryptedObject, encryptedPut, withoutEncryption } from './object-cipher.ts'

const ids = { bytes: (count: number) => randomBytes(count) }
const key: DataKey = {
  keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/1',
  context: { 'aws:s3:arn': 'arn:aws:s3:::b/k' },
  blob: randomBytes(100),
  plaintext: randomBytes(32),
  usesBucketKey: false,
}

async function stored(chunks: readonly Uint8Array[]) {
  const objects = createMemoryObjectStore({ clock: { nowMs: () => 0 } })
  await objects.createBucket('b')
  async function* body() {
    yield* chunks
  }
  const put = { bucket: 'b', key: 'k', headers: { 'content-type': 'x/y' }, body: body() }
  await objects.put(encryptedPut(put, key, ids))
  const object = await objects.open('b', 'k')
  if (object === undefined) throw new TypeError('nothing stored')
  return object
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const body = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 })

describe('an object under a data key', () => {
  test('reads as what was put, says how it is encrypted, and is as long as before', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (chunks) => {
        const object = await stored(chunks)
        const plain = Buffer.concat(chunks)
        expect(object.head.size).toBe(plain.length)
        expect(await bytesOf(decryptedObject(object, key.plaintext).read())).toEqual(plain)
        const { plaintext: _, ...kept } = key
        expect(dataKeyOf(object.head)).toEqual(kept)
        expect(withoutEncryption(object.head.headers)).toEqual({ 'content-type': 'x/y' })
      }),
    )
  })

  /** Bodies of one and of several pieces; sizes around their ends. */
  const sized = fc.oneof(
    fc.nat({ max: 300 }),
    fc
      .tuple(fc.nat({ max: 3 }), fc.integer({ min: -2, max: 2 }))
      .map(([pieces, by]) => Math.max(1, pieces * 65_536 + by)),
  )

  test('any range of it is that range of what was put, also of objects that have no hashes of their pieces', async () => {
    await fc.assert(
      fc.asyncProperty(sized, fc.nat(), fc.nat(), fc.boolean(), async (size, a, b, isOld) => {
        const plain = randomBytes(size + 1)
        const object = await stored([plain.subarray(0, size), plain.subarray(size)])
        const { 'cairn-encryption-ranges': _, ...old } = object.head.headers
        const opened = isOld ? { ...object, head: { ...object.head, headers: old } } : object
        const [first = 0, last = 0] = [a % plain.length, b % plain.length].sort((x, y) => x - y)
        const read = await bytesOf(decryptedObject(opened, key.plaintext).read({ first, last }))
        expect(read.equals(plain.subarray(first, last + 1))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('nothing of a changed piece is given out, and of a changed object no range to its end', async () => {
    await fc.assert(
      fc.asyncProperty(sized, fc.nat(), fc.boolean(), async (size, at, isOld) => {
        const plain = randomBytes(size + 1)
        const object = await stored([plain])
        const changed = await bytesOf(object.read())
        const place = at % changed.length
        changed[place] = (changed[place] ?? 0) ^ 1
        const { 'cairn-encryption-ranges': _, ...old } = object.head.headers
        const tampered: typeof object = {
          ...object,
          ...(isOld && { head: { ...object.head, headers: old } }),
          async *read(range) {
            yield changed.subarray(range?.first ?? 0, (range?.last ?? changed.length - 1) + 1)
          },
        }
        const chunks: Uint8Array[] = []
        const reading = async () => {
          const range = { first: place, last: place }
          for await (const chunk of decryptedObject(tampered, key.plaintext).read(range)) chunks.push(chunk)
        }
        await expect(reading()).rejects.toMatchObject({ code: 'object.not-authentic' })
        expect(chunks).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('hashes of another object, of a shorter one, or put together by somebody else are not believed', async () => {
    const [one, other] = [await stored([randomBytes(200_000)]), await stored([randomBytes(200_000)])]
    const ranges = (object: typeof one) => object.head.headers['cairn-encryption-ranges'] ?? ''
    const read = (proof: string, size = one.head.size) => {
      const headers = { ...one.head.headers, 'cairn-encryption-ranges': proof }
      const opened = decryptedObject({ ...one, head: { ...one.head, size, headers } }, key.plaintext)
      return bytesOf(opened.read({ first: 70_000, last: 70_001 }))
    }
    expect(await read(ranges(one))).toHaveLength(2)
    const [level, hashes = '', mac] = ranges(one).split('.')
    const forged = [
      ranges(other),
      '',
      'x',
      `${level}.${hashes.slice(24)}.${mac}`,
      `1.${hashes}.${mac}`,
      `${level}.${hashes}.`,
    ]
    for (const proof of forged) await expect(read(proof)).rejects.toMatchObject({ code: 'object.not-authentic' })
    await expect(read(ranges(one), 199_999)).rejects.toMatchObject({ code: 'object.not-authentic' })
  })

  test('any range of it is that range of what was put', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.nat(), fc.nat(), async (chunks, a, b) => {
        const plain = Buffer.concat([...chunks, Buffer.from('!')])
        const object = await stored([plain])
        const [first = 0, last = 0] = [a % plain.length, b % plain.length].sort((x, y) => x - y)
        const read = await bytesOf(decryptedObject(object, key.plaintext).read({ first, last }))
        expect(read).toEqual(plain.subarray(first, last + 1))
      }),
    )
  })

  test('no byte of it can be changed unnoticed, and no other key opens it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), async (plain, at) => {
        const object = await stored([plain])
        const sealed = await bytesOf(object.read())
        const changed = Buffer.from(sealed)
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ 1
        async function* read() {
          yield changed
        }
        const tampered = decryptedObject({ ...object, read }, key.plaintext)
        await expect(bytesOf(tampered.read())).rejects.toMatchObject({ code: 'object.not-authentic' })
        const other = decryptedObject(object, randomBytes(32))
        await expect(bytesOf(other.read())).rejects.toMatchObject({ code: 'object.not-authentic' })
      }),
    )
  })
})
