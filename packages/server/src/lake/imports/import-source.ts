import type { Bucket, Buckets } from '../../buckets/index.ts'
import type { SourceStore } from '../../capture/store-imports/index.ts'

/** Where an import's files are. */
export interface ImportSource {
  readonly store: SourceStore
  readonly bucket: string
  readonly prefix: string
  /** Where it is one of our own. */
  readonly own?: Bucket
}

/** Finds what an S3 URI means: a bucket of this installation, else one of a store that the configuration lets be read. */
export function createSourceFinder(
  buckets: Pick<Buckets, 'find' | 'objects'>,
  stores: readonly SourceStore[],
): (uri: string) => ImportSource | undefined {
  return (uri) => {
    const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? []
    if (bucket === undefined) return undefined
    const own = buckets.find(bucket)
    if (own !== undefined) {
      const place = {
        name: 'cairn',
        endpoint: 'cairn:',
        objects: buckets.objects,
        buckets: [{ name: bucket, prefixes: [] }],
      }
      return { store: place, bucket, prefix, own }
    }
    const store = stores.find((one) =>
      one.buckets.some(
        ({ name, prefixes }) =>
          name === bucket && (prefixes.length === 0 || prefixes.some((allowed) => prefix.startsWith(allowed))),
      ),
    )
    return store && { store, bucket, prefix }
  }
}
