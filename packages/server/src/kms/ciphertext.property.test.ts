import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decryptBlob, encryptBlob, readHead } from './ciphertext.ts'

const arn = 'arn:aws:kms:eu-west-1:000000000042:key/1f0e6a52-0d34-4a5b-9a0c-6d1f6f2e7b10'
const head = {
  account: '000000000042',
  keyId: '1f0e6a52-0d34-4a5b-9a0c-6d1f6f2e7b10',
  materialId: 'ab'.repeat(32),
}
const material = new Uint8Array(32).fill(7)
let seed = 0
const ids = {
  uuid: () => 'unused',
  bytes: (count: number) => createHash('shake256', { outputLength: count }).update(String(++seed)).digest(),
}
const context = fc.dictionary(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), { maxKeys: 5 })
const plaintext = fc.uint8Array({ minLength: 1, maxLength: 200 })

const encrypt = (bytes: Uint8Array, bound: Record<string, string>) =>
  encryptBlob({ head, arn, material, plaintext: bytes, context: bound, ids })

test('a blob says its key and opens in its context, whatever the order of the members', () => {
  fc.assert(
    fc.property(plaintext, context, (bytes, bound) => {
      const blob = encrypt(bytes, bound)
      const reversed = Object.fromEntries(Object.entries(bound).reverse())
      expect(readHead(blob)).toEqual(head)
      expect(decryptBlob({ blob, arn, material, context: reversed })).toEqual(Buffer.from(bytes))
    }),
  )
})

test('no byte of a blob can change, nor can its context, its key or its length', () => {
  fc.assert(
    fc.property(plaintext, context, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, bound, at, change) => {
      const blob = Uint8Array.from(encrypt(bytes, bound))
      const altered = Uint8Array.from(blob)
      const index = at % blob.length
      altered[index] = (altered[index] ?? 0) ^ change
      expect(decryptBlob({ blob: altered, arn, material, context: bound })).toBeUndefined()
      expect(decryptBlob({ blob, arn: `${arn}0`, material, context: bound })).toBeUndefined()
      expect(decryptBlob({ blob, arn, material, context: { ...bound, more: 'x' } })).toBeUndefined()
      expect(decryptBlob({ blob: blob.subarray(0, -1), arn, material, context: bound })).toBeUndefined()
    }),
  )
})

test('members that join to one text are told apart', () => {
  const blob = encrypt(new Uint8Array(1), { a: '1","b":"2' })
  expect(decryptBlob({ blob, arn, material, context: { a: '1', b: '2' } })).toBeUndefined()
})

test('any bytes are read as a head or as none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), (bytes) => {
      const found = readHead(bytes)
      if (found === undefined) return
      expect(found.account).toMatch(/^\d{12}$/)
      expect(found.keyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    }),
  )
})
