import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Bucket, createDestinations } from '../buckets/index.ts'
import { arn, createDigestWorld, hourMs, startMs } from '../integrity/integrity.fixture.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { systemIds } from '../storage/system/ids.ts'
import { createReadBack, type ReadBack } from './index.ts'

/** A trail whose digests list a file an hour, for `hours`, all of it read back and found in order. */
async function createReadWorld(hours: number) {
  const { world, kms, start, deliver } = await createDigestWorld()
  const integrity = start()
  const log = createMemoryEventLog()
  const key = (name: string) => `AWSLogs/111122223333/CloudTrail/eu-west-1/${name}`
  const put = (name: string, content: string | Uint8Array) =>
    world.store.put({
      bucket: 'audit',
      key: key(name),
      headers: {},
      body: (async function* () {
        yield typeof content === 'string' ? gzipSync(content) : content
      })(),
    })
  let bucket: Bucket | undefined = {
    name: 'audit',
    account: '111122223333',
    region: 'eu-west-1',
    createdAtMs: 0,
    ownership: 'BucketOwnerEnforced',
    tags: [],
    versioning: 'Enabled',
    policy: '{"Version":"2012-10-17","Statement":[]}',
  }
  const told: string[] = []
  const readBack: ReadBack = createReadBack({
    trails: { all: () => (world.trail ? [world.trail] : []) },
    destinations: createDestinations({
      buckets: {
        find: (name) => (name === 'audit' ? bucket : undefined),
        objects: world.store,
        checkDeliveryAccess: () => 'allowed',
        announce: async () => {},
      },
      stores: [],
      clock: world.clock,
      ids: systemIds,
    }),
    kms,
    newestDigests: integrity.newestDigests,
    catalog: world.catalog,
    log,
    clock: world.clock,
    ids: systemIds,
    intervalMs: hourMs,
    telemetry: {
      readBack() {},
      found: ({ kind, place }) => told.push(`${kind} ${place}`),
      readBackFailed: ({ error }) => {
        throw error
      },
    },
  })
  await integrity.run()
  for (let hour = 0; hour < hours; hour += 1) {
    deliver(`${hour}.json.gz`)
    await put(`${hour}.json.gz`, `${hour}.json.gz`)
    world.clock.at += hourMs
    await integrity.run()
  }
  const found = () => (readBack.reports()[0]?.findings ?? []).map(({ kind, place }) => `${kind} ${place}`)
  await readBack.runDue()
  expect(found()).toEqual([])
  return {
    world,
    readBack,
    told,
    found,
    put,
    key,
    digestKeys: async () =>
      (
        await world.store.list({ bucket: 'audit', prefix: 'AWSLogs/111122223333/CloudTrail-Digest', limit: 1000 })
      ).objects.map((object) => object.key),
    edit(change: Partial<Bucket> | undefined) {
      bucket = change && bucket ? { ...bucket, ...change } : undefined
    },
    async hour() {
      world.clock.at += hourMs
      await readBack.runDue()
    },
    async records() {
      const frames = await log.read(log.bounds().first, 1 << 20)
      return frames.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
    },
  }
}

describe('within one interval it is told', () => {
  test('that a delivered file is gone, in a record too, once, and no more when it is back', async () => {
    const { world, found, told, hour, put, key, records } = await createReadWorld(3)
    await world.store.delete('audit', key('1.json.gz'))
    await hour()
    const finding = `missing s3://audit/${key('1.json.gz')}`
    expect(found()).toEqual([finding])
    await hour()
    expect(told).toEqual([finding])
    expect(await records()).toMatchObject([
      {
        eventName: 'ReadBackFinding',
        eventType: 'AwsServiceEvent',
        resources: [{ ARN: arn }],
        serviceEventDetails: { finding: 'missing', place: `s3://audit/${key('1.json.gz')}` },
      },
    ])
    await put('1.json.gz', '1.json.gz')
    await hour()
    expect(found()).toEqual([])
  })

  test.each([
    ['changed', 'another content'],
    ['unreadable', Buffer.from('no gzip')],
  ])('that a delivered file is %s', async (kind, content) => {
    const { found, hour, put, key } = await createReadWorld(3)
    await put('1.json.gz', content)
    await hour()
    expect(found()).toEqual([`${kind} s3://audit/${key('1.json.gz')}`])
  })

  test('that a digest is gone, or another one lies in its place', async () => {
    const { world, found, hour, digestKeys } = await createReadWorld(5)
    const [, second = '', third = ''] = await digestKeys()
    const other = gzipSync('{}')
    await world.store.put({
      bucket: 'audit',
      key: third,
      headers: {},
      body: (async function* () {
        yield other
      })(),
    })
    await hour()
    expect(found()).toEqual([`changed s3://audit/${third}`])
    await world.store.delete('audit', third)
    await world.store.delete('audit', second)
    await hour()
    expect(found()).toEqual([`missing s3://audit/${third}`])
  })

  test('that policy, versions or locks of the bucket were changed, for a day', async () => {
    const { found, hour, edit } = await createReadWorld(1)
    edit({ versioning: 'Suspended' })
    await hour()
    expect(found()).toEqual(['setting-changed s3://audit'])
    for (let hours = 0; hours < 23; hours += 1) await hour()
    expect(found()).toEqual(['setting-changed s3://audit'])
    await hour()
    expect(found()).toEqual([])
  })

  test('that the bucket is open to everyone, and that it is gone', async () => {
    const { found, hour, edit } = await createReadWorld(1)
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::audit/*' }]
    edit({ policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
    await hour()
    expect(found()).toEqual(['opened s3://audit', 'setting-changed s3://audit'])
    edit(undefined)
    await hour()
    expect(found()).toContain('missing s3://audit')
  })

  test('that locks end within a week', async () => {
    const { world, found, hour, key } = await createReadWorld(2)
    const untilMs = world.clock.at + 8 * 86_400_000
    await world.store.changeAttributes({
      bucket: 'audit',
      key: key('0.json.gz'),
      decide: () => ({ retention: `COMPLIANCE ${untilMs}` }),
    })
    await hour()
    expect(found()).toEqual([])
    world.clock.at += 86_400_000
    await hour()
    expect(found()).toEqual(['expires s3://audit'])
  })
})

test('files that a rule deletes are told of a week before, and are not missed when they are gone', async () => {
  const { world, found, hour, edit, key } = await createReadWorld(3)
  const rule = { id: 'r', isEnabled: true, filter: { form: 'legacy' as const, prefix: '', tags: [] } }
  edit({ lifecycle: [{ ...rule, expiration: { days: 20 } }] })
  await hour()
  expect(found()).toEqual(['setting-changed s3://audit'])
  world.clock.at += 14 * 86_400_000
  await hour()
  expect(found()).toEqual(['expires s3://audit/'])
  world.clock.at += 8 * 86_400_000
  await world.store.delete('audit', key('0.json.gz'))
  await hour()
  expect(found()).toEqual(['expires s3://audit/'])
})

test('nothing is read before the interval is over, and a trail that is gone is forgotten', async () => {
  const { world, readBack, found, key } = await createReadWorld(2)
  await world.store.delete('audit', key('0.json.gz'))
  world.clock.at += hourMs - 1
  await readBack.runDue()
  expect(found()).toEqual([])
  world.trail = undefined
  await readBack.runDue()
  expect(readBack.reports()).toEqual([])
})

test('older days are walked through, a day in each interval, and what is found there stays told', async () => {
  const { world, found, hour, key } = await createReadWorld(80)
  await world.store.delete('audit', key('3.json.gz'))
  for (let hours = 0; hours < 4; hours += 1) await hour()
  expect(found()).toEqual([`missing s3://audit/${key('3.json.gz')}`])
  await hour()
  expect(found()).toEqual([`missing s3://audit/${key('3.json.gz')}`])
  expect(world.clock.at).toBeGreaterThan(startMs)
})
