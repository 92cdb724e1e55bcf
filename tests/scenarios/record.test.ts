import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fullSize } from '@cairn/testkit'
import { clients } from '@cairn/testkit/clients'
import { type Moto, startMoto } from '@cairn/testkit/moto'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { program as cairn, packages, recorder } from './record.fixture.ts'

const { aws1, aws2, python, moto: motoClient } = clients()
const absent = [aws1, aws2, python, motoClient].flatMap((one) => (one.kind === 'absent' ? [one.reason] : []))
const pathOf = (client: typeof aws1) => (client.kind === 'present' ? client.program : '')

const app = `
import { createRequire } from 'node:module'
const require = createRequire(${JSON.stringify(packages)})
const { S3Client, GetObjectCommand, PutObjectCommand } = require('@aws-sdk/client-s3')
const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts')
const s3 = new S3Client({})
await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a/' + crypto.randomUUID(), Body: 'hello' }))
await s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'none' })).catch((error) => console.log(error.name))
console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account)
`

describe.skipIf(absent.length > 0)(`cairn record with real clients ${absent.join('; ')}`, () => {
  const folder = temporaryFolder()
  const { run, start, leftBehind } = recorder(folder.path)
  let moto: Moto
  let throughProxy: readonly string[]
  beforeAll(async () => {
    moto = await startMoto()
    throughProxy = ['--resolve', `*.amazonaws.com=${moto.endpoint}`]
    writeFileSync(join(folder.path, 'app.mjs'), app)
    const made = await run([...throughProxy, '--', pathOf(aws1), 's3', 'mb', 's3://data'])
    expect(made, made.stderr).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await moto?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  afterEach(() => expect(leftBehind(), 'no folder is left').toEqual([]))

  test('a program of the JavaScript SDK runs as it is, and its calls are reported with the least policy', async () => {
    const { code, stdout, stderr } = await run([...throughProxy, '--', process.execPath, 'app.mjs'])
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: 'NoSuchKey\n123456789012\n' })
    expect(stderr).toContain('Cairn recorded 3 calls to 2 services, 1 failed')
    expect(stderr).toMatch(/s3 {3}.*GetObject failed/)
    expect(stderr).toMatch(/Least policy.*\n[\s\S]*s3:PutObject\n +arn:aws:s3:::data\/a\/[-0-9a-f]{36}\n/)
  })

  test('an emulator that is in use already is respected: Cairn stands in front of it', async () => {
    const inUse = { AWS_ENDPOINT_URL: moto.endpoint }
    const { code, stderr } = await run(['--', process.execPath, 'app.mjs'], inUse)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Cairn recorded 3 calls to 2 services')
  })

  test('so is the endpoint of one service, while the others go through the proxy', async () => {
    const inUse = { AWS_ENDPOINT_URL_STS: moto.endpoint }
    const { code, stderr } = await run([...throughProxy, '--', process.execPath, 'app.mjs'], inUse)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Cairn recorded 3 calls to 2 services')
  })

  test('aws-cli 1, aws-cli 2 and boto3 are seen', async () => {
    const table = `boto3.client('dynamodb').describe_table(TableName='none')`
    writeFileSync(
      join(folder.path, 'app.py'),
      `import boto3\ntry: ${table}\nexcept Exception as e: print(type(e).__name__)\n`,
    )
    const commands = [
      `${pathOf(aws1)} sts get-caller-identity`,
      `${pathOf(aws2)} s3 cp app.mjs s3://data/copy`,
      `${pathOf(python)} app.py`,
    ]
    const expected = ['sts:GetCallerIdentity==1', 's3:PutObject==1', 'dynamodb:DescribeTable==1']
    const expectations = expected.flatMap((text) => ['--expect', text])
    const { code, stderr } = await run([...throughProxy, ...expectations, '--', 'sh', '-c', commands.join(' && ')])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('3 checks passed')
  })

  test('the fetch of Node is seen, with the mark of the test that calls it', async () => {
    const address = 'https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15'
    writeFileSync(join(folder.path, 'fetch.mjs'), `console.log((await fetch(${JSON.stringify(address)})).status)`)
    const words = [...throughProxy, '--json', '--', process.execPath, 'fetch.mjs']
    const { code, stdout, stderr } = await run(words, { CAIRN_MARK: 'asks' })
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('200\n')
    expect(JSON.parse(stdout).tests).toEqual([{ test: 'asks', calls: [{ call: 'sts:GetCallerIdentity', count: 1 }] }])
  })

  // Their SDKs have to be fetched and compiled, which takes a minute.
  if (fullSize(0, 1) === 1) {
    const ways = () =>
      [
        [throughProxy, {}],
        [[], { AWS_ENDPOINT_URL: moto.endpoint }],
      ] as const

    async function isSeen(command: readonly string[]): Promise<void> {
      for (const [way, environment] of ways()) {
        const words = [...way, '--expect', 'sts:GetCallerIdentity==1', '--', ...command]
        const { code, stdout, stderr } = await run(words, environment)
        expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '123456789012\n' })
      }
    }

    const hasGo = spawnSync('go', ['version']).status === 0
    test.skipIf(!hasGo)(
      'the SDK for Go is seen, through the proxy and at an endpoint (needs Go)',
      { timeout: 600_000 },
      async () => {
        const program = join(folder.path, 'go-client')
        const build = spawnSync('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'go-client') })
        expect(build.status, String(build.stderr)).toBe(0)
        await isSeen([program])
      },
    )

    const hasJava = spawnSync('mvn', ['--version']).status === 0
    test.skipIf(!hasJava)(
      'the SDK for Java is seen, through the proxy and at an endpoint (needs Maven)',
      { timeout: 600_000 },
      async () => {
        const project = join(folder.path, 'java-client')
        cpSync(join(import.meta.dirname, 'java-client'), project, { recursive: true })
        const words = ['-q', '-B', 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath']
        const build = spawnSync('mvn', words, { cwd: project })
        expect(build.status, String(build.stdout)).toBe(0)
        const classes = `${join(project, 'target/classes')}:${readFileSync(join(project, 'classpath'), 'utf8').trim()}`
        await isSeen(['java', '-cp', classes, 'Caller'])
      },
    )
  }

  test('an expectation that does not hold is exit code 1, with what was seen instead', async () => {
    const expectations = ['--expect', 's3:PutObject>=2', '--expect', 'iam:*==0']
    const { code, stderr } = await run([...throughProxy, ...expectations, '--', process.execPath, 'app.mjs'])
    expect(code).toBe(1)
    expect(stderr).toContain('✗ expectations: s3:PutObject>=2\n  expected >= 2, seen 1\n    s3:PutObject ×1')
    expect(stderr).toContain('1 of 2 checks failed')
  })

  test('a contract holds for the next run, and tells what has changed in another', async () => {
    const contract = join(folder.path, 'calls.yaml')
    const written = await run([...throughProxy, '--update', 'calls.yaml', '--', process.execPath, 'app.mjs'])
    expect(written.code, written.stderr).toBe(0)
    expect(readFileSync(contract, 'utf8')).toContain('key: a/<uuid>')
    const checks = [...throughProxy, '--check', 'calls.yaml', '--junit', 'out.xml']
    const same = await run([...checks, '--', process.execPath, 'app.mjs'])
    expect(same.code, same.stderr).toBe(0)
    writeFileSync(join(folder.path, 'changed.mjs'), app.replace("'none'", "'other'").replace("'a/'", "'b/'"))
    const other = await run([...checks, '--', process.execPath, 'changed.mjs'])
    expect(other.code).toBe(1)
    expect(other.stderr).toMatch(/- s3:PutObject\n.*"a\/<uuid>".*\n[\s\S]*\+ s3:PutObject\n.*"b\/<uuid>"/)
    expect(readFileSync(join(folder.path, 'out.xml'), 'utf8')).toMatch(/tests="1" failures="1"/)
  })

  test('the records are log files that every other command reads', async () => {
    const saved = join(folder.path, 'saved')
    const { code } = await run([...throughProxy, '--quiet', '--save', 'saved', '--', process.execPath, 'app.mjs'])
    expect(code).toBe(0)
    expect(readdirSync(join(saved, 'AWSLogs'))).toHaveLength(1)
    await using server = await startCairn({ dataDir: join(folder.path, 'data') })
    expect((await server.cairn('import', saved)).code).toBe(0)
    const found = await server.cairn('lookup', '--source', 's3', '--ndjson')
    const names = found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).eventName)
    expect(names.sort()).toEqual(['GetObject', 'PutObject'])
  })

  test('tests of pytest have their own calls', async () => {
    const suite = `import boto3\ns3 = boto3.client('s3')\ndef test_list(): s3.list_buckets()\ndef test_put(): s3.put_object(Bucket='data', Key='k', Body=b'x')\nclass TestOwnClient:\n  def test_ünï(self): boto3.client('sts').get_caller_identity()\n`
    writeFileSync(join(folder.path, 'test_calls.py'), suite)
    // Outside of any test, over a connection that one has opened.
    writeFileSync(
      join(folder.path, 'conftest.py'),
      'def pytest_sessionfinish(): import test_calls; test_calls.s3.list_buckets()\n',
    )
    const words = ['--json', '--per-test', '--', pathOf(python), '-m', 'pytest', '-q', '-p', 'no:cacheprovider']
    for (const [way, environment] of [
      [throughProxy, {}],
      [[], { AWS_ENDPOINT_URL: moto.endpoint }],
    ] as const) {
      const { code, stdout, stderr } = await run([...way, ...words, 'test_calls.py'], environment)
      expect(code, stderr).toBe(0)
      expect(JSON.parse(stdout).tests).toEqual([
        { test: '', calls: [{ call: 's3:ListBuckets', count: 1 }] },
        { test: 'test_calls.py::TestOwnClient::test_ünï', calls: [{ call: 'sts:GetCallerIdentity', count: 1 }] },
        { test: 'test_calls.py::test_list', calls: [{ call: 's3:ListBuckets', count: 1 }] },
        { test: 'test_calls.py::test_put', calls: [{ call: 's3:PutObject', count: 1 }] },
      ])
    }
  })

  test('tests of vitest have theirs, with a line in its configuration, also what programs they start call', async () => {
    const helper = join(packages, '../packages/cli/src/record/clients/vitest.js')
    const vitest = join(packages, '../node_modules/vitest/vitest.mjs')
    writeFileSync(
      join(folder.path, 'vitest.config.mjs'),
      `export default { test: { setupFiles: [${JSON.stringify(helper)}], include: ['*.spec.mjs'], globals: true }, server: { fs: { strict: false } } }`,
    )
    writeFileSync(
      join(folder.path, 'calls.spec.mjs'),
      `import { createRequire } from 'node:module'
import { execFileSync } from 'node:child_process'
const { S3Client, ListBucketsCommand } = createRequire(${JSON.stringify(packages)})('@aws-sdk/client-s3')
const s3 = new S3Client({})
test('lists', async () => void (await s3.send(new ListBucketsCommand({}))))
// Over the connection that the test has opened.
afterAll(async () => void (await s3.send(new ListBucketsCommand({}))))
describe('started', () => test('asks', () => void execFileSync(${JSON.stringify(pathOf(aws1))}, ['sts', 'get-caller-identity']), 30000))
`,
    )
    const command = [process.execPath, vitest, 'run', '--root', folder.path]
    const { code, stdout, stderr } = await run([...throughProxy, '--json', '--', ...command])
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout).tests).toEqual([
      { test: '', calls: [{ call: 's3:ListBuckets', count: 1 }] },
      { test: 'calls.spec.mjs > lists', calls: [{ call: 's3:ListBuckets', count: 1 }] },
      { test: 'calls.spec.mjs > started > asks', calls: [{ call: 'sts:GetCallerIdentity', count: 1 }] },
    ])
  })

  test('behind a proxy of the company that looks into TLS itself, calls get out through that, and both see them', async () => {
    const list = [pathOf(aws1), 's3', 'ls']
    const inner = [cairn, 'record', '--quiet', '--expect', 's3:ListBuckets==1', '--', ...list]
    const { code, stdout, stderr } = await run([...throughProxy, '--json', '--', process.execPath, ...inner])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('1 check passed')
    expect(JSON.parse(stdout)).toMatchObject({ calls: 1, services: [{ service: 's3' }] })
  })

  test('a client that does not trust the authority makes no call, and the report says which host it wanted', async () => {
    const { code, stderr } = await run([
      ...throughProxy,
      ...['--', 'sh', '-c', `NODE_EXTRA_CA_CERTS= ${process.execPath} app.mjs`],
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /A client closed its connection to data\.s3\.eu-west-1\.amazonaws\.com when it saw our certificate/,
    )
  })

  test('Ctrl-C reaches the command, and what it called until then is reported', async () => {
    writeFileSync(join(folder.path, 'waits.mjs'), `${app}\nconsole.log('waits'); setInterval(() => {}, 1000)\n`)
    const { child, ended, output } = start([...throughProxy, '--', process.execPath, 'waits.mjs'])
    await expect.poll(output, { timeout: 30_000 }).toContain('waits')
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(130)
    expect(stderr).toContain('Cairn recorded 3 calls')
  })
})

describe('cairn record without any call', () => {
  const folder = temporaryFolder()
  const { run, leftBehind } = recorder(folder.path)
  afterAll(() => folder[Symbol.dispose]())
  afterEach(() => expect(leftBehind(), 'no folder is left').toEqual([]))

  test('is exit code 3 and says what the reasons may be, unless none was expected', async () => {
    const none = await run(['--', process.execPath, '-e', ''])
    expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining('saw no call to AWS') })
    expect(none.stderr).toContain('AWS_ENDPOINT_URL')
    const fine = await run(['--allow-none', '--expect', 's3:*==0', '--', process.execPath, '-e', ''])
    expect(fine.code, fine.stderr).toBe(0)
  })

  test('leaves a contract and a policy as they are, and says so: nothing was seen, or the command broke off', async () => {
    const contract = join(folder.path, 'kept.yaml')
    for (const [script, reason] of [
      ['', 'no call was seen'],
      ['process.exit(7)', 'the command failed'],
    ] as const) {
      writeFileSync(contract, 'kept')
      const asked = ['--quiet', '--update', 'kept.yaml', '--policy', 'kept.json']
      const { stderr } = await run([...asked, '--', process.execPath, '-e', script])
      expect(stderr).toContain(`kept.yaml was not written: ${reason}`)
      expect(stderr).toContain('kept.json was not written')
      expect(readFileSync(contract, 'utf8')).toBe('kept')
    }
    const empty = await run(['--allow-none', '--update', 'kept.yaml', '--', process.execPath, '-e', ''])
    expect(empty.code, empty.stderr).toBe(0)
    const checked = await run(['--allow-none', '--check', 'kept.yaml', '--', process.execPath, '-e', ''])
    expect(checked.code, checked.stderr).toBe(0)
  })

  test('keeps the exit code of the command, and the signal that ended it', async () => {
    expect((await run(['--', process.execPath, '-e', 'process.exit(7)'])).code).toBe(7)
    expect((await run(['--', process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'])).code).toBe(137)
  })

  test('a command that is not there, and options that mean nothing, are told before anything runs', async () => {
    expect(await run(['--', 'no-such-program'])).toMatchObject({
      code: 127,
      stderr: expect.stringContaining('no-such'),
    })
    writeFileSync(join(folder.path, 'a-file'), '')
    for (const words of [
      ['--expect', 'PutObject'],
      ['--expect', 'iamm:*==0'],
      ['--allow-name', 's3:*'],
      ['--resolve', 'x'],
      ['--allow-target', 'home'],
      ['--check', 'none.yaml'],
      ['--update', 'no-folder/calls.yaml'],
      ['--junit', 'no-folder/out.xml'],
      ['--policy', 'no-folder/policy.tf'],
      ['--policy', 'tmp'],
      ['--save', 'a-file'],
      ['--save', '/proc/nowhere/saved'],
    ]) {
      const { code, stderr } = await run([...words, '--', process.execPath, '-e', 'console.error("ran")'])
      expect([1, 2]).toContain(code)
      expect(stderr).not.toContain('ran')
    }
  })
})
