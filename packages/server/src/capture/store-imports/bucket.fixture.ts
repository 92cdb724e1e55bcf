import { bytes } from '@cairn/testkit/contracts/object-store'
import type { ListObjects, ObjectStore } from '../../ports/object-store.ts'
import { createMemoryObjectStore } from '../../storage/memory/object-store.ts'
import type { Source } from './source.ts'

export interface FixtureBucket {
  readonly source: Source
  readonly objects: ObjectStore
  /** Listings asked for since the last time this was read. */
  listings(): readonly Omit<ListObjects, 'bucket' | 'limit'>[]
  put(key: string, text?: string): Promise<void>
}

/** A store with one bucket, `logs`, whose listings can be looked at. */
export async function bucketWith(...keys: readonly string[]): Promise<FixtureBucket> {
  const memory = createMemoryObjectStore({ clock: { nowMs: () => 0 } })
  await memory.createBucket('logs')
  let asked: Omit<ListObjects, 'bucket' | 'limit'>[] = []
  const objects: ObjectStore = {
    ...memory,
    list({ bucket, limit, ...query }) {
      asked.push(query)
      return memory.list({ bucket, limit, ...query })
    },
  }
  const store = { name: 'prod', endpoint: 'https://s3', objects, buckets: [{ name: 'logs', prefixes: [] }] }
  const put = async (key: string, text = key) => {
    await memory.put({ bucket: 'logs', key, headers: {}, body: bytes(text) })
  }
  for (const key of keys) await put(key)
  return {
    source: { store, bucket: 'logs', prefix: '' },
    objects,
    put,
    listings() {
      const before = asked
      asked = []
      return before
    },
  }
}
