import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { type BucketLock, createDestinations } from '../buckets/index.ts'
import { createDigestKeys } from '../keys/index.ts'
import { createKms } from '../kms/index.ts'
import type { ListedFile } from '../ports/delivery-plan.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import { createMemoryObjectStore } from '../storage/memory/object-store.ts'
import { systemIds } from '../storage/system/ids.ts'
import type { Trail, TrailArn } from '../trails/index.ts'
import { createTrailEncryption, trailArn } from '../trails/index.ts'
import { createDigestBucket } from './digest-bucket.ts'
import { createIntegrity } from './integrity.ts'

export const startMs = Date.parse('2026-03-01T10:17:31.400Z')
export const firstEndMs = Date.parse('2026-03-01T10:17:31Z')
export const hourMs = 3_600_000

export const arn: TrailArn = trailArn('aws', '111122223333', 'eu-west-1', 'main')

const silent = { digestKeyMade() {}, digestReplaced() {}, digestsWritten() {}, digestsFailed() {}, digestsGivenUp() {} }

/** A trail, what was delivered for it, and digests of it, on a clock of its own. Nothing here outlives the test. */
export async function createDigestWorld(change: Partial<Trail> = {}) {
  const clock = { at: startMs, nowMs: () => clock.at }
  const store = createMemoryObjectStore({ clock })
  await store.createBucket('audit')
  await store.createBucket('other')
  const catalog = createMemoryCatalog()
  const delivered: ListedFile[] = []
  const world = {
    clock,
    catalog,
    store,
    vault: createMemoryKeyVault(),
    regions: ['eu-west-1'],
    isDrained: true,
    verdict: 'allowed' as 'allowed' | 'denied' | 'no-such-bucket',
    lock: undefined as BucketLock | undefined,
    trail: {
      arn,
      account: '111122223333',
      homeRegion: 'eu-west-1',
      name: 'main',
      bucket: 'audit',
      isMultiRegion: true,
      includesGlobalServiceEvents: true,
      validatesLogFiles: true,
      logsItself: true,
      createdAtMs: startMs,
      isLogging: true,
      startedLoggingAtMs: startMs,
      tags: [],
      ...change,
    } as Trail | undefined,
    /** Replace to make writes fail. */
    put: store.put.bind(store),
  }

  const kms = createKms({
    catalog,
    vault: world.vault,
    log: createMemoryEventLog(),
    clock,
    ids: systemIds,
    partition: 'aws',
    demandsPolicies: false,
  })
  const keys = createDigestKeys({ catalog, vault: world.vault, telemetry: silent })

  /** Another process on the same catalogue and bucket. */
  function start() {
    const find = (name: string) => ({
      name,
      account: '111122223333',
      region: 'eu-west-1',
      createdAtMs: 0,
      ownership: 'BucketOwnerEnforced' as const,
      tags: [],
    })
    const objects = { ...store, put: (object: Parameters<typeof store.put>[0]) => world.put(object) }
    return createIntegrity({
      catalog,
      clock,
      // What a process has unsealed goes with it.
      keys: createDigestKeys({ catalog, vault: world.vault, telemetry: silent }),
      bucket: createDigestBucket({
        destinations: createDestinations({
          buckets: { find, objects, checkDeliveryAccess: () => world.verdict, announce: async () => {} },
          stores: [],
          clock,
          ids: systemIds,
        }),
        encryption: createTrailEncryption(kms),
        telemetry: silent,
      }),
      files: {
        files: async ({ trail, region, after = -1, limit }) =>
          delivered.filter((file) => file.trail === trail && file.region === region && file.id > after).slice(0, limit),
        forgetFiles: async () => {},
        regionsOf: () => world.regions,
        isDrained: () => world.isDrained,
      },
      trails: () => (world.trail === undefined ? [] : [world.trail]),
      regions: [],
      telemetry: silent,
    })
  }

  /** A file whose delivery was confirmed now; `storedAtMs` where it was stored before. */
  function deliver(name: string, { region = 'eu-west-1', storedAtMs = clock.at } = {}): void {
    delivered.push({
      id: delivered.length,
      trail: arn,
      account: '111122223333',
      region,
      kind: 'CloudTrail',
      bucket: 'audit',
      key: `AWSLogs/111122223333/CloudTrail/${region}/${name}`,
      sha256: createHash('sha256').update(name).digest('hex'),
      newestEventMs: storedAtMs - 60_000,
      oldestEventMs: storedAtMs - 90_000,
      confirmedAtMs: clock.at,
      storedAtMs,
    })
  }

  /** Digests in a bucket, by key. */
  async function digests(bucket = 'audit') {
    const { objects } = await store.list({ bucket, limit: 10_000 })
    return Promise.all(
      objects.map(async ({ key, headers }) => {
        const object = await store.open(bucket, key)
        const chunks: Uint8Array[] = []
        for await (const chunk of object?.read() ?? []) chunks.push(chunk)
        const text = gunzipSync(Buffer.concat(chunks)).toString()
        return { key, headers, text, json: JSON.parse(text) }
      }),
    )
  }

  return { world, keys, kms, start, deliver, digests, forget: (count: number) => delivered.splice(0, count) }
}
