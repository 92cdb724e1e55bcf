import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { ImportSummary } from '@cairn/server/imports'
import { createS3Store } from '@cairn/server/storage/s3'
import type { FollowStatus } from '@cairn/server/store-imports'
import { fullSize } from '@cairn/testkit'
import { recordFrames } from '@cairn/testkit/fakes/records'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessTo } from '../logging-trail.fixture.ts'

/** A bucket of AWS's layout on one Cairn, which stands in for AWS, taken in by another. */

const accountsUsed = ['111111111111', '222222222222']
const regionsUsed = ['eu-west-1', 'us-east-1']

let folder: ReturnType<typeof temporaryFolder>
let aws: RunningCairn
let store: ReturnType<typeof createS3Store>

beforeAll(async () => {
  folder = temporaryFolder()
  aws = await startCairn({ dataDir: join(folder.path, 'aws') })
  const { accessKeyId, secretAccessKey } = accessTo(aws).credentials
  store = createS3Store({
    endpoint: aws.endpoint,
    region: 'us-east-1',
    credentials: async () => ({ accessKeyId, secretAccessKey }),
    pathStyle: true,
  })
  const profile = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`
  writeFileSync(join(folder.path, 'aws-keys'), profile)
})
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await aws[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** A folder for a second Cairn whose configuration names the store. */
function placeFor(bucket: string): { readonly dataDir: string; [Symbol.dispose](): void } {
  const own = temporaryFolder()
  const settings = {
    imports: { followInterval: '1s' },
    stores: [
      {
        name: 'prod',
        endpoint: aws.endpoint,
        region: 'us-east-1',
        credentials: `file:${join(folder.path, 'aws-keys')}`,
        buckets: [{ name: bucket, prefixes: ['AWSLogs/'] }],
      },
    ],
  }
  writeFileSync(join(own.path, 'cairn.yaml'), JSON.stringify(settings))
  return { dataDir: join(own.path, 'data'), [Symbol.dispose]: () => own[Symbol.dispose]() }
}

const source = recordFrames({
  seed: 23,
  startMs: Date.UTC(2025, 2, 1),
  accounts: accountsUsed,
  regions: regionsUsed,
  variety: 500,
})

function someRecords(count: number): string[] {
  return Array.from({ length: count }, () => Buffer.from(source.next().value?.bytes ?? []).toString())
}

let filesWritten = 0

/** Puts one log file where AWS would put it; gives its records. */
async function putLogFile(bucket: string, day: string, records = 5, kind = 'CloudTrail'): Promise<readonly string[]> {
  filesWritten += 1
  const account = accountsUsed[filesWritten % 2]
  const region = regionsUsed[filesWritten % 3] ?? 'eu-west-1'
  const texts = someRecords(records)
  const key = `AWSLogs/o-abc/${account}/${kind}/${region}/${day}/${account}_${kind}_${region}_${filesWritten}.json.gz`
  await put(bucket, key, gzipSync(`{"Records":[${texts.join(',')}]}`))
  return texts
}

async function put(bucket: string, key: string, bytes: Uint8Array, headers: Record<string, string> = {}) {
  const body = (async function* () {
    yield bytes
  })()
  await store.put({ bucket, key, headers: { 'content-encoding': 'gzip', ...headers }, body })
}

function today(): string {
  return new Date().toISOString().slice(0, 10).replaceAll('-', '/')
}

const place = (bucket: string) => [`s3://${bucket}/AWSLogs/`, '--from-store', 'prod']

async function imported(cairn: RunningCairn, ...args: readonly string[]): Promise<ImportSummary> {
  const { code, stdout, stderr } = await cairn.cairn('import', '--json', ...args)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

/** Of the accounts above: Cairn's own calls are recorded in another. */
async function storedRecords(cairn: RunningCairn): Promise<readonly string[]> {
  const accounts = accountsUsed.flatMap((account) => ['--account', account])
  const { stdout } = await cairn.cairn('lookup', '--ndjson', '--since', '2025-01-01', '--limit', '1000000', ...accounts)
  return stdout.split('\n').filter(Boolean)
}

async function waitFor(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 30_000; Date.now() < endMs; await sleep(200)) if (await isSo()) return
  throw new Error(`waited in vain: ${what}`)
}

function expectExactly(stored: readonly string[], texts: readonly string[]): void {
  expect([...stored].sort()).toEqual([...texts].sort())
}

test('killed at any moment of an import from a bucket, and run again: nothing twice, nothing missing', {
  timeout: fullSize(90_000, 900_000),
}, async () => {
  const bucket = 'killed-trail'
  await store.createBucket(bucket)
  const texts: string[] = []
  for (let file = 0; file < 120; file += 1) {
    const day = `2025/0${1 + (file % 3)}/${String(1 + (file % 28)).padStart(2, '0')}`
    texts.push(...(await putLogFile(bucket, day, 20)))
  }
  using own = placeFor(bucket)
  const { dataDir } = own
  const kills = fullSize(3, 40)
  for (let kill = 0; kill < kills; kill += 1) {
    const cairn = await startCairn({ dataDir })
    const importing = cairn.cairn('import', ...place(bucket))
    // From before the first file to after the last.
    await sleep(400 + (kill * 900) / kills)
    await cairn.kill()
    await importing
  }
  await using cairn = await startCairn({ dataDir })
  expect(await imported(cairn, ...place(bucket))).toMatchObject({ conflicts: 0, setAside: 0 })
  expectExactly(await storedRecords(cairn), texts)
  // Every file is remembered: none is read again.
  expect(await imported(cairn, ...place(bucket))).toMatchObject({ files: 0, records: 0 })
})

test('a followed bucket is taken in, then what is added to it, also after the server was killed, until it is stopped', {
  timeout: 120_000,
}, async () => {
  const bucket = 'followed-trail'
  await store.createBucket(bucket)
  const texts = [...(await putLogFile(bucket, '2024/12/31')), ...(await putLogFile(bucket, today()))]
  using own = placeFor(bucket)
  const { dataDir } = own
  const cairn = await startCairn({ dataDir })
  const ordered = await cairn.cairn('import', ...place(bucket), '--follow', '--json')
  expect(ordered.code, ordered.stderr).toBe(0)
  const { id } = JSON.parse(ordered.stdout) as FollowStatus
  // The same order again is the same follow.
  expect(JSON.parse((await cairn.cairn('import', ...place(bucket), '--follow', '--json')).stdout).id).toBe(id)
  const holdsAll = (one: RunningCairn) => async () => (await storedRecords(one)).length === texts.length
  await waitFor('what was there', holdsAll(cairn))
  // Also where nothing was before: it is the first of its account and region.
  texts.push(...(await putLogFile(bucket, today())), ...(await putLogFile(bucket, '2024/11/11')))
  await waitFor('what was added', holdsAll(cairn))
  texts.push(...(await putLogFile(bucket, today())))
  await cairn.kill()
  // One of them belongs to a day long ago: only a look at all days finds it.
  texts.push(...(await putLogFile(bucket, today())), ...(await putLogFile(bucket, '2024/06/06')))

  await using again = await startCairn({ dataDir })
  await waitFor('what was added while nobody ran', holdsAll(again))
  expectExactly(await storedRecords(again), texts)
  const [status] = (await again.cairn('import', '--list', '--json')).stdout.split('\n')
  expect(JSON.parse(status ?? '')).toMatchObject({ id, bucket, prefix: 'AWSLogs/', store: 'prod', unreadable: 0 })
  const listed = (await again.cairn('import', '--list')).stdout
  expect(listed).toContain(`s3://${bucket}/AWSLogs/`)

  expect((await again.cairn('import', '--stop', id)).code).toBe(0)
  expect((await again.cairn('import', '--list')).stdout).toContain('Nothing is followed.')
  await putLogFile(bucket, today())
  await sleep(2_500)
  expect(await storedRecords(again)).toHaveLength(texts.length)
})

describe('a bucket with more in it', () => {
  const bucket = 'mixed-trail'
  let own: ReturnType<typeof placeFor>
  let cairn: RunningCairn
  const texts: Record<string, readonly string[]> = {}
  beforeAll(async () => {
    await store.createBucket(bucket)
    for (const day of ['2025/01/10', '2025/01/11', '2025/01/13', '2025/02/01'])
      texts[day] = await putLogFile(bucket, day)
    await put(bucket, 'AWSLogs/o-abc/111111111111/Config/eu-west-1/2025/1/11/snapshot.json.gz', gzipSync('{"x":1}'))
    await put(bucket, 'private/AWSLogs/111111111111/CloudTrail/eu-west-1/2025/01/11/a.json.gz', gzipSync('[]'))
    own = placeFor(bucket)
    cairn = await startCairn({ dataDir: own.dataDir })
  })
  afterAll(async () => {
    await cairn[Symbol.asyncDispose]()
    own[Symbol.dispose]()
  })

  test('gives only the days that were asked for, and a plan writes nothing', async () => {
    // A day's last files lie in the folder of the next.
    const days = [...place(bucket), '--since', '2025-01-11', '--until', '2025-01-12']
    expect(await imported(cairn, '--plan', ...days)).toMatchObject({ isPlan: true, files: 2, added: 10 })
    expect(await imported(cairn, ...days)).toMatchObject({ files: 2, added: 10, setAside: 0 })
    expectExactly(await storedRecords(cairn), [...(texts['2025/01/11'] ?? []), ...(texts['2025/01/13'] ?? [])])
    expect(await imported(cairn, ...place(bucket))).toMatchObject({ files: 2, added: 10, setAside: 0 })
  })

  test('keeps copies of digests aside, with their signatures', async () => {
    const digest = { digestStartTime: '2025-01-11T00:00:00Z', digestSignatureAlgorithm: 'SHA256withRSA', logFiles: [] }
    const key = 'AWSLogs/o-abc/111111111111/CloudTrail-Digest/eu-west-1/2025/01/11/digest.json.gz'
    const content = gzipSync(JSON.stringify(digest))
    await put(bucket, key, content, { 'x-amz-meta-signature': 'c1f3' })
    expect(await imported(cairn, ...place(bucket))).toMatchObject({ files: 1, digests: 1, records: 0 })
    await cairn.stop()
    const { createLocalBucketStore } = await import('@cairn/server/storage/local-bucket')
    const clock = { nowMs: () => 0 }
    const ids = { uuid: () => '', bytes: (count: number) => new Uint8Array(count) }
    await using objects = await createLocalBucketStore({ directory: join(own.dataDir, 'buckets'), clock, ids })
    const copies = await objects.list({ bucket: 'imported+digests', prefix: `prod/${bucket}/${key}/`, limit: 2 })
    expect(copies.objects).toHaveLength(1)
    const copy = await objects.open('imported+digests', copies.objects[0]?.key ?? '')
    expect(copy?.head.headers).toMatchObject({ 'x-amz-meta-signature': 'c1f3' })
    expect(Buffer.concat(await Array.fromAsync(copy?.read() ?? []))).toEqual(content)
    cairn = await startCairn({ dataDir: own.dataDir })
  })

  test.each([
    { asked: ['s3://mixed-trail/private/', '--from-store', 'prod'], code: 1, says: 'import.store-not-allowed' },
    { asked: ['s3://other/AWSLogs/', '--from-store', 'prod'], code: 1, says: 'import.store-not-allowed' },
    { asked: ['s3://mixed-trail/AWSLogs/', '--from-store', 'test'], code: 1, says: 'import.store-unknown' },
    { asked: ['s3://mixed-trail/AWSLogs/'], code: 2, says: '--from-store' },
    { asked: [...place(bucket), '--since', 'yesterday'], code: 1, says: 'InvalidTime' },
    { asked: ['--stop', 'nothing'], code: 1, says: 'NotFollowed' },
    { asked: ['--stop', 'x', '--list'], code: 2, says: 'Say what to import' },
  ])('refuses $asked', async ({ asked, code, says }) => {
    const refused = await cairn.cairn('import', ...asked)
    expect(refused).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(says) })
  })

  test('says in the words of the store why it cannot be read', async () => {
    writeFileSync(join(own.dataDir, '..', 'wrong-keys'), 'aws_access_key_id=AKIA0\naws_secret_access_key=0\n')
    const settings = JSON.parse(readFileSync(join(own.dataDir, '..', 'cairn.yaml'), 'utf8'))
    settings.stores[0].credentials = 'file:wrong-keys'
    writeFileSync(join(own.dataDir, '..', 'cairn.yaml'), JSON.stringify(settings))
    await cairn.stop()
    // Without a server: the command opens the directory itself.
    const refused = await cairn.cairn('import', ...place(bucket))
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('InvalidAccessKeyId') })
  })
})
