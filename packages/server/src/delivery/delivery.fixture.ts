import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import {
  type Bucket,
  type BucketEvents,
  type Buckets,
  createDestinations,
  dataKeyOf,
  decryptedObject,
  openBuckets,
  type StoreBucket,
} from '../buckets/index.ts'
import { createKms, type Kms } from '../kms/index.ts'
import { type Runner, startRunner } from '../pipeline/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { DeliveryPlan } from '../ports/delivery-plan.ts'
import type { EventFrame, EventLog } from '../ports/event-log.ts'
import type { ObjectStore, PutObject, VersionedObjectStore } from '../ports/object-store.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import { createMemoryObjectStore } from '../storage/memory/object-store.ts'
import { openMemoryPlan } from '../storage/sqlite-plan/index.ts'
import { systemIds } from '../storage/system/ids.ts'
import {
  createTrailEncryption,
  createTrailMatcher,
  createTrails,
  type Trail,
  type Trails,
  trailArn,
} from '../trails/index.ts'
import { createDelivery, type Delivery } from './index.ts'

export const account = '111122223333'
const noCause = { intentId: undefined }

/** Time that passes only when somebody lets it. */
export function createFakeTime(startMs: number) {
  const work = { isCompressing: false }
  /** Lets everything run that can run without time passing. */
  async function quiet(): Promise<void> {
    for (let waits = 0; ; waits += 1) {
      for (let turn = 0; turn < 20; turn += 1) await nextTurn()
      // What was to be compressed may have failed on its way there: nobody takes so long.
      if (waits === 500) work.isCompressing = false
      if (!work.isCompressing) return
      await sleep(1)
    }
  }
  let nowMs = startMs
  const sleepers = new Set<{ atMs: number; wake(): void }>()
  return {
    /** The one thing that happens on real threads, in real time. */
    work,
    clock: { nowMs: () => nowMs },
    timer: {
      sleep: (delayMs: number, signal: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          if (signal.aborted) return reject(signal.reason)
          const onAbort = () => {
            sleepers.delete(sleeper)
            reject(signal.reason)
          }
          // Signals live for days of such time: what listens to one must not pile up.
          const wake = () => {
            signal.removeEventListener('abort', onAbort)
            resolve()
          }
          const sleeper = { atMs: nowMs + delayMs, wake }
          sleepers.add(sleeper)
          signal.addEventListener('abort', onAbort)
        }),
    },
    /** Lets so much time pass, waking each sleeper at its moment and letting it finish what it does. */
    async pass(durationMs: number) {
      const endMs = nowMs + durationMs
      for (;;) {
        await quiet()
        const [next] = [...sleepers].sort((left, right) => left.atMs - right.atMs)
        if (next === undefined || next.atMs > endMs) break
        nowMs = Math.max(nowMs, next.atMs)
        sleepers.delete(next)
        next.wake()
      }
      nowMs = endMs
      await quiet()
    },
    /** Sets the clock, as an operator or a time server might; nobody is woken. */
    jump(deltaMs: number) {
      nowMs += deltaMs
      // Who sleeps sleeps by another clock: a wall clock that was set back makes nobody wait longer.
      for (const sleeper of sleepers) sleeper.atMs += Math.min(0, deltaMs)
    },
  }
}

export const bucketPolicy = (name: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: ['s3:GetBucketAcl', 's3:PutObject'],
        Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
      },
    ],
  })

/** What outlives a process. */
export interface World {
  readonly time: ReturnType<typeof createFakeTime>
  readonly log: EventLog
  readonly catalog: Catalog
  readonly objects: VersionedObjectStore
  readonly plan: DeliveryPlan
  readonly trails: Trails
  readonly kms: Kms
  makeBucket(name: string, change?: Partial<Bucket>): Promise<void>
  makeTrail(name: string, change?: Partial<Trail>): Promise<Trail>
  /** Appends management events that are told apart by their ids. */
  happen(ids: readonly string[], change?: Partial<EventFrame>): Promise<void>
  /** Ids of the delivered events, by key, in the order of keys. */
  delivered(bucket: string): Promise<ReadonlyMap<string, readonly string[]>>
}

export async function createWorld(): Promise<World> {
  const time = createFakeTime(Date.parse('2025-03-01T10:00:00Z'))
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  const objects = createMemoryObjectStore({ clock: time.clock })
  const trails = createTrails(catalog)
  const kms = createKms({
    catalog,
    vault: createMemoryKeyVault(),
    log,
    clock: time.clock,
    ids: systemIds,
    partition: 'aws',
    demandsPolicies: true,
  })
  const buckets = await openBuckets({ catalog, objects, demandsDeliveryPolicy: true, objectBytesMax: 2 ** 30 })
  /** As somebody reads it who may use the trail's key. */
  async function opened(bucket: string, key: string) {
    const object = await objects.open(bucket, key)
    const sealed = object && dataKeyOf(object.head)
    if (object === undefined || sealed === undefined) return object
    const [, , , region = '', owner = '', , id = ''] = sealed.keyArn.split(/[:/]/)
    const kmsKey = kms.find({ region, account: owner, id })
    const plain = kmsKey && kms.decrypt(kmsKey, sealed.blob, sealed.context)
    if (plain === undefined) throw new TypeError(`${key} cannot be decrypted`)
    return decryptedObject(object, plain)
  }

  return {
    time,
    log,
    catalog,
    objects,
    trails,
    kms,
    plan: openMemoryPlan(),
    async makeBucket(name, change = {}) {
      const facts = {
        account,
        region: 'eu-west-1',
        createdAtMs: 1,
        ownership: 'BucketOwnerEnforced' as const,
        tags: [],
      }
      await buckets.create(noCause, { name, policy: bucketPolicy(name), ...facts, ...change })
    },
    async makeTrail(name, change = {}) {
      const trail: Trail = {
        arn: trailArn('aws', account, 'eu-west-1', name),
        name,
        account,
        homeRegion: 'eu-west-1',
        bucket: 'audit',
        isMultiRegion: true,
        includesGlobalServiceEvents: true,
        validatesLogFiles: true,
        logsItself: true,
        createdAtMs: time.clock.nowMs(),
        isLogging: true,
        tags: [],
        ...change,
      }
      await trails.create(noCause, trail)
      return trail
    },
    async happen(ids, change = {}) {
      const region = change.region ?? 'eu-west-1'
      await log.append(
        ids.map((eventID) => ({
          kind: 'event' as const,
          audience: { kind: 'live' as const },
          acceptedAtMs: time.clock.nowMs(),
          account,
          region,
          source: 'api' as const,
          catalogVersion: catalog.version,
          bytes: Buffer.from(
            JSON.stringify({
              eventTime: new Date(time.clock.nowMs()).toISOString().replace('.000', ''),
              eventSource: 'ec2.amazonaws.com',
              eventName: 'RunInstances',
              awsRegion: region,
              eventID,
              readOnly: false,
              managementEvent: true,
              eventCategory: 'Management',
            }),
          ),
          ...change,
        })),
      )
    },
    async delivered(bucket) {
      const found = new Map<string, readonly string[]>()
      for (const { key } of (await objects.list({ bucket, limit: 10_000 })).objects) {
        const object = await opened(bucket, key)
        const chunks: Uint8Array[] = []
        for await (const chunk of object?.read() ?? []) chunks.push(chunk)
        const file = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as { Records: { eventID: string }[] }
        found.set(
          key,
          file.Records.map(({ eventID }) => eventID),
        )
      }
      return found
    },
  }
}

/** One process that delivers. */
export interface Life {
  readonly delivery: Delivery
  readonly buckets: Buckets
  /** Names of the facts that were told, in order. */
  readonly facts: readonly string[]
  end(): Promise<void>
}

/** Ports may be replaced by ones that fail. */
export async function startLife(
  world: World,
  change: Partial<Pick<World, 'log' | 'plan' | 'objects'>> & {
    readonly stores?: readonly StoreBucket[]
    readonly events?: BucketEvents
  } = {},
): Promise<Life> {
  const given = { ...world, ...change }
  const { catalog, trails, time, plan, kms } = given
  // Between reading events and putting a file it is compressed; one that was found is inflated.
  const log: EventLog = {
    ...given.log,
    async fetch(positions) {
      time.work.isCompressing = false
      const frames = await given.log.fetch(positions)
      time.work.isCompressing = true
      return frames
    },
  }
  /** A store that tells when compressing, or inflating what was found, is over. */
  function watched<Store extends ObjectStore>(store: Store): Store {
    return {
      ...store,
      async open(bucket: string, key: string) {
        time.work.isCompressing = false
        const object = await store.open(bucket, key)
        time.work.isCompressing = object !== undefined
        return (
          object && {
            ...object,
            async close() {
              await object.close()
              time.work.isCompressing = false
            },
          }
        )
      },
      put(object: PutObject) {
        time.work.isCompressing = false
        return store.put(object)
      },
    }
  }
  const objects = watched(given.objects)
  const stores = (change.stores ?? []).map((store) => ({ ...store, objects: watched(store.objects) }))
  const facts: string[] = []
  const telemetry = new Proxy({} as never, { get: (_, name) => () => facts.push(String(name)) })
  const { events } = change
  const settings = { demandsDeliveryPolicy: true, objectBytesMax: 2 ** 30, ...(events && { events }) }
  const buckets = await openBuckets({ catalog, objects, ...settings })
  const delivery = createDelivery({
    plan,
    log,
    catalog,
    trails,
    matcher: createTrailMatcher(catalog),
    buckets,
    destinations: createDestinations({ buckets, stores, clock: time.clock, ids: systemIds }),
    encryption: createTrailEncryption(kms),
    clock: time.clock,
    timer: time.timer,
    ids: systemIds,
    flushAfterMs: 30_000,
    telemetry,
  })
  const runner: Runner = startRunner({
    log,
    timer: time.timer,
    consumer: delivery.consumer,
    random: () => 0,
    telemetry,
  })
  return {
    delivery,
    buckets,
    facts,
    async end() {
      await runner[Symbol.asyncDispose]()
      await delivery[Symbol.asyncDispose]()
    },
  }
}
