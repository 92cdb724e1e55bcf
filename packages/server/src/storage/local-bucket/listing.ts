import type { ListObjects, ListVersions, ObjectHead, ObjectPage, VersionPage } from '../../ports/object-store.ts'
import type { Directories } from './directories.ts'
import { afterPrefix, type ByteString, fromBytes, toBytes } from './key-path.ts'
import { type KeyFiles, listedVersion, readLatest, readVersions, type StoredVersion } from './version-files.ts'
import { type WalkedKey, walkKeys } from './walk.ts'

/** Heads read ahead of the page: enough to keep the thread pool busy, few enough to waste little at a prefix. */
const readAhead = 16

type Found<Value> =
  | { readonly kind: 'prefix'; readonly prefix: ByteString }
  | { readonly kind: 'key'; readonly key: ByteString; readonly value: Value }

/**
 * Keys in order, rolled up at the delimiter. `load` answers `undefined` for a key that is not to be seen, which then
 * makes no common prefix either. After a prefix the walk starts again behind it, so a prefix costs one key, not all
 * the keys below it.
 */
async function* rollUp<Value>(
  directories: Directories,
  root: string,
  options: { readonly prefix: ByteString; readonly delimiter: ByteString; readonly from: ByteString | undefined },
  load: (files: KeyFiles) => Promise<Value | undefined>,
): AsyncGenerator<Found<Value>> {
  const { prefix, delimiter } = options
  for (let from = options.from; from !== undefined; ) {
    let restart: ByteString | undefined
    for await (const { key, value } of ahead(walkKeys(directories, root, prefix, from), load)) {
      if (value === undefined) continue
      const common = commonPrefix(key, prefix, delimiter)
      if (common === undefined) {
        yield { kind: 'key', key, value }
        continue
      }
      yield { kind: 'prefix', prefix: common }
      restart = afterPrefix(common)
      break
    }
    from = restart
  }
}

function commonPrefix(key: ByteString, prefix: ByteString, delimiter: ByteString): ByteString | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

async function* ahead<Value>(
  keys: AsyncGenerator<WalkedKey>,
  load: (files: KeyFiles) => Promise<Value | undefined>,
): AsyncGenerator<{ readonly key: ByteString; readonly value: Value | undefined }> {
  const queue: { readonly key: ByteString; readonly value: Promise<Value | undefined> }[] = []
  for await (const walked of keys) {
    const value = load(walked)
    // Whoever stops early leaves reads behind that nobody waits for.
    value.catch(() => {})
    queue.push({ key: walked.key, value })
    if (queue.length < readAhead) continue
    const first = queue.shift()
    if (first) yield { key: first.key, value: await first.value }
  }
  for (const { key, value } of queue) yield { key, value: await value }
}

/** Where a page begins: behind a key, or behind all keys of a common prefix given in its place. */
function beginning(startAfter: string | undefined, prefix: ByteString, delimiter: ByteString): ByteString | undefined {
  if (startAfter === undefined || startAfter === '') return ''
  const after = toBytes(startAfter)
  const common = after.startsWith(prefix) ? commonPrefix(after, prefix, delimiter) : undefined
  return common === after ? afterPrefix(common) : `${after}\0`
}

export async function listObjects(
  directories: Directories,
  root: string,
  { prefix = '', delimiter = '', startAfter, limit }: ListObjects,
): Promise<ObjectPage> {
  const bounds = { prefix: toBytes(prefix), delimiter: toBytes(delimiter) }
  const from = beginning(startAfter, bounds.prefix, bounds.delimiter)
  const objects: ObjectHead[] = []
  const commonPrefixes: string[] = []
  let next: string | undefined
  let last = ''
  const found = rollUp(directories, root, { ...bounds, from }, async (files) => {
    const latest = await readLatest(files)
    return latest?.head.deleteMarker ? undefined : latest
  })
  for await (const item of found) {
    if (objects.length + commonPrefixes.length >= limit) {
      next = last
      break
    }
    if (item.kind === 'prefix') {
      last = fromBytes(item.prefix)
      commonPrefixes.push(last)
    } else {
      objects.push(listedVersion(item.value))
      last = fromBytes(item.key)
    }
  }
  return { objects, commonPrefixes, ...(next !== undefined && { next }) }
}

export async function listVersions(
  directories: Directories,
  root: string,
  { prefix = '', delimiter = '', startAfter, limit }: ListVersions,
): Promise<VersionPage> {
  const bounds = { prefix: toBytes(prefix), delimiter: toBytes(delimiter) }
  const within = startAfter?.versionId === undefined ? undefined : startAfter
  const from = within ? toBytes(within.key) : beginning(startAfter?.key, bounds.prefix, bounds.delimiter)
  const versions: ReturnType<typeof listedVersion>[] = []
  const commonPrefixes: string[] = []
  let last: VersionPage['next']
  const page = (next?: VersionPage['next']): VersionPage => ({ versions, commonPrefixes, ...(next && { next }) })
  const found = rollUp(directories, root, { ...bounds, from }, async (files) => (await readVersions(files)).versions)
  for await (const item of found) {
    if (item.kind === 'prefix') {
      if (versions.length + commonPrefixes.length >= limit) return page(last)
      const common = fromBytes(item.prefix)
      commonPrefixes.push(common)
      last = { key: common }
      continue
    }
    for (const version of olderThan(item.value, within)) {
      if (versions.length + commonPrefixes.length >= limit) return page(last)
      versions.push(listedVersion(version))
      last = { key: version.head.key, versionId: version.head.versionId }
    }
  }
  return page()
}

function olderThan(versions: readonly StoredVersion[], within: ListVersions['startAfter']): readonly StoredVersion[] {
  if (!within || versions[0]?.head.key !== within.key) return versions
  // A version that is gone by now leaves no place to go on from: the rest of the key is given again rather than lost.
  return versions.slice(versions.findIndex((version) => version.head.versionId === within.versionId) + 1)
}
