import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigFault, configFrom, describeConfig, loadConfig, settings } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function writeFile(text: string, name = 'cairn.yaml'): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function problemsOf(options: Parameters<typeof loadConfig>[0]): Promise<string[]> {
  const fault = await loadConfig({ environment: {}, folder, ...options }).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(fault).toBeInstanceOf(ConfigFault)
  return (fault as ConfigFault).problems.map(
    ({ key, problem, place }) => `${place}: ${key === undefined ? '' : `${key} `}${problem}`,
  )
}

describe('sources', () => {
  test('without any source every setting has its default', async () => {
    const { config, origins } = await configFrom({}, folder)
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4577, account: '123456789012', mode: 'strict' })
    expect(config.dataDir).toBe(join(folder, 'cairn-data'))
    expect(config.history.retention).toBeUndefined()
    expect([...origins.values()].every((origin) => origin.kind === 'default')).toBe(true)
  })

  test('flags win over the environment, which wins over the file, which wins over defaults', async () => {
    writeFile('port: 1\nhost: localhost\nregion: eu-west-1\n')
    const { config, origins } = await loadConfig({
      folder,
      environment: { CAIRN_PORT: '2', CAIRN_HOST: '::1' },
      flags: { port: '3' },
    })
    expect(config).toMatchObject({ port: 3, host: '::1', region: 'eu-west-1' })
    expect(origins.get('port')).toEqual({ kind: 'flag', place: '--port' })
    expect(origins.get('host')).toEqual({ kind: 'environment', place: 'CAIRN_HOST' })
    expect(origins.get('region')).toEqual({ kind: 'file', place: 'cairn.yaml:3:1' })
    expect(origins.get('mode')).toEqual({ kind: 'default' })
  })

  test('a file named by flag or variable is read instead of cairn.yaml', async () => {
    writeFile('port: 1')
    const other = writeFile('port: 2', 'other.yaml')
    const named = await loadConfig({ folder, environment: {}, file: other })
    const byVariable = await loadConfig({ folder, environment: { CAIRN_CONFIG: 'other.yaml' } })
    expect([named.config.port, byVariable.config.port]).toEqual([2, 2])
  })

  test('paths are relative to the file they stand in, else to the current folder', async () => {
    const file = writeFile('keyFile: keys/vault')
    const { config } = await loadConfig({ file, environment: {}, folder: '/elsewhere', flags: { dataDir: 'data' } })
    expect(config.keyFile).toBe(join(folder, 'keys/vault'))
    expect(config.dataDir).toBe('/elsewhere/data')
  })

  test('account numbers written without quotes keep their leading zeros', async () => {
    writeFile('account: 000123456789\naccounts: [000000000042, "111111111111"]\n')
    const { config } = await loadConfig({ folder, environment: {} })
    expect(config.account).toBe('000123456789')
    expect(config.accounts).toEqual(['000000000042', '111111111111'])
  })

  test('nested settings are reached from every source', async () => {
    writeFile('history:\n  retention: 30d\n')
    expect((await loadConfig({ folder, environment: {} })).config.history.retention).toBe(30 * 86_400_000)
    const set = { environment: { CAIRN_HISTORY_RETENTION: '2d' }, folder }
    expect((await loadConfig(set)).config.history.retention).toBe(2 * 86_400_000)
    const flags = { 'history.retention': '1d', allowInsecureListen: true }
    expect((await configFrom(flags, folder)).config).toMatchObject({
      history: { retention: 86_400_000 },
      allowInsecureListen: true,
    })
  })

  test('what is loaded cannot be changed', async () => {
    const { config } = await configFrom({}, folder)
    expect(() => Object.assign(config.limits, { headersMax: 1 })).toThrow(TypeError)
    expect(() => (config.accounts as string[]).push('111111111111')).toThrow(TypeError)
  })
})

describe('problems', () => {
  test('all problems of all sources are reported at once, each with its place', async () => {
    writeFile('port: 70000\nhsot: x\nlimits:\n  headersMax: many\n  unknown: 1\nhistory: 5\n')
    expect(await problemsOf({ environment: { CAIRN_MODE: 'lax', CAIRN_PROT: '1' }, flags: { account: '12' } })).toEqual(
      [
        'cairn.yaml:2:1: hsot is no setting; did you mean host?',
        'cairn.yaml:5:3: limits.unknown is no setting',
        'cairn.yaml:6:1: history holds settings: write them indented below it',
        'CAIRN_PROT: is no setting; did you mean CAIRN_PORT?',
        'cairn.yaml:1:1: port expected a whole number from 0 to 65535',
        '--account: account expected a 12-digit account number',
        'CAIRN_MODE: mode expected one of: strict, emulator',
        'cairn.yaml:4:3: limits.headersMax expected a whole number from 32 to 2000',
      ],
    )
  })

  test.each(['10.0.0.0/33', 'proxy.example.org', '10.0.0.1/8/8', '::1/129', ''])(
    '%j is no proxy to trust',
    async (flag) => {
      const problems = await problemsOf({ flags: { trustedProxies: `10.0.0.5,${flag}` } })
      expect(problems).toEqual([
        '--trusted-proxies: trustedProxies[1] expected addresses or networks such as 10.0.0.5 or 10.1.0.0/16',
      ])
    },
  )

  test.each([
    ['a: [1', /^cairn\.yaml:1:\d+: is not valid YAML/],
    ['port: 1\nport: 2', /^cairn\.yaml:2:1: is not valid YAML/],
    ['- port', /^cairn\.yaml: must be a map/],
    ['x'.repeat(300_000), /larger than 262144 bytes/],
    ['a: &a [*a]\nport: 1', /is no setting|is not valid YAML/],
  ])('a file that cannot be understood is one clear problem (%#)', async (yaml, expected) => {
    writeFile(yaml)
    expect((await problemsOf({})).join('\n')).toMatch(expected)
  })

  test('a file that was asked for must exist', async () => {
    expect(await problemsOf({ file: 'gone.yaml' })).toEqual([
      `--config: names ${join(folder, 'gone.yaml')}, which cannot be read (ENOENT)`,
    ])
  })

  test('commands run where programs are led through the proxy', async () => {
    const environment = { CAIRN_RECORD_PROXY: 'http://127.0.0.1:4578', CAIRN_RECORD_DOMAINS: 'amazonaws.com' }
    expect((await loadConfig({ folder, environment })).config.port).toBe(4577)
  })

  test('Kubernetes service variables are told apart from typing errors', async () => {
    const [problem] = await problemsOf({ environment: { CAIRN_SERVICE_HOST: '10.0.0.1' } })
    expect(problem).toContain('enableServiceLinks')
  })

  test.each([
    [{ host: '0.0.0.0' }, /^--host: host is beyond loopback/],
    [{ tlsCert: 'a.pem' }, /^--tls-cert: tlsCert needs tlsKey/],
    [{ tlsKey: 'a.pem' }, /^--tls-key: tlsKey needs tlsCert/],
    [{ regions: 'r-1,r-2,r-1' }, /^--regions: regions names a region twice/],
    [{ region: 'EU West' }, /^--region: region expected a region name/],
    [{ accounts: '123456789012' }, /^--accounts: accounts names an account twice/],
    [{ accounts: '111111111111,111111111111' }, /^--accounts: accounts names an account twice/],
  ])('settings that contradict each other are refused: %o', async (flags, expected) => {
    expect((await problemsOf({ flags }))[0]).toMatch(expected)
  })

  test.each([
    { host: '127.8.8.8' },
    { host: '0.0.0.0', allowInsecureListen: true },
    { host: '0.0.0.0', tlsCert: 'c', tlsKey: 'k' },
  ])('%o is a place to listen', async (flags) => {
    expect((await configFrom(flags, folder)).config.host).toBe(flags.host)
  })
})

test.each(['us-gov-east-1', 'cloud-7', 'r'])('%s is a region name, listed or not', async (region) => {
  expect((await configFrom({ region, regions: region }, folder)).config).toMatchObject({ region, regions: [region] })
})

describe('printing', () => {
  test('every setting is shown once, in the spelling of files, with its origin', async () => {
    const loaded = await configFrom({ 'history.retention': '720h' }, folder)
    const shown = describeConfig(loaded)
    expect(shown.map((entry) => entry.key)).toEqual(settings.map((setting) => setting.key))
    expect(shown).toContainEqual({ key: 'history.retention', value: '30d', origin: '--history-retention' })
    expect(shown).toContainEqual({ key: 'limits.bodyBytesMax', value: '2MiB', origin: 'default' })
  })

  test('what is printed reads back as the same configuration', async () => {
    const loaded = await configFrom({ accounts: '111111111111', 'limits.idleTimeout': '90s' }, folder)
    const sections: Record<string, unknown> = {}
    for (const { key, value } of describeConfig(loaded)) {
      const [section = '', name] = key.split('.')
      if (value === undefined) continue
      sections[section] = name === undefined ? value : { ...(sections[section] as object), [name]: value }
    }
    // JSON is YAML.
    writeFile(JSON.stringify(sections))
    const again = await loadConfig({ folder, environment: {} })
    expect(again.config).toEqual(loaded.config)
  })
})
