import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { accessTo, startTrail } from './logging-trail.fixture.ts'

/** The published package, in an empty folder, as somebody who has no checkout gets it. */

const root = join(import.meta.dirname, '..')
const folder = temporaryFolder()
const home = join(folder.path, 'project')
const installed = join(home, 'node_modules/cairntrail')

beforeAll(() => {
  execFileSync('npm', ['pack', '--pack-destination', folder.path], { cwd: root, stdio: 'pipe' })
  const [archive = ''] = readdirSync(folder.path)
  mkdirSync(home)
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', join(folder.path, archive)]
  execFileSync('npm', install, { cwd: home, stdio: 'pipe' })
})
afterAll(() => folder[Symbol.dispose]())

test('it is one package with one program, the query engine as its one dependency, and no scripts', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({ name: 'cairntrail', bin: { cairn: 'bin/cairn.js' }, engines: { node: '>=24' } })
  expect(Object.keys(manifest.dependencies)).toEqual(['@duckdb/node-api'])
  // Optional: who has no vitest gets none.
  expect(manifest).toMatchObject({ peerDependencies: { vitest: expect.any(String) } })
  expect(manifest).toMatchObject({ peerDependenciesMeta: { vitest: { optional: true } } })
  for (const absent of ['optionalDependencies', 'scripts']) expect(manifest).not.toHaveProperty(absent)
})

test('it names the licences of everything it contains', () => {
  const notices = readFileSync(join(installed, 'THIRD-PARTY-NOTICES'), 'utf8')
  for (const name of ['commander', 'pino', 'zod', 'prom-client'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
})

test('its gateway carries a call, with the client that is loaded for it', async () => {
  const upstream = createServer((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end('{"a":1}')))
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  try {
    const dataDir = join(home, 'gateway')
    const args = ['--upstream', `dynamodb=http://127.0.0.1:${port}`]
    await using cairn = await startCairn({ program: join(installed, 'bin/cairn.js'), dataDir, args })
    const headers = { 'x-amz-target': 'DynamoDB_20120810.ListTables' }
    const answer = await fetch(cairn.endpoint, { method: 'POST', headers, body: '{}' })
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: '{"a":1}' })
    // The tables of all services are there: what nobody serves is refused in its own protocol.
    const { credentials, region } = accessTo(cairn)
    const form = { host: new URL(cairn.endpoint).host, 'content-type': 'application/x-www-form-urlencoded' }
    const body = 'Action=ListTopics&Version=2010-03-31'
    const parts = { method: 'POST', path: '/', query: '', headers: form, payload: Buffer.from(body), service: 'sns' }
    const signed = signRequest({ ...parts, region, credentials, nowMs: Date.now() })
    const refused = await fetch(cairn.endpoint, { method: 'POST', headers: signed.headers, body })
    expect(await refused.text()).toMatch(/^<ErrorResponse[\s\S]*<Code>InvalidAction<[\s\S]*--upstream sns=ENDPOINT/)
  } finally {
    upstream.close()
  }
})

test('it records what a program calls, and has for it what it needs', () => {
  const show = 'require("node:fs").accessSync(process.env.PYTHONPATH + "/cairn_pytest.py"); console.log("ran")'
  const command = [
    join(installed, 'bin/cairn.js'),
    'record',
    '--quiet',
    '--allow-none',
    '--',
    process.execPath,
    '-e',
    show,
  ]
  expect(execFileSync(process.execPath, command, { cwd: home, encoding: 'utf8', stdio: 'pipe' })).toBe('ran\n')
  const resolved = `console.log(import.meta.resolve('cairntrail/vitest'))`
  const found = execFileSync(process.execPath, ['--input-type=module', '-e', resolved], { cwd: home, encoding: 'utf8' })
  expect(found.trim()).toMatch(/\/dist\/clients\/vitest\.js$/)
})

test('it starts, answers and stops, with nothing but itself in place', async () => {
  const program = join(installed, 'bin/cairn.js')
  await using cairn = await startCairn({ dataDir: join(home, 'data'), program })
  const status = await cairn.cairn('status', '--json')
  expect(JSON.parse(status.stdout)).toMatchObject({ endpoint: cairn.endpoint, ready: true })
  // Imports and look-ups run in workers, which are files of their own.
  const imported = await cairn.cairn('import', join(root, 'tests/scenarios/one-event.json'))
  expect(imported).toMatchObject({ code: 0 })
  const found = await cairn.cairn('lookup', '--event-name', 'PackagedEvent', '--ndjson')
  expect(JSON.parse(found.stdout)).toMatchObject({ eventName: 'PackagedEvent' })
  // The query engine is a process of its own, with a native library beside the package.
  const files = ['--files', join(root, 'tests/scenarios/one-event.json')]
  const queried = await cairn.cairn('query', ...files, '--json', 'SELECT eventName FROM files')
  expect(JSON.parse(queried.stdout)).toMatchObject({ eventName: 'PackagedEvent' })
  const refused = await cairn.cairn('backup', home)
  expect(refused, 'the manual comes with it').toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Name a new folder'),
  })
  expect(await cairn.stop()).toBe(0)
})

test('it delivers into a store of somebody else, and verifies what is there', { timeout: 120_000 }, async () => {
  const program = join(installed, 'bin/cairn.js')
  const place = join(home, 'stores')
  mkdirSync(place)
  await using theirs = await startCairn({ dataDir: join(place, 'theirs'), program })
  const their = accessTo(theirs)
  const store = new S3Client({ ...their, forcePathStyle: true })
  await store.send(new CreateBucketCommand({ Bucket: 'elsewhere' }))
  const { accessKeyId, secretAccessKey } = their.credentials
  writeFileSync(join(place, 'keys'), `aws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`)
  const buckets = [{ name: 'elsewhere', accounts: ['123456789012'] }]
  const prod = { name: 'prod', endpoint: theirs.endpoint, region: 'us-east-1', credentials: 'file:keys', buckets }
  writeFileSync(join(place, 'cairn.yaml'), JSON.stringify({ delivery: { flushAfter: '1s' }, stores: [prod] }))
  await using cairn = await startCairn({ dataDir: join(place, 'data'), program })
  const trails = new CloudTrailClient(accessTo(cairn))
  await trails.send(new CreateTrailCommand({ Name: 'main', S3BucketName: 'elsewhere', EnableLogFileValidation: true }))
  await trails.send(new StartLoggingCommand({ Name: 'main' }))
  await vi.waitFor(
    async () => {
      const { Contents = [] } = await store.send(new ListObjectsV2Command({ Bucket: 'elsewhere' }))
      expect(Contents.map(({ Key }) => Key).join()).toContain('_CloudTrail_us-east-1_')
    },
    { timeout: 60_000, interval: 200 },
  )
  const verified = await cairn.cairn('verify', 's3://elsewhere', '--trail', 'main')
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('1 of 1 digests proven') })
  store.destroy()
  trails.destroy()
})

test('it makes evidence, and verifies it in an empty folder without a network, to the byte', {
  timeout: 180_000,
}, async () => {
  const program = join(installed, 'bin/cairn.js')
  const pack = join(home, 'pack.zip')
  {
    const args = ['--delivery-flush-after', '1s', '--clock', 'test=-1d']
    await using cairn = await startCairn({ dataDir: join(home, 'evidence'), program, args })
    using trail = await startTrail(cairn)
    const holds = (name: string) =>
      vi.waitFor(
        async () => {
          expect((await trail.objects()).map(({ Key }) => Key).join()).toContain(name)
        },
        { timeout: 60_000, interval: 200 },
      )
    await holds('_CloudTrail_us-east-1_')
    await cairn.cairn('clock', 'advance', '3h')
    await holds('_CloudTrail-Digest_us-east-1_main_')
    expect(await cairn.cairn('evidence', '--trail', 'main', '-o', pack)).toMatchObject({ code: 0, stderr: '' })
  }
  const elsewhere = join(folder.path, 'elsewhere')
  mkdirSync(elsewhere)
  // Node itself denies every connection.
  const alone = ['--permission', '--allow-fs-read=*', '--allow-worker', program, 'verify']
  const verify = (file: string) =>
    spawnSync(process.execPath, [...alone, file], { cwd: elsewhere, env: {}, encoding: 'utf8' })
  const sound = verify(pack)
  expect([sound.status, sound.stdout]).toEqual([0, expect.stringContaining('cairn: 0 findings')])
  const whole = readFileSync(pack)
  // Content of each kind of file: an object, its metadata, settings, the report, and the signature over these.
  for (const [name, content] of [
    ['_CloudTrail_us-east-1_', '.json.gz'],
    ['metadata.jsonl', '{"key":'],
    ['trail.json', '"name": "main"'],
    ['report.txt', 'cairn: 0 findings'],
    ['signature.json', '"signature": "'],
  ] as const) {
    const bytes = Buffer.from(whole)
    const at = bytes.indexOf(content, bytes.indexOf(name)) + content.length + 3
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(join(elsewhere, 'changed.zip'), bytes)
    const changed = verify('changed.zip')
    expect([changed.status, changed.stdout], name).toEqual([5, expect.stringContaining(name)])
  }
})
