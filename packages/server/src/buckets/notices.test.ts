import { bytes } from '@cairn/testkit/contracts/object-store'
import { describe, expect, it } from 'vitest'
import type { Catalog } from '../ports/catalog.ts'
import type { VersionedObjectStore } from '../ports/object-store.ts'
import { createQueues, defaultSettings, queueArn } from '../queues/index.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryObjectStore } from '../storage/memory/object-store.ts'
import { systemClock } from '../storage/system/clock.ts'
import { systemIds } from '../storage/system/ids.ts'
import { type Bucket, createBucketEvents, openBuckets } from './index.ts'

const place = { account: '111122223333', region: 'eu-west-1', name: 'told' }
const arn = queueArn('aws', place)
const cause = { intentId: undefined }
const by = { principalId: 'AWS:A', sourceIp: '203.0.113.9', requestId: 'r' }

const allow = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn }
const queueMade = {
  ...place,
  arn,
  createdAtMs: 0,
  modifiedAtMs: 0,
  settings: defaultSettings,
  tags: {},
  policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow] }),
}

type Step = 'note' | 'change' | 'messages'

/** What outlives a process: the catalogue and the objects. */
async function createWorld(versioning?: 'Enabled') {
  const catalog = createMemoryCatalog()
  const objects = createMemoryObjectStore({ clock: systemClock })
  const made: Bucket = {
    tags: [],
    ownership: 'BucketOwnerEnforced',
    name: 'logs',
    account: place.account,
    region: place.region,
    createdAtMs: 0,
    ...(versioning && { versioning }),
    notifications: [{ id: 'n', queueArn: arn, events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] }],
  }

  /** A process that ends before or behind its step; nothing of it touches the world any more. */
  async function start(death?: { readonly step: Step; readonly isDone: boolean }) {
    let changes = 0
    const change: Catalog['change'] = (why, decide) => {
      changes += 1
      return die(changes === 1 ? 'note' : 'messages', () => catalog.change(why, decide))
    }
    const mortal = new Proxy<Catalog>(catalog, {
      get(target, name) {
        const value = name === 'change' ? change : Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    let isGone = false
    async function die<Result>(step: Step, work: () => Promise<Result>): Promise<Result> {
      if (isGone || (death?.step === step && !death.isDone)) isGone = true
      if (isGone) throw new TypeError('the process is gone')
      const result = await work()
      if (death?.step === step) isGone = true
      if (isGone) throw new TypeError('the process is gone')
      return result
    }
    const watched: VersionedObjectStore = {
      ...objects,
      put: (object) => die('change', () => objects.put(object)),
      destroy: (version) => die('change', () => objects.destroy(version)),
      hide: (object) => die('change', () => objects.hide(object)),
    }
    const timer = { sleep: () => Promise.resolve() }
    const queues = createQueues({ catalog: mortal, clock: systemClock, timer, ids: systemIds })
    const lost: unknown[] = []
    const telemetry = { queueNotTold: ({ error }: { readonly error: unknown }) => lost.push(error) }
    const parts = { queues, catalog: mortal, partition: 'aws', clock: systemClock, ids: systemIds, telemetry }
    const events = createBucketEvents(parts)
    const options = { demandsDeliveryPolicy: false, objectBytesMax: 1_000, events }
    const buckets = await openBuckets({ ...options, catalog: mortal, objects: watched })
    return { buckets, queues, lost }
  }

  const first = await start()
  await first.queues.create(cause, queueMade)
  await first.buckets.create(cause, made)
  const bucket = first.buckets.find('logs') as Bucket
  const put = (buckets: typeof first.buckets, key: string) =>
    buckets.telling(
      bucket,
      { name: 'ObjectCreated:Put', key, by, writtenBy: `w-${key}` },
      () =>
        buckets.objects.put({
          bucket: 'logs',
          key,
          headers: {},
          body: bytes('text'),
          writtenBy: `w-${key}`,
          keepsVersions: versioning === 'Enabled',
        }),
      ({ size, etag, versionId }) => ({ size, etag, versionId }),
    )
  async function told() {
    const { queues } = await start()
    const wish = { max: 10, waitMs: 0, visibilityMs: 0, signal: new AbortController().signal }
    const messages = await queues.receive(queueMade, wish)
    return messages.map(({ body }) => {
      const [{ eventName, s3 }] = JSON.parse(body).Records
      return { eventName, ...s3.object, sequencer: undefined }
    })
  }
  return { objects, start, put, told, bucket }
}

const deaths = (['note', 'change', 'messages'] as const).flatMap((step) => [
  { step, isDone: false },
  { step, isDone: true },
])

describe('a process that ends', () => {
  it.each(deaths)(
    'at the $step (done: $isDone) of a write has its queue told once it is visible, and only then',
    async (death) => {
      const { start, put, told, objects } = await createWorld()
      const { buckets } = await start(death)
      await expect(put(buckets, 'new')).rejects.toThrow('gone')
      const written = await objects.head('logs', 'new')
      await start()
      const messages = await told()
      if (written === undefined) expect(messages).toEqual([])
      else
        expect(messages).toEqual([
          { eventName: 'ObjectCreated:Put', key: 'new', size: 4, eTag: written.etag.replaceAll('"', '') },
        ])
    },
  )

  it.each(deaths)('at the $step (done: $isDone) of a removal has it told once it is gone', async (death) => {
    const { start, told, objects, bucket } = await createWorld()
    await objects.put({ bucket: 'logs', key: 'old', headers: {}, body: bytes('text') })
    const { buckets } = await start(death)
    const removing = buckets.telling(
      bucket,
      { name: 'ObjectRemoved:Delete', key: 'old', by },
      () => buckets.objects.destroy({ bucket: 'logs', key: 'old', versionId: 'null' }),
      () => ({}),
    )
    await expect(removing).rejects.toThrow('gone')
    const isGone = (await objects.head('logs', 'old')) === undefined
    expect(await told()).toEqual(isGone ? [{ eventName: 'ObjectRemoved:Delete', key: 'old' }] : [])
  })

  it('is told of by the version it wrote, also where another came on top of it', async () => {
    const { start, put, told, objects } = await createWorld('Enabled')
    const { buckets } = await start({ step: 'change', isDone: true })
    await expect(put(buckets, 'new')).rejects.toThrow('gone')
    const { versionId } = (await objects.head('logs', 'new')) ?? {}
    await objects.put({ bucket: 'logs', key: 'new', headers: {}, body: bytes('later'), keepsVersions: true })
    expect(await told()).toMatchObject([{ eventName: 'ObjectCreated:Put', size: 4, versionId }])
  })
})

it('a write that fails leaves nothing to be told of, and one without a listener costs no notice', async () => {
  const { start, put, told, bucket, objects } = await createWorld()
  const { buckets } = await start()
  const failing = buckets.telling(
    bucket,
    { name: 'ObjectCreated:Put', key: 'new', by, writtenBy: 'w' },
    () => Promise.reject(new TypeError('refused')),
    () => ({}),
  )
  await expect(failing).rejects.toThrow('refused')
  expect(await told()).toEqual([])
  await put(buckets, 'whole')
  expect(await told()).toMatchObject([{ key: 'whole' }])
  // A listener less: the process would end at the first change of the catalogue.
  const silent = { ...bucket, notifications: [] }
  const { buckets: mortal } = await start({ step: 'note', isDone: false })
  await mortal.telling(
    silent,
    { name: 'ObjectCreated:Put', key: 'silent', by, writtenBy: 's' },
    () => objects.put({ bucket: 'logs', key: 'silent', headers: {}, body: bytes('text') }),
    () => ({}),
  )
  expect(await told()).toHaveLength(1)
})
