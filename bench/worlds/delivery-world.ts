/**
 * Delivery as the server puts it together, over a durable log and a local bucket, for the benches that measure it.
 */
import { join } from 'node:path'
import { createLocalBucketStore } from '@cairn/server/storage/local-bucket'
import type { SegmentLog } from '@cairn/server/storage/segment-log'
import { openQuietLog } from '@cairn/testkit/fakes/quiet-log'
import { createDestinations, openBuckets } from '../../packages/server/src/buckets/index.ts'
import { createDelivery, type Delivery } from '../../packages/server/src/delivery/index.ts'
import { startRunner } from '../../packages/server/src/pipeline/index.ts'
import { createMemoryCatalog } from '../../packages/server/src/storage/memory/catalog.ts'
import { openSqlitePlan } from '../../packages/server/src/storage/sqlite-plan/index.ts'
import { systemClock } from '../../packages/server/src/storage/system/clock.ts'
import { systemIds } from '../../packages/server/src/storage/system/ids.ts'
import { systemTimer } from '../../packages/server/src/storage/system/timer.ts'
import { createTrailMatcher, createTrails, type Trail, type TrailArn } from '../../packages/server/src/trails/index.ts'

export const account = '111111111111'
export const region = 'eu-west-1'
/** One that no catalogue keeps: the newest answers for it, in which the trails are. */
const catalogVersion = 1_000_000
const noCause = { intentId: undefined }

/** A trail of all management events, or as `selectors` say. */
export function makeTrail(name: string, selectors?: Trail['selectors']): Trail {
  return {
    arn: `arn:aws:cloudtrail:${region}:${account}:trail/${name}` as TrailArn,
    name,
    account,
    homeRegion: region,
    bucket: 'audit',
    prefix: name,
    isMultiRegion: true,
    includesGlobalServiceEvents: true,
    validatesLogFiles: true,
    logsItself: false,
    createdAtMs: 1,
    isLogging: true,
    tags: [],
    ...(selectors && { selectors }),
  } as Trail
}

/** The log in a folder, with what `append` is to write. */
export function openLog(folder: string, options: { readonly segmentBytesMax?: number } = {}): Promise<SegmentLog> {
  return openQuietLog(join(folder, 'log'), { nowMs: systemClock.nowMs, ...options })
}

/** Durable when it resolves, in commits of 1,000 events. */
export async function append(log: SegmentLog, records: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < records.length; at += 1000) {
    const frames = records.slice(at, at + 1000).map((bytes) => ({
      kind: 'event' as const,
      audience: { kind: 'live' as const },
      source: 'api' as const,
      acceptedAtMs: systemClock.nowMs(),
      account,
      region,
      catalogVersion,
      bytes,
    }))
    await log.append(frames)
  }
}

export interface DeliveryWorld extends AsyncDisposable {
  readonly delivery: Delivery
  readonly delivered: () => number
  /** Starts the router; resolves when it has read the whole log. */
  route(): Promise<void>
}

export async function openDelivery(folder: string, log: SegmentLog, trails: readonly Trail[]): Promise<DeliveryWorld> {
  const catalog = createMemoryCatalog()
  const trailStore = createTrails(catalog)
  const objects = await createLocalBucketStore({
    directory: join(folder, 'buckets'),
    clock: systemClock,
    ids: systemIds,
  })
  const buckets = await openBuckets({ catalog, objects, demandsDeliveryPolicy: false, objectBytesMax: 2 ** 30 })
  await buckets.create(noCause, {
    name: 'audit',
    account,
    region,
    createdAtMs: 1,
    ownership: 'BucketOwnerEnforced',
    tags: [],
  })
  for (const trail of trails) await trailStore.create(noCause, trail)
  const plan = await openSqlitePlan({ path: join(folder, 'delivery.db') })
  let delivered = 0
  const telemetry = new Proxy(
    {
      fileDelivered({ events }: { readonly events: number }) {
        delivered += events
      },
    },
    { get: (facts, name) => facts[name as 'fileDelivered'] ?? ((fact: unknown) => console.log(String(name), fact)) },
  ) as never
  const delivery = createDelivery({
    plan,
    log,
    catalog,
    trails: trailStore,
    matcher: createTrailMatcher(catalog),
    buckets,
    destinations: createDestinations({ buckets, stores: [], clock: systemClock, ids: systemIds }),
    // No trail here has a key.
    encryption: { problem: () => undefined, dataKey: () => Promise.reject(new TypeError('no trail has a key')) },
    clock: systemClock,
    timer: systemTimer,
    ids: systemIds,
    flushAfterMs: 30_000,
    telemetry,
  })
  const work = new AsyncDisposableStack()
  work.use(plan)
  work.use(delivery)
  return {
    delivery,
    delivered: () => delivered,
    async route() {
      work.use(
        startRunner({
          log,
          timer: systemTimer,
          consumer: delivery.consumer,
          random: () => 0,
          telemetry: { consumerFailed: (facts) => console.log(facts) },
        }),
      )
      while (delivery.consumer.start() < log.bounds().end) await systemTimer.sleep(5, new AbortController().signal)
    },
    [Symbol.asyncDispose]: () => work.disposeAsync(),
  }
}
