import type { StoreBucket } from '../buckets/index.ts'
import type { SourceStore } from '../capture/store-imports/index.ts'
import { type Config, storeCredentials } from '../config/index.ts'
import { createS3Store } from '../storage/s3/index.ts'

/** The stores that the configuration names. Connects to nothing yet. */
export function openStores({ stores }: Config): readonly SourceStore[] {
  return stores.map(({ credentials: source, expectedOwner, ...store }) => {
    const credentials = storeCredentials(source)
    const objects = createS3Store({
      endpoint: store.endpoint,
      region: store.region,
      pathStyle: store.pathStyle,
      ...(credentials && { credentials }),
      ...(expectedOwner !== undefined && { expectedOwner }),
    })
    return { name: store.name, endpoint: store.endpoint, buckets: store.buckets, objects }
  })
}

/** Those of the stores' buckets that trails may deliver into. */
export function storeBuckets({ stores: configured }: Config, stores: readonly SourceStore[]): readonly StoreBucket[] {
  return configured.flatMap(({ name, region, buckets }) => {
    const objects = stores.find((store) => store.name === name)?.objects
    const delivered = buckets.filter(({ accounts }) => accounts.length > 0)
    return objects === undefined ? [] : delivered.map((bucket) => ({ ...bucket, region, objects }))
  })
}
