import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryObjectStore } from '../storage/memory/object-store.ts'
import { type Buckets, openBuckets } from './buckets.ts'
import { createExpiration, type LifecycleRule } from './index.ts'
import { withTags } from './object-tags.ts'

const cause = { intentId: undefined }
const day = 86_400_000
const startMs = Date.parse('2026-03-01T10:00:00Z')

let now: number
let buckets: Buckets
let told: string[]

beforeEach(async () => {
  now = startMs
  told = []
  const clock = { nowMs: () => now }
  buckets = await openBuckets({
    catalog: createMemoryCatalog(),
    objects: createMemoryObjectStore({ clock }),
    demandsDeliveryPolicy: true,
    objectBytesMax: 2 ** 30,
    events: {
      async around(_, { name, key }, change, eventOf) {
        const result = await change()
        if (eventOf(result)) told.push(`${name} ${key}`)
        return result
      },
      settle: async () => {},
      announce: async () => {},
      destinationProblem: () => undefined,
      test: async () => {},
    },
  })
})

async function makeBucket(rule: Partial<LifecycleRule>, versioning?: 'Enabled' | 'Suspended') {
  const lifecycle = [{ id: 'r', isEnabled: true, filter: { form: 'single' as const, tags: [] }, ...rule }]
  const facts = {
    account: '1',
    region: 'eu-west-1',
    createdAtMs: 0,
    ownership: 'BucketOwnerEnforced' as const,
    tags: [],
  }
  await buckets.create(cause, { name: 'b', ...facts, lifecycle, ...(versioning && { versioning }) })
}

async function put(key: string, more: { attributes?: Record<string, string>; keepsVersions?: boolean } = {}) {
  await buckets.objects.put({
    bucket: 'b',
    key,
    headers: {},
    body: (async function* () {
      yield Buffer.from(`${key} at ${now}`)
    })(),
    ...more,
  })
}

const keys = async () => (await buckets.objects.list({ bucket: 'b', limit: 100 })).objects.map(({ key }) => key)
const versions = async () =>
  (await buckets.objects.listVersions({ bucket: 'b', limit: 100 })).versions.map(
    ({ key, isDeleteMarker }) => `${key}${isDeleteMarker ? ' marker' : ''}`,
  )

function expiration() {
  const facts: { objects: number; locked: number }[] = []
  const run = createExpiration({
    buckets,
    clock: { nowMs: () => now },
    telemetry: {
      expired: ({ objects, locked }) => facts.push({ objects, locked }),
      expirationFailed: ({ error }) => {
        throw error
      },
    },
  })
  return { ...run, facts }
}

describe('objects', () => {
  test('go at the midnight after their days, and not before', async () => {
    await makeBucket({ expiration: { days: 1 } })
    await put('a')
    const { runDue, facts } = expiration()
    now = Date.parse('2026-03-02T23:59:59Z')
    await runDue()
    expect(await keys()).toEqual(['a'])
    now = Date.parse('2026-03-03T00:00:00Z')
    await runDue()
    expect(await keys()).toEqual([])
    expect(facts).toEqual([{ objects: 1, locked: 0 }])
    expect(told).toEqual(['LifecycleExpiration:Delete a'])
  })

  test('go by prefix, tag, size and date, where the rule names them', async () => {
    const tagged = withTags([{ key: 'keep', value: 'no' }])
    await makeBucket({
      expiration: { atMs: startMs },
      filter: { form: 'and', prefix: 'logs/', tags: [{ key: 'keep', value: 'no' }], sizeAbove: 5 },
    })
    await put('logs/a', { attributes: tagged })
    await put('logs/b')
    await put('other', { attributes: tagged })
    await expiration().runDue()
    expect(await keys()).toEqual(['logs/b', 'other'])
  })

  test('under a lock stay, whatever the rule says, and so do those of a rule that is off', async () => {
    await makeBucket({ expiration: { days: 1 } })
    await put('held', { attributes: { hold: 'ON' } })
    await put('kept', { attributes: { retention: `COMPLIANCE ${startMs + 30 * day}` } })
    await put('free')
    now += 5 * day
    const { runDue, facts } = expiration()
    await runDue()
    expect(await keys()).toEqual(['held', 'kept'])
    expect(facts).toEqual([{ objects: 1, locked: 2 }])
    now += 30 * day
    await runDue()
    expect(await keys()).toEqual(['held'])
  })
})

describe('versions', () => {
  test('are hidden first, and go when they were noncurrent for their days, but for the newest few', async () => {
    await makeBucket({ expiration: { days: 1 }, noncurrent: { days: 1, newerVersions: 1 } }, 'Enabled')
    for (let count = 0; count < 3; count += 1) {
      await put('a', { keepsVersions: true })
      now += 1_000
    }
    now += 3 * day
    const { runDue } = expiration()
    await runDue()
    expect(await keys()).toEqual([])
    expect(await versions()).toEqual(['a marker', 'a', 'a'])
    now += 3 * day
    await runDue()
    expect(await versions()).toEqual(['a marker', 'a'])
  })

  test('leave no marker behind that hides nothing, where a rule says so', async () => {
    await makeBucket({ expiration: { deleteMarkers: true } }, 'Enabled')
    await buckets.objects.hide({ bucket: 'b', key: 'gone', keepsVersions: true })
    await put('there', { keepsVersions: true })
    await expiration().runDue()
    expect(await versions()).toEqual(['there'])
  })
})

test('uploads that nobody completed are aborted after their days', async () => {
  await makeBucket({ abortUploadsAfterDays: 2 })
  const bucket = buckets.find('b')
  if (bucket === undefined) throw new TypeError('no bucket')
  const id = await buckets.uploads.begin(bucket, { key: 'big', headers: {}, attributes: {}, writtenBy: 'x' })
  const { runDue } = expiration()
  now += day
  await runDue()
  expect(await buckets.uploads.find(bucket, 'big', id)).toBeDefined()
  now += 2 * day
  await runDue()
  expect(await buckets.uploads.find(bucket, 'big', id)).toBeUndefined()
})

test('a bucket is gone through once a day, and at once when its rules change', async () => {
  await makeBucket({ expiration: { days: 300 } })
  await put('a')
  now += 2 * day
  const { runDue } = expiration()
  await runDue()
  await buckets.edit(cause, 'b', (bucket) => ({
    ...bucket,
    lifecycle: [{ id: 'now', isEnabled: true, filter: { form: 'legacy', tags: [] }, expiration: { days: 1 } }],
  }))
  await runDue()
  expect(await keys()).toEqual([])
})
