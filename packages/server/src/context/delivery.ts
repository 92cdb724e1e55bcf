import { isDeepStrictEqual } from 'node:util'
import type { Buckets, Destinations } from '../buckets/index.ts'
import { type Config, settings } from '../config/index.ts'
import { createDelivery } from '../delivery/index.ts'
import { createDigestBucket, createIntegrity } from '../integrity/index.ts'
import { createDigestKeys } from '../keys/index.ts'
import type { Kms } from '../kms/index.ts'
import type { Storage } from '../profiles/storage.ts'
import { createReadBack } from '../read-back/index.ts'
import type { Telemetry } from '../telemetry/index.ts'
import { createTrailEncryption, type TrailMatcher, type Trails } from '../trails/index.ts'

/** Builds what brings events to the buckets of trails and proves that they are there: files, digests, read-back. */
export function openDelivery(options: {
  readonly config: Config
  readonly storage: Storage
  readonly trails: Trails
  readonly trailMatcher: TrailMatcher
  readonly buckets: Buckets
  readonly destinations: Destinations
  readonly kms: Kms
  readonly telemetry: Telemetry
}) {
  const { config, storage, trails, destinations, kms, telemetry } = options
  const { clock, ids, timer, catalog, log, vault } = storage
  const encryption = createTrailEncryption(kms)
  const delivery = createDelivery({
    plan: storage.deliveryPlan,
    log,
    catalog,
    trails,
    matcher: options.trailMatcher,
    buckets: options.buckets,
    destinations,
    encryption,
    clock,
    timer,
    ids,
    flushAfterMs: config.delivery.flushAfter,
    telemetry: telemetry.delivery,
  })
  telemetry.delivery.watchQueues(delivery.queues)
  const accounts = [config.account, ...config.accounts]
  const digestKeys = createDigestKeys({ catalog, vault, telemetry: telemetry.integrity })
  const integrity = createIntegrity({
    catalog,
    clock,
    keys: digestKeys,
    bucket: createDigestBucket({ destinations, encryption, telemetry: telemetry.integrity }),
    files: delivery,
    trails: () => accounts.flatMap((account) => trails.ofAccount(account)),
    regions: namesRegions(config) ? config.regions : [],
    telemetry: telemetry.integrity,
  })
  const readBack = createReadBack({
    trails,
    destinations,
    kms,
    newestDigests: integrity.newestDigests,
    catalog,
    log,
    clock,
    ids,
    intervalMs: config.delivery.readBackEvery,
    telemetry: telemetry.readBack,
  })
  telemetry.readBack.watch(readBack.reports)
  return { delivery, digestKeys, integrity, readBack }
}

/** Whether an operator said which regions there are: then every one of them has digests, used or not. */
function namesRegions(config: Config): boolean {
  const unset = settings.find(({ key }) => key === 'regions')?.default
  return !isDeepStrictEqual(config.regions, unset)
}
