import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isInstallation, readAccountKeys, readOperatorKey, writeKeyFiles } from './index.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'cairn-keys-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const operator = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'operator-secret' }
const admin = { accessKeyId: 'AKIAADMIN', secretAccessKey: 'admin-secret' }
const accounts = [{ account: '123456789012', admin }]

test('keys read back as they were written, also when written twice', () => {
  expect(isInstallation(dataDir)).toBe(false)
  writeKeyFiles(dataDir, { operator: admin, accounts: [] })
  writeKeyFiles(dataDir, { operator, accounts })
  expect(isInstallation(dataDir)).toBe(true)
  expect(readOperatorKey(dataDir)).toMatchObject(operator)
  expect(readAccountKeys(dataDir)).toEqual(accounts)
})

test('only the owner can read the files', () => {
  writeKeyFiles(dataDir, { operator, accounts })
  const modes = readdirSync(dataDir).map((name) => [name, statSync(join(dataDir, name)).mode & 0o777])
  expect(Object.fromEntries(modes)).toEqual({ 'credentials.json': 0o600, 'operator.json': 0o600 })
})

test.each(['', '{}', '{"format":9,"accessKeyId":"a","secretAccessKey":"b"}', '{"format":1}'])(
  'a key file that says %j is refused, not guessed at',
  (text) => {
    writeFileSync(join(dataDir, 'operator.json'), text)
    writeFileSync(join(dataDir, 'credentials.json'), text)
    const refusal = expect.objectContaining({ code: 'local.file-unreadable' })
    expect(() => readOperatorKey(dataDir)).toThrow(refusal)
    expect(() => readAccountKeys(dataDir)).toThrow(refusal)
  },
)
