import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { openLocalKeyRing } from '../storage/local-key-ring/index.ts'
import { readSessionToken, type SessionGrant, writeSessionToken } from './session-token.ts'

const directory = await mkdtemp(join(tmpdir(), 'cairn-token-'))
afterAll(() => rm(directory, { recursive: true }))
const ids = { uuid: randomUUID, bytes: randomBytes }
const vault = await openLocalKeyRing({ path: join(directory, 'keys'), mayCreate: true, ids, clock: { nowMs: () => 0 } })
const grant: SessionGrant = {
  accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
  secretAccessKey: 'secret',
  account: '123456789012',
  issuedAtMs: 1,
  expiresAtMs: 2,
  mfa: false,
  holder: { kind: 'role', id: 'AROA', name: 'etl', sessionName: 'jöb' },
  tags: { team: 'blue' },
}

it('reads back what it wrote, for the same access key only', () => {
  const token = writeSessionToken(grant, vault)
  expect(readSessionToken(token, grant.accessKeyId, vault)).toMatchObject(grant)
  expect(readSessionToken(token, 'ASIAOTHER', vault)).toBeUndefined()
})

it('takes no token that differs in any one character', () => {
  const token = writeSessionToken(grant, vault)
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (index, char) => {
      fc.pre(char !== token[index])
      const forged = token.slice(0, index) + char + token.slice(index + 1)
      expect(readSessionToken(forged, grant.accessKeyId, vault)).toBeUndefined()
    }),
  )
})

it('takes anything for a token without failing, however long', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readSessionToken(text, grant.accessKeyId, vault)).toBeUndefined()
    }),
  )
  expect(readSessionToken('A'.repeat(10_000_000), grant.accessKeyId, vault)).toBeUndefined()
})
