/** Where the objects of buckets live. Policy, ACLs and names are the buckets capability's business. */

export interface ObjectHead {
  readonly key: string
  readonly size: number
  /** Quoted MD5 hex, as S3's ETag header. */
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
}

export interface ObjectPage {
  readonly objects: readonly ObjectHead[]
  readonly commonPrefixes: readonly string[]
  /** Last key or common prefix of the page when there are more. */
  readonly next?: string
}

export interface ObjectStore {
  createBucket(bucket: string): Promise<void>
  /** @throws Fault `object.bucket-not-empty` */
  deleteBucket(bucket: string): Promise<void>
  /** Visible only when complete, verified and durable. @throws Fault `object.exists` with `onlyIfAbsent` */
  put(object: PutObject): Promise<ObjectHead>
  head(bucket: string, key: string): Promise<ObjectHead | undefined>
  /** `range` is inclusive at both ends. */
  get(
    bucket: string,
    key: string,
    range?: { readonly first: number; readonly last: number },
  ): Promise<{ readonly head: ObjectHead; readonly body: AsyncIterable<Uint8Array> } | undefined>
  /** Idempotent. */
  delete(bucket: string, key: string): Promise<void>
  /** Keys in UTF-8 byte order, after `startAfter`, at most `limit` objects and common prefixes together. */
  list(options: {
    readonly bucket: string
    readonly prefix?: string
    readonly delimiter?: string
    readonly startAfter?: string
    readonly limit: number
  }): Promise<ObjectPage>
  [Symbol.asyncDispose](): Promise<void>
}
