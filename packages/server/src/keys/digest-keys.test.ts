import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import { createDigestKeys } from './digest-keys.ts'

const dayMs = 86_400_000
const atMs = Date.parse('2026-03-01T10:17:31Z')

function makeKeys() {
  const catalog = createMemoryCatalog()
  const vault = createMemoryKeyVault()
  return { catalog, keys: createDigestKeys({ catalog, vault, telemetry: { digestKeyMade() {} } }) }
}

describe('a key', () => {
  test('is published as PKCS#1, with the MD5 of its DER as fingerprint and 30 days of validity', async () => {
    const { keys } = makeKeys()
    const signer = await keys.signer('eu-west-1', atMs)
    const [key] = keys.published('eu-west-1', atMs, atMs)
    const der = Buffer.from(key?.publicKey ?? '', 'base64')
    expect(key?.publicKey).toMatch(/^MIIBCgKCAQEA/)
    expect(createHash('md5').update(der).digest('hex')).toBe(signer.fingerprint)
    expect(key && key.validUntilMs - key.validFromMs).toBe(2_592_000_000)
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'pkcs1' })
    expect(verify('sha256', Buffer.from('text'), publicKey, Buffer.from(signer.sign('text'), 'hex'))).toBe(true)
  })

  test('is made once for callers that come together, and one for each region', async () => {
    const { keys } = makeKeys()
    const signers = await Promise.all([1, 2, 3].map(() => keys.signer('eu-west-1', atMs)))
    expect(new Set(signers.map(({ fingerprint }) => fingerprint)).size).toBe(1)
    await keys.prepare(['eu-west-1', 'us-east-1'], atMs)
    expect(keys.all().map(({ region }) => region)).toEqual(['eu-west-1', 'us-east-1'])
  })

  test('is followed by another before its time is over, and stays listed for its own', async () => {
    const { keys } = makeKeys()
    const first = await keys.signer('eu-west-1', atMs)
    expect((await keys.signer('eu-west-1', atMs + 28 * dayMs)).fingerprint).toBe(first.fingerprint)
    const second = await keys.signer('eu-west-1', atMs + 29.5 * dayMs)
    expect(second.fingerprint).not.toBe(first.fingerprint)
    const listed = (fromMs: number, untilMs: number) =>
      keys.published('eu-west-1', fromMs, untilMs).map(({ fingerprint }) => fingerprint)
    expect(listed(atMs, atMs + dayMs)).toEqual([first.fingerprint])
    expect(listed(atMs, atMs + 90 * dayMs)).toEqual([first.fingerprint, second.fingerprint])
    expect(listed(atMs + 31 * dayMs, atMs + 3650 * dayMs)).toEqual([second.fingerprint])
    expect(listed(atMs - 90 * dayMs, atMs - 1)).toEqual([])
  })

  test('made late has the time that it is to sign for', async () => {
    const { keys } = makeKeys()
    await keys.signer('eu-west-1', atMs + 100 * dayMs)
    const late = await keys.signer('eu-west-1', atMs + 50 * dayMs)
    expect(keys.published('eu-west-1', atMs + 50 * dayMs, atMs + 50 * dayMs)).toMatchObject([
      { fingerprint: late.fingerprint },
    ])
  })

  test('loses its private half after its time, and never the public one', async () => {
    const { catalog, keys } = makeKeys()
    const { fingerprint } = await keys.signer('eu-west-1', atMs)
    await keys.retire(atMs + 29 * dayMs)
    expect(catalog.list({ name: 'digest-key', keepsHistory: false })[0]?.value).toHaveProperty('sealed')
    await keys.retire(atMs + 31 * dayMs)
    expect(catalog.list({ name: 'digest-key', keepsHistory: false })[0]?.value).not.toHaveProperty('sealed')
    expect(keys.all()).toMatchObject([{ fingerprint }])
    expect((await keys.signer('eu-west-1', atMs)).fingerprint).not.toBe(fingerprint)
  })
})
