import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigFault, describeConfig, loadConfig, storeCredentials } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-stores-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const store = (more: string) => `stores:
  - name: prod
    endpoint: http://10.0.0.7:9000
    region: eu-west-1
    ${more}
    buckets:
      - name: audit
        prefixes: [AWSLogs/]
`

async function load(yaml: string, flags: Record<string, string> = {}) {
  writeFileSync(join(folder, 'cairn.yaml'), yaml)
  return loadConfig({ folder, environment: {}, flags })
}

async function problemsOf(yaml: string, flags: Record<string, string> = {}): Promise<readonly string[]> {
  const fault: unknown = await load(yaml, flags).catch((error) => error)
  expect(fault).toBeInstanceOf(ConfigFault)
  return (fault as ConfigFault).problems.map(({ key, problem }) => `${key} ${problem}`)
}

describe('stores', () => {
  test('are read with defaults, paths of the file and account numbers as written', async () => {
    const { config } = await load(store('credentials: file:keys/prod\n    expectedOwner: 000000000042'))
    expect(config.stores).toEqual([
      {
        name: 'prod',
        endpoint: 'http://10.0.0.7:9000',
        region: 'eu-west-1',
        credentials: `file:${join(folder, 'keys/prod')}`,
        pathStyle: true,
        expectedOwner: '000000000042',
        buckets: [{ name: 'audit', accounts: [], prefixes: ['AWSLogs/'] }],
        queues: [],
      },
    ])
  })

  test('come from the environment as JSON', async () => {
    const { config } = await load(store('credentials: none'))
    const environment = { CAIRN_STORES: JSON.stringify(config.stores) }
    expect((await loadConfig({ folder: '/', environment })).config.stores).toEqual(config.stores)
  })

  test('with a mistake are refused at the very place', async () => {
    expect(await problemsOf(store('credentials: AKIAIOSFODNN7EXAMPLE'))).toEqual([
      'stores[0].credentials expected env:PREFIX_, file:PATH or none: secrets themselves do not belong here',
    ])
    expect(await problemsOf(store('credentials: none\n    bukets: []'))).toEqual(['stores[0] has no bukets'])
  })

  test('with credentials and an emulator do not start together', async () => {
    const flags = { mode: 'emulator' }
    expect(await problemsOf(store('credentials: env:PROD_'), flags)).toEqual([
      'stores holds credentials, which anybody could use in emulator mode: only `none` goes there',
    ])
    expect((await load(store('credentials: none'), flags)).config.stores).toHaveLength(1)
  })

  test('two of one name are refused', async () => {
    const one = JSON.stringify((await load(store('credentials: none'))).config.stores[0])
    expect(await problemsOf(`stores: [${one}, ${one}]`)).toEqual(['stores gives two stores the same name'])
  })
})

describe('credentials', () => {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hunter2/+=' }
  const environment: Record<string, string> = {
    PROD_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    PROD_SECRET_ACCESS_KEY: 'hunter2/+=',
  }

  test('are read from the environment, and anew after a change', async () => {
    const read = storeCredentials('env:PROD_', environment)
    expect(await read?.()).toEqual(keys)
    environment.PROD_SESSION_TOKEN = 'session'
    expect(await read?.()).toEqual({ ...keys, sessionToken: 'session' })
  })

  test('are read from the first profile of a file', async () => {
    const path = join(folder, 'credentials')
    const profile = (id: string) => `aws_access_key_id = ${id}\naws_secret_access_key=hunter2/+=\n`
    writeFileSync(path, `# keys\n[prod]\r\n${profile('AKIDEXAMPLE')}[other]\n${profile('OTHER')}`)
    expect(await storeCredentials(`file:${path}`)?.()).toEqual(keys)
  })

  test('that are missing are named by their place', async () => {
    for (const source of ['env:NONE_', `file:${join(folder, 'gone')}`]) {
      const expected = { code: 'config.no-credentials', fields: { source } }
      await expect(storeCredentials(source, {})?.()).rejects.toMatchObject(expected)
    }
    expect(storeCredentials('none')).toBeUndefined()
  })

  test('are never in what is printed', async () => {
    process.env.PROD_SECRET_ACCESS_KEY = 'hunter2/+='
    const shown = JSON.stringify(describeConfig(await load(store('credentials: env:PROD_'))))
    delete process.env.PROD_SECRET_ACCESS_KEY
    expect(shown).toContain('env:PROD_')
    expect(shown).not.toContain('hunter2')
  })
})
