import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerKeyVaultContract } from '@cairn/testkit/contracts/key-vault'
import { afterAll, describe, expect, it } from 'vitest'
import { checkKeyFile, openLocalKeyRing } from './index.ts'

const directory = await mkdtemp(join(tmpdir(), 'cairn-keys-'))
afterAll(() => rm(directory, { recursive: true }))
let files = 0
const newPath = () => join(directory, `${++files}.keys`)
const open = (path: string) =>
  openLocalKeyRing({ path, mayCreate: true, ids: { uuid: randomUUID, bytes: randomBytes }, clock: { nowMs: () => 0 } })
const secret = Buffer.from('secret')

registerKeyVaultContract('local key ring', () => open(newPath()))

describe('key file', () => {
  it('is made with mode 0600 and opened again with the same keys', async () => {
    const path = newPath()
    const sealed = (await open(path)).seal(secret, 'c')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await open(path)).unseal(sealed, 'c')).toEqual(secret)
  })

  it('of an early version has no checksums, and opens', async () => {
    const path = newPath()
    const sealed = (await open(path)).seal(secret, 'c')
    await writeFile(path, (await readFile(path, 'utf8')).replace(/,\s*"crc": \d+/, ''))
    expect((await open(path)).unseal(sealed, 'c')).toEqual(secret)
    expect(await checkKeyFile(path)).toBeUndefined()
    expect(await checkKeyFile(newPath())).toContain('vault.missing')
  })

  it('is needed: another ring opens nothing', async () => {
    const sealed = (await open(newPath())).seal(secret, 'c')
    const other = await open(newPath())
    expect(() => other.unseal(sealed, 'c')).toThrow(expect.objectContaining({ code: 'vault.unsealable' }))
  })

  it('is never replaced by a new one where secrets were sealed before', async () => {
    const path = newPath()
    const options = { path, mayCreate: false, ids: { uuid: randomUUID, bytes: randomBytes }, clock: { nowMs: () => 0 } }
    await expect(openLocalKeyRing(options)).rejects.toMatchObject({ code: 'vault.missing', fields: { path } })
    await open(path)
    await openLocalKeyRing(options)
  })

  it('is refused when others may read it, when newer and when damaged, without quoting it', async () => {
    const path = newPath()
    await open(path)
    const text = await readFile(path, 'utf8')
    await chmod(path, 0o644)
    await expect(open(path)).rejects.toMatchObject({ code: 'vault.file-open-to-others', fields: { found: '644' } })
    await chmod(path, 0o600)
    await writeFile(path, text.replace('"version": 1', '"version": 2'))
    await expect(open(path)).rejects.toMatchObject({ code: 'vault.newer-format' })
    for (const broken of [
      text.slice(0, -10),
      '{}',
      text.replace('"secret"', '"s"'),
      text.replace(/"secret": "..../, '"secret": "'),
      text.replace(/"secret": "(.)/, (_, first) => `"secret": "${first === 'A' ? 'B' : 'A'}`),
    ]) {
      await writeFile(path, broken)
      const failure = await open(path).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'vault.damaged' })
      expect(await checkKeyFile(path)).toMatch(/^the key file is damaged: .* \(vault\.damaged\)$/)
      expect(JSON.stringify(failure)).not.toContain(text.split('"secret": "')[1]?.slice(4, 20))
    }
  })
})

describe('rotation', () => {
  it('seals with the new key and still opens what older keys sealed, also after a restart', async () => {
    const path = newPath()
    const ring = await open(path)
    const old = ring.seal(secret, 'c')
    await ring.rotate()
    const fresh = ring.seal(secret, 'c')
    expect(fresh.split('.')[1]).not.toBe(old.split('.')[1])
    const again = await open(path)
    expect([old, fresh].map((sealed) => again.unseal(sealed, 'c'))).toEqual([secret, secret])
    expect(again.seal(secret, 'c').split('.')[1]).toBe(fresh.split('.')[1])
  })
})
