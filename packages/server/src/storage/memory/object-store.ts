import { createHash } from 'node:crypto'
import { Fault } from '../../fault.ts'
import type { Clock } from '../../ports/clock.ts'
import {
  type HideObject,
  type ListedVersion,
  NULL_VERSION,
  type OpenObject,
  type PutVersion,
  type VersionedObjectStore,
  type VersionHead,
} from '../../ports/object-store.ts'

interface Stored extends Omit<VersionHead, 'isLatest'> {
  readonly body: Uint8Array
}

/** Newest first; never empty. */
type Versions = readonly Stored[]

/** Objects in memory, for tests and trials: looks at every key for every listing, and is right by being simple. */
export function createMemoryObjectStore({ clock }: { readonly clock: Clock }): VersionedObjectStore {
  const buckets = new Map<string, Map<string, Versions>>()
  let minted = 0

  function bucketOf(bucket: string): Map<string, Versions> {
    const found = buckets.get(bucket)
    if (!found) throw new Fault('object.no-such-bucket', 'there is no such bucket', { bucket })
    return found
  }

  function commit(
    options: Pick<PutVersion, 'onlyIfAbsent' | 'onlyIfEtag' | 'attributes'> & HideObject,
    stored: Pick<Stored, 'body' | 'etag' | 'headers' | 'isDeleteMarker'>,
  ): VersionHead {
    const objects = bucketOf(options.bucket)
    const before = objects.get(options.key) ?? []
    const visible = before[0]?.isDeleteMarker ? undefined : before[0]
    if (options.onlyIfAbsent && visible) throw new Fault('object.exists', 'there is an object under this key')
    if (options.onlyIfEtag !== undefined && visible?.etag !== options.onlyIfEtag) {
      throw new Fault('object.changed', 'the object is not the one expected', { isThere: visible !== undefined })
    }
    const destroyed = options.keepsVersions ? undefined : before.find((one) => one.versionId === NULL_VERSION)
    if (destroyed) options.mayDestroy?.(headOf(destroyed, destroyed === before[0]))
    minted += 1
    const version: Stored = {
      ...stored,
      key: options.key,
      size: stored.body.length,
      lastModifiedMs: clock.nowMs(),
      ...(options.writtenBy !== undefined && { writtenBy: options.writtenBy }),
      versionId: options.keepsVersions ? minted.toString(16).padStart(32, '0') : NULL_VERSION,
      attributes: options.attributes ?? {},
    }
    objects.set(options.key, [version, ...before.filter((one) => one !== destroyed)])
    return headOf(version, true)
  }

  function find(bucket: string, key: string, versionId?: string): { version: Stored; isLatest: boolean } | undefined {
    const versions = bucketOf(bucket).get(key) ?? []
    const version = versionId === undefined ? versions[0] : versions.find((one) => one.versionId === versionId)
    return version && { version, isLatest: version === versions[0] }
  }

  function openFound(found: ReturnType<typeof find>): OpenObject<VersionHead> | undefined {
    if (!found || found.version.isDeleteMarker) return undefined
    const { body } = found.version
    return {
      head: headOf(found.version, found.isLatest),
      async *read(range) {
        yield range ? body.subarray(range.first, range.last + 1) : body
      },
      async close() {},
    }
  }

  /** Keys with the prefix in byte order, each with what it rolls up to. */
  function* keysOf(bucket: string, prefix = '', delimiter = '') {
    const keys = [...bucketOf(bucket).keys()].filter((key) => key.startsWith(prefix))
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    for (const key of keys) {
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      yield { key, common: at < 0 ? undefined : key.slice(0, at + delimiter.length) }
    }
  }

  const store: VersionedObjectStore = {
    async createBucket(bucket) {
      if (!buckets.has(bucket)) buckets.set(bucket, new Map())
    },
    async deleteBucket(bucket) {
      if (bucketOf(bucket).size > 0) throw new Fault('object.bucket-not-empty', 'the bucket still holds objects')
      buckets.delete(bucket)
    },
    async put(options) {
      bucketOf(options.bucket)
      const chunks: Uint8Array[] = []
      for await (const chunk of options.body) chunks.push(Uint8Array.from(chunk))
      const body = Buffer.concat(chunks)
      const md5 = createHash('md5').update(body).digest('hex')
      const seal = options.seal?.({ size: body.length, md5 })
      return commit(options, {
        body,
        etag: seal?.etag ?? `"${md5}"`,
        headers: { ...options.headers, ...seal?.headers },
        isDeleteMarker: false,
      })
    },
    async hide(options) {
      return commit(options, { body: new Uint8Array(), etag: emptyEtag, headers: {}, isDeleteMarker: true })
    },
    async head(bucket, key) {
      const latest = await store.headVersion(bucket, key)
      return latest?.isDeleteMarker ? undefined : latest
    },
    async headVersion(bucket, key, versionId) {
      const found = find(bucket, key, versionId)
      return found && headOf(found.version, found.isLatest)
    },
    open: async (bucket, key) => openFound(find(bucket, key)),
    openVersion: async (bucket, key, versionId) => openFound(find(bucket, key, versionId)),
    async delete(bucket, key) {
      await store.destroy({ bucket, key, versionId: NULL_VERSION })
    },
    async destroy({ bucket, key, versionId, mayDestroy }) {
      const found = find(bucket, key, versionId)
      if (!found) return undefined
      const head = headOf(found.version, found.isLatest)
      mayDestroy?.(head)
      const rest = (bucketOf(bucket).get(key) ?? []).filter((one) => one !== found.version)
      if (rest.length > 0) bucketOf(bucket).set(key, rest)
      else bucketOf(bucket).delete(key)
      return head
    },
    async changeAttributes({ bucket, key, versionId, decide }) {
      const found = find(bucket, key, versionId)
      if (!found) return undefined
      const attributes = decide(headOf(found.version, found.isLatest))
      const versions = bucketOf(bucket).get(key) ?? []
      bucketOf(bucket).set(
        key,
        versions.map((one) => (one === found.version ? { ...one, attributes } : one)),
      )
      return { ...headOf(found.version, found.isLatest), attributes }
    },
    async list({ bucket, prefix, delimiter, startAfter, limit }) {
      const objects: ListedVersion[] = []
      const commonPrefixes: string[] = []
      let last = ''
      for (const { key, common } of keysOf(bucket, prefix, delimiter)) {
        const found = find(bucket, key)
        if (!found || found.version.isDeleteMarker || isPassed(key, common, startAfter)) continue
        if (common !== undefined && common === commonPrefixes.at(-1)) continue
        if (objects.length + commonPrefixes.length >= limit) return { objects, commonPrefixes, next: last }
        last = common ?? key
        if (common !== undefined) commonPrefixes.push(common)
        else objects.push(headOf(found.version, true))
      }
      return { objects, commonPrefixes }
    },
    async listVersions({ bucket, prefix, delimiter, startAfter, limit }) {
      const versions: ListedVersion[] = []
      const commonPrefixes: string[] = []
      let last = { key: '' }
      for (const { key, common } of keysOf(bucket, prefix, delimiter)) {
        const within = startAfter?.versionId !== undefined && startAfter.key === key ? startAfter.versionId : undefined
        if (within === undefined && isPassed(key, common, startAfter?.key)) continue
        if (common !== undefined && common === commonPrefixes.at(-1)) continue
        const all = bucketOf(bucket).get(key) ?? []
        const rest =
          common !== undefined ? all.slice(0, 1) : all.slice(all.findIndex((one) => one.versionId === within) + 1)
        for (const version of rest) {
          if (versions.length + commonPrefixes.length >= limit) return { versions, commonPrefixes, next: last }
          if (common !== undefined) commonPrefixes.push(common)
          else versions.push(headOf(version, version === all[0]))
          last = common !== undefined ? { key: common } : Object.assign({ key }, { versionId: version.versionId })
        }
      }
      return { versions, commonPrefixes }
    },
    async [Symbol.asyncDispose]() {},
  }
  return store
}

const emptyEtag = '"d41d8cd98f00b204e9800998ecf8427e"'

function headOf({ body: _, ...head }: Stored, isLatest: boolean): VersionHead {
  return { ...head, isLatest }
}

function isPassed(key: string, common: string | undefined, startAfter: string | undefined): boolean {
  if (startAfter === undefined) return false
  return common === startAfter || Buffer.compare(Buffer.from(key), Buffer.from(startAfter)) <= 0
}
