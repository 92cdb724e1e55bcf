import { type Catalog, type CatalogDraft, defineCollection } from '../ports/catalog.ts'
import type { Ids } from '../ports/ids.ts'
import { NULL_VERSION, type VersionedObjectStore } from '../ports/object-store.ts'
import type { ObjectEvent } from './object-event.ts'

/** Something that is about to happen to an object, of which queues are to be told. */
export interface ComingEvent extends Pick<ObjectEvent, 'name' | 'key' | 'versionId' | 'by'> {
  /** Of the write: by it the object is known. Absent where a version is removed. */
  readonly writtenBy?: string
}

interface Notice extends ComingEvent {
  readonly bucket: string
}

/**
 * What is under way, so that a crash loses no message: noted before the change, and gone in the change that queues the
 * messages. Key: a UUID.
 */
const collection = defineCollection<Notice>('bucket-notice', { keepsHistory: false })

const noCause = { intentId: undefined }

export interface Notices {
  /** Resolves when it is durable. */
  note(bucket: string, event: ComingEvent): Promise<string>
  forget(id: string): Promise<void>
  /** The same, as part of another change. */
  forgetIn(draft: CatalogDraft, id: string): void
  /** What the last process left, with what became of it: `undefined` where nothing did. */
  left(objects: VersionedObjectStore): AsyncIterable<LeftNotice>
}

export interface LeftNotice {
  readonly id: string
  readonly bucket: string
  readonly event: ObjectEvent | undefined
}

export function createNotices({ catalog, ids }: { readonly catalog: Catalog; readonly ids: Ids }): Notices {
  const forgetIn = (draft: CatalogDraft, id: string): void => draft.delete(collection, id)
  return {
    async note(bucket, event) {
      const id = ids.uuid()
      await catalog.change(noCause, (draft) => draft.put(collection, id, { ...event, bucket }))
      return id
    },
    forget: (id) => catalog.change(noCause, (draft) => forgetIn(draft, id)),
    forgetIn,
    async *left(objects) {
      for (const { key: id, value } of catalog.list(collection)) {
        const { bucket, ...coming } = value
        yield { id, bucket, event: await whatBecame(bucket, coming, objects) }
      }
    },
  }
}

/** Versions of a key that are looked through for the one that was written: later writers are few in so short a time. */
const versionsMax = 100

/**
 * Looks at the objects for what was about to happen. A write that another covered since has nothing left to be told of
 * where versions are not kept: the other has a message of its own.
 */
async function whatBecame(
  bucket: string,
  { writtenBy, ...coming }: ComingEvent,
  objects: VersionedObjectStore,
): Promise<ObjectEvent | undefined> {
  const { key, versionId } = coming
  if (writtenBy === undefined) {
    const isThere = await objects.headVersion(bucket, key, versionId ?? NULL_VERSION)
    return isThere === undefined ? coming : undefined
  }
  const { versions } = await objects.listVersions({ bucket, prefix: key, limit: versionsMax })
  const written = versions.find((version) => version.key === key && version.writtenBy === writtenBy)
  if (written === undefined) return undefined
  const { size, etag, isDeleteMarker } = written
  return { ...coming, ...(!isDeleteMarker && { size, etag }), versionId: written.versionId }
}
