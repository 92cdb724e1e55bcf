import { createHash } from 'node:crypto'
import { Fault } from '../fault.ts'
import type {
  ListObjects,
  ObjectHead,
  ObjectPage,
  ObjectSeal,
  OpenObject,
  PutVersion,
  VersionedObjectStore,
  VersionHead,
  VersionPage,
} from '../ports/object-store.ts'
import type { Bucket } from './bucket.ts'
import { withoutEncryption } from './object-cipher.ts'

/*
 * Objects that arrive in parts. A store needs to know nothing of them:
 *
 *   bucket "<bucket>+uploads"   one version of the key per upload; its version id is the upload's id, its headers and
 *                               attributes are what the object is to have
 *   bucket "<bucket>+parts"     "<upload id>/<part number, five digits>"
 *
 * No bucket of a user can have such a name, and both are removed with theirs. Completing writes the object like any
 * other from the parts in order; the upload goes after it, so a crash in between leaves an upload that can be
 * completed again or aborted, never half an object.
 */

export interface Part {
  readonly number: number
  readonly head: ObjectHead
}

/** How parts and their object are encrypted. */
export interface PartsCipher {
  /** A part as its writer wrote it. */
  opened(part: OpenObject): OpenObject
  /** The object as it is to be stored. */
  sealed(object: PutVersion): PutVersion
}

export interface Uploads {
  /** Answers the upload's id. */
  begin(
    bucket: Bucket,
    upload: Pick<PutVersion, 'key' | 'headers' | 'attributes'> & { readonly writtenBy: string },
  ): Promise<string>
  find(bucket: Bucket, key: string, uploadId: string): Promise<VersionHead | undefined>
  /** Replaces an earlier part of the number. */
  putPart(
    bucket: Bucket,
    part: { readonly uploadId: string; readonly number: number } & Pick<PutVersion, 'headers' | 'body' | 'seal'>,
  ): Promise<ObjectHead>
  /** By number. */
  parts(bucket: Bucket, uploadId: string): Promise<readonly Part[]>
  /** Makes the object of these parts and ends the upload. */
  complete(
    bucket: Bucket,
    upload: VersionHead,
    parts: readonly Part[],
    rules: Pick<PutVersion, 'onlyIfAbsent' | 'onlyIfEtag' | 'writtenBy'> & Pick<ObjectSeal, 'headers'> & PartsCipher,
  ): Promise<VersionHead>
  abort(bucket: Bucket, key: string, uploadId: string): Promise<void>
  /** By key. */
  list(
    bucket: Bucket,
    page: {
      readonly prefix: string
      readonly delimiter: string
      readonly startAfter?: { readonly key: string; readonly versionId?: string }
      readonly limit: number
    },
  ): Promise<VersionPage>
  /** Removes all uploads of a bucket that is gone. */
  forget(bucket: string): Promise<void>
}

/** @source Amazon S3 User Guide, multipart upload limits */
export const partNumberMax = 10_000

export function createUploads(objects: VersionedObjectStore): Uploads {
  const partKey = (uploadId: string, number: number) => `${uploadId}/${String(number).padStart(5, '0')}`

  async function partsOf(bucket: string, uploadId: string): Promise<readonly Part[]> {
    const parts: Part[] = []
    let startAfter: string | undefined = ''
    while (startAfter !== undefined) {
      const options: ListObjects = { bucket: partsName(bucket), prefix: `${uploadId}/`, startAfter, limit: 1_000 }
      const page: ObjectPage | undefined = await unlessMissing(() => objects.list(options))
      for (const head of page?.objects ?? []) parts.push({ number: Number(head.key.slice(-5)), head })
      startAfter = page?.next
    }
    return parts
  }

  async function abort(bucket: string, key: string, uploadId: string): Promise<void> {
    // The upload goes first: parts without one are garbage, an upload without its parts would be a lie.
    await unlessMissing(() => objects.destroy({ bucket: uploadsName(bucket), key, versionId: uploadId }))
    for (const { head } of await partsOf(bucket, uploadId)) await objects.delete(partsName(bucket), head.key)
  }

  return {
    async begin(bucket, upload) {
      await objects.createBucket(uploadsName(bucket.name))
      await objects.createBucket(partsName(bucket.name))
      const put = { ...upload, bucket: uploadsName(bucket.name), body: nothing, keepsVersions: true }
      return (await objects.put(put)).versionId
    },
    find: (bucket, key, uploadId) => unlessMissing(() => objects.headVersion(uploadsName(bucket.name), key, uploadId)),
    putPart: (bucket, { uploadId, number, ...part }) =>
      objects.put({ ...part, bucket: partsName(bucket.name), key: partKey(uploadId, number) }),
    parts: (bucket, uploadId) => partsOf(bucket.name, uploadId),
    async complete(bucket, upload, parts, { headers = {}, opened, sealed, ...rules }) {
      const put = sealed({
        ...rules,
        bucket: bucket.name,
        key: upload.key,
        headers: { ...withoutEncryption(upload.headers), ...headers },
        attributes: upload.attributes,
        keepsVersions: bucket.versioning === 'Enabled',
        body: joined(objects, partsName(bucket.name), parts, opened),
        seal: () => ({ etag: etagOfParts(parts) }),
      })
      const written = await objects.put(put)
      await abort(bucket.name, upload.key, upload.versionId)
      return written
    },
    abort: (bucket, key, uploadId) => abort(bucket.name, key, uploadId),
    list: async (bucket, page) =>
      (await unlessMissing(() => objects.listVersions({ bucket: uploadsName(bucket.name), ...page }))) ?? {
        versions: [],
        commonPrefixes: [],
      },
    async forget(bucket) {
      for (const name of [uploadsName(bucket), partsName(bucket)]) {
        await unlessMissing(async () => {
          let more = true
          while (more) {
            const page = await objects.listVersions({ bucket: name, limit: 1_000 })
            for (const { key, versionId } of page.versions) await objects.destroy({ bucket: name, key, versionId })
            more = page.next !== undefined
          }
          await objects.deleteBucket(name)
        })
      }
    },
  }
}

const nothing: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} }
const uploadsName = (bucket: string) => `${bucket}+uploads`
const partsName = (bucket: string) => `${bucket}+parts`

async function* joined(
  objects: VersionedObjectStore,
  bucket: string,
  parts: readonly Part[],
  plain: PartsCipher['opened'],
): AsyncGenerator<Uint8Array> {
  for (const { head } of parts) {
    const opened = await objects.open(bucket, head.key)
    if (opened?.head.etag !== head.etag) {
      await opened?.close()
      throw new Fault('object.changed', 'a part was replaced while its object was made', { isThere: true })
    }
    yield* plain(opened).read()
  }
}

/** S3's ETag of an object made of parts: MD5 of their MD5s, and how many. */
function etagOfParts(parts: readonly Part[]): string {
  const md5 = createHash('md5')
  for (const { head } of parts) md5.update(Buffer.from(head.etag.slice(1, -1), 'hex'))
  return `"${md5.digest('hex')}-${parts.length}"`
}

/** The two buckets are made with the first upload: until then there is nothing in them. */
async function unlessMissing<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault && error.code === 'object.no-such-bucket') return undefined
    throw error
  }
}
