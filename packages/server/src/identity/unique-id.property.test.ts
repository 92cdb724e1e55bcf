import { randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { accountOfAccessKeyId, newAccessKeyId, newEntityId, newSecretAccessKey } from './unique-id.ts'

const ids = { uuid: randomUUID, bytes: randomBytes }
const account = fc.integer({ min: 0, max: 999_999_999_999 }).map((number) => String(number).padStart(12, '0'))

it('reads the account back out of every key id it makes, which has AWS’s form', () => {
  fc.assert(
    fc.property(account, fc.constantFrom('AKIA', 'ASIA'), (expected, prefix) => {
      const id = newAccessKeyId(prefix, expected, ids)
      expect(id).toMatch(/^A[KS]IA[Q-Z2-7][A-Z2-7]{15}$/)
      expect(accountOfAccessKeyId(id)).toBe(expected)
    }),
  )
})

it('finds no account in anything else', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(accountOfAccessKeyId(text)).toBeUndefined()
    }),
  )
  // Before 2019 ids carried no account; documentation still shows such ones.
  expect(accountOfAccessKeyId('AKIAIOSFODNN7EXAMPLE')).toBeUndefined()
})

it('makes entity ids and secrets of AWS’s length and letters, no two alike', () => {
  const made = Array.from({ length: 1000 }, () => newEntityId('AROA', '123456789012', ids))
  for (const id of made) expect(id).toMatch(/^AROA[A-Z2-7]{17}$/)
  expect(new Set(made).size).toBe(1000)
  expect(newSecretAccessKey(ids)).toMatch(/^[A-Za-z0-9+/]{40}$/)
})
