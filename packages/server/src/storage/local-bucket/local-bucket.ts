import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../fault.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import {
  NULL_VERSION,
  type OpenObject,
  type PutVersion,
  type VersionedObjectStore,
  type VersionHead,
} from '../../ports/object-store.ts'
import type { DiskFile } from '../disk/index.ts'
import { inputOutput, readBody, writeBody, writeFully } from './body.ts'
import { createDirectories } from './directories.ts'
import { createKeyLock } from './key-lock.ts'
import { keyPath } from './key-path.ts'
import { listObjects, listVersions } from './listing.ts'
import { encodeTail, isMissing, type StoredHead } from './object-file.ts'
import { openRoot, writeDurably } from './root.ts'
import {
  attributesPath,
  findVersion,
  type KeyFiles,
  keepLatest,
  keyFiles,
  latestPath,
  listedVersion,
  mintVersionId,
  olderPath,
  openVersionFile,
  readLatest,
  removeVersion,
  type StoredVersion,
  unlinkIfPresent,
  versionHead,
} from './version-files.ts'

export interface LocalBucketOptions {
  /** Made when missing. One process at a time: the data directory's lock sees to that. */
  readonly directory: string
  readonly clock: Clock
  readonly ids: Ids
}

/** A put whose directory was removed as empty right under it tries again; losing that race this often is a fault. */
const commitAttemptsMax = 20

type Write = Omit<PutVersion, 'headers' | 'body'> & Partial<Pick<PutVersion, 'headers' | 'body'>>

/** Buckets in a local directory: one file per version of an object, see docs/design/buckets.md. */
export async function createLocalBucketStore({
  directory,
  clock,
  ids,
}: LocalBucketOptions): Promise<VersionedObjectStore> {
  const root = await inputOutput(() => openRoot(directory))
  const directories = createDirectories()
  const lock = createKeyLock()
  let lastSeq = 0

  /** Above all given out before, also where the clock went back: 1,024 a millisecond, below 2^53 for 250 years. */
  function nextSeq(nowMs: number, latest: StoredVersion | undefined): number {
    lastSeq = Math.max(nowMs * 1024, lastSeq + 1, (latest?.head.seq ?? 0) + 1)
    return lastSeq
  }

  async function filesOf(bucket: string, key: string): Promise<KeyFiles & { readonly root: string }> {
    const path = await inputOutput(() => root.requireBucket(bucket))
    return { ...keyFiles(path, keyPath(key)), root: path }
  }

  function locked<Result>(files: KeyFiles, work: () => Promise<Result>): Promise<Result> {
    return lock.run(latestPath(files), () => inputOutput(work))
  }

  /** Streams into a temporary file, which becomes the latest version or nothing. Without a body: a delete marker. */
  async function write(options: Write): Promise<VersionHead> {
    const files = await filesOf(options.bucket, options.key)
    const draft = join(root.tmp, ids.uuid())
    const file = await inputOutput(() => open(draft, 'wx'))
    let renamed = false
    try {
      const { rest, ...sealed } = await writeBody(file, options.body ?? nothing)
      const seal = options.seal?.(sealed)
      return await locked(files, async () => {
        const latest = await readLatest(files)
        checkConditions(options, latest)
        const head = await describe(options, latest, { etag: `"${sealed.md5}"`, md5: sealed.md5, ...seal })
        const destroyed = await destroyedBy(options, files, latest)
        if (destroyed) options.mayDestroy?.(await versionHead(files, destroyed))
        await writeFully(file, Buffer.concat([...rest, encodeTail(head, sealed.size)]))
        await file.sync()
        await publish(draft, files, options.bucket, latest && latest !== destroyed ? latest : undefined)
        renamed = true
        if (destroyed) await forgetReplaced(files, destroyed)
        const stored = { head, size: sealed.size, path: latestPath(files), isLatest: true }
        return { ...listedVersion(stored), attributes: head.attributes ?? {} }
      })
    } finally {
      await file.close()
      if (!renamed) await unlinkIfPresent(draft)
    }
  }

  async function describe(
    options: Write,
    latest: StoredVersion | undefined,
    seal: { readonly etag: string; readonly md5: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<StoredHead> {
    const lastModifiedMs = clock.nowMs()
    const seq = nextSeq(lastModifiedMs, latest)
    return {
      key: options.key,
      seq,
      versionId: options.keepsVersions ? mintVersionId(seq, ids.bytes(9)) : NULL_VERSION,
      ...(options.body === undefined && { deleteMarker: true }),
      etag: seal.etag,
      md5: seal.md5,
      lastModifiedMs,
      headers: { ...options.headers, ...seal.headers },
      ...(options.writtenBy !== undefined && { writtenBy: options.writtenBy }),
      ...(options.attributes !== undefined && { attributes: options.attributes }),
    }
  }

  /** The version that is gone once the new one is there: the null version, by a null version. */
  async function destroyedBy(
    { keepsVersions }: Write,
    files: KeyFiles,
    latest: StoredVersion | undefined,
  ): Promise<StoredVersion | undefined> {
    if (keepsVersions || !latest) return undefined
    return latest.head.versionId === NULL_VERSION ? latest : findVersion(files, NULL_VERSION)
  }

  async function publish(
    draft: string,
    files: KeyFiles & { readonly root: string },
    bucket: string,
    kept: StoredVersion | undefined,
  ): Promise<void> {
    const names = files.directory === files.root ? [] : files.directory.slice(files.root.length + 1).split('/')
    if (kept) await keepLatest(files, kept)
    for (let attempt = 1; ; attempt += 1) {
      try {
        await directories.make(files.root, names)
        await rename(draft, latestPath(files))
        break
      } catch (error) {
        if (!isMissing(error) || attempt === commitAttemptsMax) throw error
        await root.requireBucket(bucket)
      }
    }
    await directories.commit(files.directory)
  }

  /** Only names are left to remove of a version whose place is taken; a crash before leaves them outlived. */
  async function forgetReplaced(files: KeyFiles, { head }: StoredVersion): Promise<void> {
    await unlinkIfPresent(olderPath(files, head.seq))
    await unlinkIfPresent(attributesPath(files, head.seq))
  }

  async function openObject(files: KeyFiles, versionId?: string): Promise<OpenObject<VersionHead> | undefined> {
    const opened = await inputOutput(() => openVersionFile(files, versionId))
    if (!opened) return undefined
    const { file, version } = opened
    if (version.head.deleteMarker) {
      await file.close()
      return undefined
    }
    return openedObject(file, await versionHead(files, version))
  }

  async function headVersion(bucket: string, key: string, versionId?: string): Promise<VersionHead | undefined> {
    const files = await filesOf(bucket, key)
    return inputOutput(async () => {
      const found = versionId === undefined ? await readLatest(files) : await findVersion(files, versionId)
      return found && versionHead(files, found)
    })
  }

  const store: VersionedObjectStore = {
    createBucket: (bucket) => inputOutput(() => root.createBucket(bucket)),
    deleteBucket: (bucket) =>
      inputOutput(async () => {
        await root.deleteBucket(bucket)
        directories.forgetTree(root.bucketPath(bucket))
      }),
    put: write,
    hide: write,
    headVersion,
    async head(bucket, key) {
      const latest = await headVersion(bucket, key)
      return latest?.isDeleteMarker ? undefined : latest
    },
    open: async (bucket, key) => openObject(await filesOf(bucket, key)),
    openVersion: async (bucket, key, versionId) => openObject(await filesOf(bucket, key), versionId),
    async delete(bucket, key) {
      await store.destroy({ bucket, key, versionId: NULL_VERSION })
    },
    async destroy({ bucket, key, versionId, mayDestroy }) {
      const files = await filesOf(bucket, key)
      return locked(files, async () => {
        const found = await findVersion(files, versionId)
        if (!found) return undefined
        const head = await versionHead(files, found)
        mayDestroy?.(head)
        await removeVersion(files, found, directories)
        await directories.prune(files.root, files.directory)
        return head
      })
    },
    async changeAttributes({ bucket, key, versionId, decide }) {
      const files = await filesOf(bucket, key)
      return locked(files, async () => {
        const found = versionId === undefined ? await readLatest(files) : await findVersion(files, versionId)
        if (!found) return undefined
        const head = await versionHead(files, found)
        const attributes = decide(head)
        await writeDurably(root.tmp, attributesPath(files, found.head.seq), JSON.stringify(attributes))
        await directories.commit(files.directory)
        return { ...head, attributes }
      })
    },
    async list(options) {
      const path = await inputOutput(() => root.requireBucket(options.bucket))
      return inputOutput(() => listObjects(directories, path, options))
    },
    async listVersions(options) {
      const path = await inputOutput(() => root.requireBucket(options.bucket))
      return inputOutput(() => listVersions(directories, path, options))
    },
    async [Symbol.asyncDispose]() {},
  }
  return store
}

const nothing: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} }

function checkConditions({ onlyIfAbsent, onlyIfEtag, key }: Write, latest: StoredVersion | undefined): void {
  const visible = latest?.head.deleteMarker ? undefined : latest
  if (onlyIfAbsent && visible) throw new Fault('object.exists', 'there is an object under this key', { key })
  if (onlyIfEtag !== undefined && visible?.head.etag !== onlyIfEtag) {
    throw new Fault('object.changed', 'the object is not the one expected', { key, isThere: visible !== undefined })
  }
}

function openedObject(file: DiskFile, head: VersionHead): OpenObject<VersionHead> {
  return { head, read: (range) => readBody(file, head.size, range), close: () => file.close() }
}
