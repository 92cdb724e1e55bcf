import { createHash, createPublicKey, verify } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { readResultSign, resultStringToSign } from '@cairn/core/query-result'
import { beforeEach, expect, it } from 'vitest'
import { type Buckets, openBuckets } from '../../buckets/index.ts'
import { Fault } from '../../fault.ts'
import { createDigestKeys, type DigestKeys } from '../../keys/index.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { createMemoryKeyVault } from '../../storage/memory/key-vault.ts'
import { createMemoryObjectStore } from '../../storage/memory/object-store.ts'
import { createDeliverResult, type ResultToDeliver } from './deliver-result.ts'
import type { DeliveryState } from './query.ts'

const account = '111122223333'
const storeArn = `arn:aws:cloudtrail:eu-west-1:${account}:eventdatastore/e`
const folder = `saved/AWSLogs/${account}/CloudTrail-Lake/Query/2026/11/23/q/`
const nowMs = Date.UTC(2026, 10, 23, 1, 2, 3)
const clock = { nowMs: () => nowMs }

let buckets: Buckets
let keys: DigestKeys
let told: DeliveryState[]

beforeEach(async () => {
  const catalog = createMemoryCatalog()
  buckets = await openBuckets({
    catalog,
    objects: createMemoryObjectStore({ clock }),
    demandsDeliveryPolicy: true,
    objectBytesMax: 1e9,
  })
  keys = createDigestKeys({ catalog, vault: createMemoryKeyVault(), telemetry: { digestKeyMade() {} } })
  told = []
  await buckets.create(
    { intentId: undefined },
    { name: 'results', account, region: 'eu-west-1', createdAtMs: 0, ownership: 'BucketOwnerEnforced', tags: [] },
  )
  await allow('arn:aws:s3:::results/*')
})

/** The bucket's policy lets CloudTrail put what `resource` says, for the store alone. */
async function allow(resource: string): Promise<void> {
  const Principal = { Service: 'cloudtrail.amazonaws.com' }
  const Condition = { StringEquals: { 'aws:SourceArn': storeArn, 'aws:SourceAccount': account } }
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: resource, Condition },
      { Effect: 'Allow', Principal, Action: 's3:GetBucketAcl', Resource: 'arn:aws:s3:::results', Condition },
    ],
  })
  await buckets.edit({ intentId: undefined }, 'results', (bucket) => ({ ...bucket, policy }))
}

function deliver(more: Partial<ResultToDeliver> = {}, fileCharsMax = 1e9, from: Buckets = buckets) {
  const telemetry = { resultNotDelivered: ({ state }: { readonly state: DeliveryState }) => void told.push(state) }
  return createDeliverResult({ buckets: from, keys, clock, telemetry, fileCharsMax })({
    queryId: 'q',
    account,
    region: 'eu-west-1',
    sourceArn: storeArn,
    createdAtMs: nowMs,
    destination: { uri: 's3://results/saved/', bucket: 'results', prefix: 'saved' },
    columns: ['eventName', 'n'],
    rows: (async function* () {
      yield [
        ['Say "x"', null],
        ['Put', '2'],
      ]
    })(),
    ...more,
  })
}

async function content(key: string): Promise<Buffer> {
  const object = await buckets.objects.open('results', key)
  return Buffer.concat(object === undefined ? [] : await Array.fromAsync(object.read()))
}

async function names(): Promise<readonly string[]> {
  const { objects } = await buckets.objects.list({ bucket: 'results', limit: 100 })
  return objects.map(({ key }) => key)
}

it('puts the rows, and a sign file that a verifier believes', async () => {
  expect(await deliver()).toBe('SUCCESS')
  expect(await names()).toEqual([`${folder}result_1.csv.gz`, `${folder}result_sign.json`])
  const file = await content(`${folder}result_1.csv.gz`)
  expect(gunzipSync(file).toString()).toBe('"eventName","n"\n"Say ""x""",""\n"Put","2"\n')
  const sign = readResultSign((await content(`${folder}result_sign.json`)).toString())
  expect(sign?.files).toEqual([
    { fileName: 'result_1.csv.gz', fileHashValue: createHash('sha256').update(file).digest('hex') },
  ])
  const [key] = keys.published('eu-west-1', Date.parse(sign?.queryCompleteTime ?? ''), nowMs)
  const publicKey = createPublicKey({ key: Buffer.from(key?.publicKey ?? '', 'base64'), format: 'der', type: 'pkcs1' })
  const signature = Buffer.from(sign?.hashSignature ?? '', 'hex')
  expect(verify('sha256', Buffer.from(resultStringToSign(sign?.files ?? [])), publicKey, signature)).toBe(true)
})

it('divides a large result into files that each have the heading', async () => {
  const rows = Array.from({ length: 20_000 }, (_, n) => [`name ${n}`, String(n)])
  const some = (async function* () {
    yield rows
  })()
  expect(await deliver({ rows: some }, 100_000)).toBe('SUCCESS')
  const sign = readResultSign((await content(`${folder}result_sign.json`)).toString())
  expect(sign?.files.length).toBeGreaterThan(3)
  const lines: string[] = []
  for (const { fileName } of sign?.files ?? []) {
    const [heading, ...rest] = gunzipSync(await content(folder + fileName))
      .toString()
      .trimEnd()
      .split('\n')
    expect(heading).toBe('"eventName","n"')
    lines.push(...rest)
  }
  expect(lines).toEqual(rows.map(([name, n]) => `"${name}","${n}"`))
})

it('gives a result without rows as its heading', async () => {
  expect(await deliver({ rows: (async function* () {})() })).toBe('SUCCESS')
  expect(gunzipSync(await content(`${folder}result_1.csv.gz`)).toString()).toBe('"eventName","n"\n')
})

it.each([
  ['keeps everything out', 'arn:aws:s3:::results/elsewhere/*', 'ACCESS_DENIED'],
  ['lets the files in alone', 'arn:aws:s3:::results/*.csv.gz', 'ACCESS_DENIED_SIGNING_FILE'],
] as const)('says so when the policy %s', async (_, resource, state) => {
  await allow(resource)
  expect(await deliver()).toBe(state)
  expect(told).toEqual([state])
})

it('says so when the bucket is gone', async () => {
  await buckets.remove({ intentId: undefined }, 'results')
  expect(await deliver()).toBe('RESOURCE_NOT_FOUND')
})

it.each([
  ['csv.gz', 'FAILED'],
  ['json', 'FAILED_SIGNING_FILE'],
] as const)('says so when a %s cannot be written', async (name, state) => {
  const put: Buckets['objects']['put'] = async (object) => {
    if (object.key.endsWith(name)) throw new Fault('object.disk-full', 'no room')
    return buckets.objects.put(object)
  }
  expect(await deliver({}, 1e9, { ...buckets, objects: { ...buckets.objects, put } })).toBe(state)
})
