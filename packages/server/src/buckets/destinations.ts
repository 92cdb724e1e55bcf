import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { ObjectHead, ObjectStore, OpenObject, PutObject } from '../ports/object-store.ts'
import type { Bucket } from './bucket.ts'
import type { Buckets } from './buckets.ts'
import type { DeliveryAccess, DeliveryVerdict } from './delivery-access.ts'
import { type DataKey, encryptedPut, encryptionHeader } from './object-cipher.ts'
import { defaultRetention, withRetention } from './object-lock.ts'

/**
 * Where trails deliver: buckets of ours, and those of other people's stores that the configuration names. What the
 * operator named goes before a bucket of ours: else whoever makes a bucket of that name would get others' files.
 */
export interface Destinations {
  find(name: string): Destination | undefined
  /** Whether a trail may deliver: by the bucket's policy where it is ours, else by what the configuration says. */
  check(access: DeliveryAccess): DeliveryVerdict
}

export interface Destination {
  readonly name: string
  readonly region: string
  /** Absent for a bucket of another store. */
  readonly own?: Bucket
  readonly objects: ObjectStore
  /** @throws what `ObjectStore.put` throws */
  put(file: DeliveredObject): Promise<ObjectHead>
  open(key: string): Promise<OpenObject | undefined>
  /** Tells the queues of a bucket of ours of an object: again, where nobody knows whether anyone was told. */
  tell(object: Pick<ObjectHead, 'key' | 'size' | 'etag'> & { readonly versionId?: string }): Promise<void>
}

export interface DeliveredObject extends Pick<PutObject, 'key' | 'body' | 'headers' | 'writtenBy' | 'onlyIfAbsent'> {
  /** Buckets of ours only: other stores encrypt as they please. */
  readonly dataKey?: DataKey
}

/** A bucket of another store, and who may use it: its policy is not ours to evaluate. */
export interface StoreBucket {
  readonly name: string
  readonly region: string
  /** Accounts whose trails may deliver into it. */
  readonly accounts: readonly string[]
  /** Keys that may be touched begin with one of these; any key when there is none. */
  readonly prefixes: readonly string[]
  readonly objects: ObjectStore
}

const service = 'cloudtrail.amazonaws.com'
const ourselves = { principalId: `AWS:${service}`, sourceIp: service, requestId: '' }

export function createDestinations(options: {
  readonly buckets: Pick<Buckets, 'find' | 'checkDeliveryAccess' | 'objects' | 'announce'>
  readonly stores: readonly StoreBucket[]
  readonly clock: Clock
  readonly ids: Ids
}): Destinations {
  const { buckets, clock, ids } = options
  const stores = new Map(options.stores.map((bucket) => [bucket.name, bucket]))

  function ownDestination(bucket: Bucket): Destination {
    const { name, region } = bucket
    const tell: Destination['tell'] = ({ key, size, etag, versionId }) =>
      buckets.announce(bucket, {
        name: 'ObjectCreated:Put',
        key,
        size,
        etag,
        ...(versionId !== undefined && { versionId }),
        by: ourselves,
      })
    return {
      tell,
      name,
      region,
      own: bucket,
      objects: buckets.objects,
      open: (key) => buckets.objects.open(name, key),
      async put({ dataKey, ...file }) {
        const put = {
          ...file,
          bucket: name,
          attributes: withRetention(defaultRetention(bucket.lock, clock.nowMs())),
          keepsVersions: bucket.versioning === 'Enabled',
        }
        const written = await buckets.objects.put(
          dataKey
            ? encryptedPut(put, dataKey, ids)
            : { ...put, headers: { ...put.headers, [encryptionHeader]: 'AES256' } },
        )
        await tell(written)
        return written
      },
    }
  }

  function storeDestination({ name, region, objects }: StoreBucket): Destination {
    return {
      name,
      region,
      objects,
      open: (key) => objects.open(name, key),
      put: ({ dataKey: _, ...file }) => objects.put({ ...file, bucket: name }),
      tell: async () => {},
    }
  }

  return {
    find(name) {
      const store = stores.get(name)
      if (store !== undefined) return storeDestination(store)
      const bucket = buckets.find(name)
      return bucket && ownDestination(bucket)
    },
    check(access) {
      const store = stores.get(access.bucket)
      return store === undefined ? buckets.checkDeliveryAccess(access) : judgeStore(store, access)
    },
  }
}

function judgeStore({ accounts, prefixes }: StoreBucket, { account, trailAccount = account, prefix }: DeliveryAccess) {
  const folder = `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/`
  const isInPlace = prefixes.length === 0 || prefixes.some((one) => folder.startsWith(one))
  return accounts.includes(account) && accounts.includes(trailAccount) && isInPlace ? 'allowed' : 'denied'
}
