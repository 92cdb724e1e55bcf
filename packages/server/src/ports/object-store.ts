/**
 * Where the objects of buckets live. Policy, ACLs, names, locks and multipart uploads are the buckets capability's
 * business; a store keeps bytes with their head and decides, atomically, what is visible.
 *
 * Keys are any well-formed string of 1 to 1,024 UTF-8 bytes: `..`, `//`, control characters and the like are data.
 * Bucket names are DNS labels, or such a name with `+<purpose>` for what must not be addressable from outside.
 */

export interface ObjectHead {
  readonly key: string
  readonly size: number
  /** Quoted, as S3's ETag header: MD5 hex of the body unless `seal` chose another. */
  readonly etag: string
  readonly lastModifiedMs: number
  /** `content-type` and the like, and `x-amz-meta-*`; lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Id of the request that wrote it: tells a restart whether an open intent was applied. */
  readonly writtenBy?: string
}

export interface PutObject {
  readonly bucket: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  /** Verified while it streams: if it throws, nothing of the object remains visible. */
  readonly body: AsyncIterable<Uint8Array>
  readonly writtenBy?: string
  /** `If-None-Match: *`. */
  readonly onlyIfAbsent?: boolean
  /** `If-Match`: quoted ETag the replaced object must have. */
  readonly onlyIfEtag?: string
  /** Called once the body has ended and before anything is visible; what it throws refuses the object. */
  seal?(body: SealedBody): ObjectSeal
}

export interface SealedBody {
  readonly size: number
  /** Hex. */
  readonly md5: string
}

/** What can only be said when the body is known. */
export interface ObjectSeal {
  /** Added to the headers, e.g. a checksum that came in the trailer. */
  readonly headers?: Readonly<Record<string, string>>
  /** Quoted; replaces the MD5, e.g. for an object made of parts. */
  readonly etag?: string
}

export interface ObjectRange {
  /** Both inclusive; within the object. */
  readonly first: number
  readonly last: number
}

/** An open object. Iterate `body` to its end or `close()`; replaced and deleted objects stay readable until then. */
export interface OpenObject<Head extends ObjectHead = ObjectHead> {
  readonly head: Head
  /** Iterable once; `range` must lie within the object. */
  read(range?: ObjectRange): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

export interface ListObjects {
  readonly bucket: string
  readonly prefix?: string
  readonly delimiter?: string
  /** Exclusive. A common prefix given here is passed over with all its keys. */
  readonly startAfter?: string
  /** Objects and common prefixes together, at least 1. */
  readonly limit: number
}

export interface ObjectPage {
  readonly objects: readonly ObjectHead[]
  readonly commonPrefixes: readonly string[]
  /** Last key or common prefix of the page when there are more: the next page's `startAfter`. */
  readonly next?: string
}

/**
 * What every store can do, other people's S3 servers included. Each method but `createBucket` throws Fault
 * `object.no-such-bucket` where the bucket is missing.
 */
export interface ObjectStore {
  /** Idempotent. */
  createBucket(bucket: string): Promise<void>
  /** @throws Fault `object.bucket-not-empty` */
  deleteBucket(bucket: string): Promise<void>
  /**
   * Visible only when complete, verified and durable.
   * @throws Fault `object.exists` with `onlyIfAbsent`, `object.changed` with `onlyIfEtag`, `object.disk-full`
   */
  put(object: PutObject): Promise<ObjectHead>
  head(bucket: string, key: string): Promise<ObjectHead | undefined>
  open(bucket: string, key: string): Promise<OpenObject | undefined>
  /** Idempotent. Where versions are kept: removes the null version only. */
  delete(bucket: string, key: string): Promise<void>
  /** Keys in UTF-8 byte order. */
  list(options: ListObjects): Promise<ObjectPage>
  [Symbol.asyncDispose](): Promise<void>
}

/** The version of an object written while its bucket keeps no versions. */
export const NULL_VERSION = 'null'

/** One version of an object; a delete marker has no body and hides the key. */
export interface ListedVersion extends ObjectHead {
  readonly versionId: string
  readonly isLatest: boolean
  readonly isDeleteMarker: boolean
}

export interface VersionHead extends ListedVersion {
  /** What may change after the write: tags, retention, legal hold. Texts of the caller's. */
  readonly attributes: Readonly<Record<string, string>>
}

interface VersionRules {
  /**
   * Whether the versions there are stay beside the new one, which gets an id of its own. Else the new one is the null
   * version and takes the place of an earlier null version.
   */
  readonly keepsVersions?: boolean
  /** Asked, with nothing else able to change the key, about the version that would be destroyed. Throws to refuse. */
  mayDestroy?(version: VersionHead): void
}

export interface PutVersion extends PutObject, VersionRules {
  readonly attributes?: Readonly<Record<string, string>>
}

export interface HideObject extends VersionRules {
  readonly bucket: string
  readonly key: string
  readonly writtenBy?: string
  /** Quoted ETag the hidden object must have. @throws Fault `object.changed` */
  readonly onlyIfEtag?: string
}

export interface DestroyVersion {
  readonly bucket: string
  readonly key: string
  readonly versionId: string
  mayDestroy?(version: VersionHead): void
}

export interface ChangeAttributes {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  /** What it throws refuses the change. */
  decide(version: VersionHead): Readonly<Record<string, string>>
}

export interface ListVersions {
  readonly bucket: string
  readonly prefix?: string
  readonly delimiter?: string
  /** Exclusive: goes on with the versions of `key` older than `versionId`, or behind `key` without one. */
  readonly startAfter?: { readonly key: string; readonly versionId?: string }
  readonly limit: number
}

export interface VersionPage {
  /** By key, newest first within a key. */
  readonly versions: readonly ListedVersion[]
  readonly commonPrefixes: readonly string[]
  readonly next?: { readonly key: string; readonly versionId?: string }
}

/** A store of our own: keeps versions, and guards them. Without a `versionId` the latest version is meant. */
export interface VersionedObjectStore extends ObjectStore {
  put(object: PutVersion): Promise<VersionHead>
  head(bucket: string, key: string): Promise<VersionHead | undefined>
  open(bucket: string, key: string): Promise<OpenObject<VersionHead> | undefined>
  /** Unlike `head`, answers delete markers too. */
  headVersion(bucket: string, key: string, versionId?: string): Promise<VersionHead | undefined>
  /** Never opens a delete marker. */
  openVersion(bucket: string, key: string, versionId: string): Promise<OpenObject<VersionHead> | undefined>
  /** Hides the key behind a delete marker. */
  hide(options: HideObject): Promise<VersionHead>
  /** Removes one version for good; the next newest becomes the latest. Answers what was removed; idempotent. */
  destroy(options: DestroyVersion): Promise<VersionHead | undefined>
  /** Answers `undefined` where the version is missing. */
  changeAttributes(options: ChangeAttributes): Promise<VersionHead | undefined>
  listVersions(options: ListVersions): Promise<VersionPage>
}
