import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Catalog } from '../ports/catalog.ts'
import type { KeyVault } from '../ports/key-vault.ts'
import { openLocalKeyRing } from '../storage/local-key-ring/index.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import { openSqliteCatalog } from '../storage/sqlite-catalog/index.ts'
import { type CredentialMode, createIdentity } from './index.ts'

const account = '123456789012'
const clock = { nowMs: () => Date.parse('2026-05-01T00:00:00Z') }
const ids = { uuid: randomUUID, bytes: randomBytes }
const fail = (code: string): never => {
  throw new TypeError(code)
}

function identityOn(
  catalog: Catalog = createMemoryCatalog(),
  { vault = createMemoryKeyVault(), mode = { kind: 'verified' } }: { vault?: KeyVault; mode?: CredentialMode } = {},
) {
  return createIdentity({ catalog, vault, clock, ids, partition: 'aws', mode })
}

describe('first start', () => {
  it('makes operator, root and administrator once, and shows their keys again at every start', async () => {
    const catalog = createMemoryCatalog()
    const vault = createMemoryKeyVault()
    const identity = identityOn(catalog, { vault })
    await identity.prepare([account])
    const keys = identity.installationKeys()
    expect(keys.accounts).toMatchObject([{ account, root: expect.anything(), admin: expect.anything() }])
    const version = catalog.version
    const again = identityOn(catalog, { vault })
    await again.prepare([account])
    expect(catalog.version).toBe(version)
    expect(again.installationKeys()).toEqual(keys)
    const kindOf = (accessKeyId = '') => {
      const found = again.credential(accessKeyId, undefined)
      return found.kind === 'verifiable' ? found.principal.kind : found
    }
    expect(
      [keys.operator, keys.accounts[0]?.root, keys.accounts[0]?.admin].map((key) => kindOf(key?.accessKeyId)),
    ).toEqual(['operator', 'root', 'user'])
  })

  it('adds an account that is configured later and leaves the others alone', async () => {
    const identity = identityOn()
    await identity.prepare([account])
    const before = identity.installationKeys()
    await identity.prepare([account, '210987654321'])
    expect(identity.accountIds()).toEqual([account, '210987654321'])
    expect(identity.installationKeys().accounts[0]).toEqual(before.accounts[0])
  })

  it('leaves out keys that were deleted since', async () => {
    const identity = identityOn()
    await identity.prepare([account])
    const accessKeyId = identity.installationKeys().accounts[0]?.admin?.accessKeyId ?? ''
    const user = { kind: 'user', account, name: 'admin' } as const
    await identity.accessKeys.delete({ intentId: undefined }, user, accessKeyId, fail)
    expect(identity.installationKeys().accounts[0]?.admin).toBeUndefined()
  })
})

describe('secrets', () => {
  const opened: string[] = []
  afterAll(async () => {
    for (const directory of opened) await rm(directory, { recursive: true })
  })

  it('are nowhere in the database’s files, neither of keys nor of sessions', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cairn-identity-'))
    opened.push(directory)
    const vault = await openLocalKeyRing({ path: join(directory, 'vault.key'), mayCreate: true, ids, clock })
    const database = join(directory, 'catalog.db')
    const catalog = await openSqliteCatalog({ path: database })
    const identity = identityOn(catalog, { vault })
    await identity.prepare([account])
    const { operator, accounts } = identity.installationKeys()
    const pairs = [operator, accounts[0]?.root, accounts[0]?.admin].flatMap((pair) => pair ?? [])
    const files = (await readdir(directory)).filter((name) => name.startsWith('catalog.db'))
    const stored = Buffer.concat(await Promise.all(files.map((name) => readFile(join(directory, name)))))
    await catalog[Symbol.asyncDispose]()
    const closed = await readFile(database)
    expect(pairs).toHaveLength(3)
    for (const { accessKeyId, secretAccessKey } of pairs) {
      for (const bytes of [stored, closed]) {
        expect(bytes.includes(accessKeyId)).toBe(true)
        expect(bytes.includes(secretAccessKey)).toBe(false)
        expect(bytes.includes(Buffer.from(secretAccessKey).toString('base64'))).toBe(false)
        expect(bytes.includes(Buffer.from(secretAccessKey).toString('hex'))).toBe(false)
      }
    }
  })
})

describe('emulator mode', () => {
  const mode = { kind: 'emulator', account } as const

  it('trusts any credentials: known keys as their owner, twelve digits as that account’s root', async () => {
    const identity = identityOn(undefined, { mode })
    await identity.prepare([account])
    const admin = identity.installationKeys().accounts[0]?.admin?.accessKeyId ?? ''
    expect(identity.acceptsAnyCredentials).toBe(true)
    const principalOf = (accessKeyId: string) => {
      const found = identity.credential(accessKeyId, undefined)
      return found.kind === 'trusted' ? found.principal : found
    }
    expect(principalOf(admin)).toMatchObject({ kind: 'user', userName: 'admin' })
    expect(principalOf('111122223333')).toMatchObject({ kind: 'root', account: '111122223333' })
    expect(principalOf('test')).toMatchObject({ kind: 'root', account, accessKeyId: 'test' })
    expect(identity.unsignedPrincipal()).toMatchObject({ kind: 'root', account })
  })

  it('is off otherwise', () => {
    const identity = identityOn()
    expect(identity.acceptsAnyCredentials).toBe(false)
    expect(identity.unsignedPrincipal()).toBeUndefined()
    expect(identity.credential('111122223333', undefined)).toEqual({ kind: 'refused', reason: 'unknown-key' })
  })
})

describe('policiesFor', () => {
  it('follows every change at once and compiles a text once', async () => {
    const identity = identityOn()
    await identity.prepare([account])
    const found = identity.credential(identity.installationKeys().accounts[0]?.admin?.accessKeyId ?? '', undefined)
    if (found.kind !== 'verifiable') throw new TypeError('the administrator has a key')
    const names = () => identity.policiesFor(found.principal).identity.map(({ name }) => name)
    const first = identity.policiesFor(found.principal).identity[0]?.policy
    expect(names()).toEqual(['arn:aws:iam::aws:policy/AdministratorAccess'])
    expect(identity.policiesFor(found.principal).identity[0]?.policy).toBe(first)
    const admin = { kind: 'user', account, name: 'admin' } as const
    await identity.entities.update({ intentId: undefined }, admin, fail, (user) => ({ ...user, attachedPolicies: [] }))
    expect(names()).toEqual([])
  })

  it('gives a boundary whose policy is gone nothing to allow', async () => {
    const identity = identityOn()
    await identity.prepare([account])
    const admin = { kind: 'user', account, name: 'admin' } as const
    const gone = `arn:aws:iam::${account}:policy/gone`
    await identity.entities.update({ intentId: undefined }, admin, fail, (user) => ({ ...user, boundary: gone }))
    const found = identity.credential(identity.installationKeys().accounts[0]?.admin?.accessKeyId ?? '', undefined)
    if (found.kind !== 'verifiable') throw new TypeError('the administrator has a key')
    const { boundary } = identity.policiesFor(found.principal)
    expect(boundary?.policy.document.statements.map(({ effect }) => effect)).toEqual(['Deny'])
  })
})
