import type { Readable } from 'node:stream'
import { Fault } from '../../fault.ts'
import type { ObjectHead, ObjectRange, ObjectStore, OpenObject, PutObject } from '../../ports/object-store.ts'
import { collect } from './body.ts'
import { type Connection, connect, type S3StoreOptions } from './connection.ts'
import { inOurWords, nameOf, type Place, statusOf, toFault } from './failures.ts'
import { keptHeaders, sentHeaders } from './headers.ts'
import { listPage } from './listing.ts'

export { objectBytesMax } from './body.ts'
export type { S3Credentials, S3StoreOptions } from './connection.ts'

/**
 * Objects on somebody else's S3 server: AWS or a compatible one. No connection is made before the first request.
 *
 * Differs from stores of our own, because the server decides: `seal` cannot choose an ETag; a range of an object that
 * was replaced meanwhile fails with `object.changed` instead of being read from the old one.
 *
 * Every method may throw Fault `object.store-unreachable` (try again later), `object.store-refused` or
 * `object.store-redirects` (an operator must look).
 */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  let connection: Promise<Connection> | undefined
  const connected = (): Promise<Connection> => {
    connection ??= connect(options)
    return connection
  }
  const owner = options.expectedOwner === undefined ? {} : { ExpectedBucketOwner: options.expectedOwner }

  /** The answer to a HEAD has no body that could tell a missing key from a missing bucket. */
  async function requireBucket(place: Place): Promise<void> {
    const { sdk, client } = await connected()
    const ask = () => client.send(new sdk.HeadBucketCommand({ Bucket: place.bucket, ...owner }))
    await inOurWords(place, () =>
      ask().catch((error) => {
        if (statusOf(error) !== 404) throw error
        throw new Fault('object.no-such-bucket', 'there is no such bucket', { ...place })
      }),
    )
  }

  async function head(bucket: string, key: string): Promise<ObjectHead | undefined> {
    const { sdk, client } = await connected()
    const command = new sdk.HeadObjectCommand({ Bucket: bucket, Key: key, ...owner })
    const seen = watchHeaders(command)
    try {
      await client.send(command)
    } catch (error) {
      if (statusOf(error) !== 404) throw toFault(error, { bucket, key })
      await requireBucket({ bucket, key })
      return undefined
    }
    return headOf(key, seen())
  }

  async function get(bucket: string, key: string, range?: ObjectRange, etag?: string) {
    const { sdk, client } = await connected()
    const command = new sdk.GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(range && { Range: `bytes=${range.first}-${range.last}` }),
      ...(etag !== undefined && { IfMatch: etag }),
      ...owner,
    })
    const seen = watchHeaders(command)
    const { Body } = await client.send(command)
    return { body: Body as Readable, headers: seen() }
  }

  async function put(object: PutObject): Promise<ObjectHead> {
    const { bucket, key } = object
    const { bytes, md5, sha256 } = await collect(object.body)
    const sealed = object.seal?.({ size: bytes.length, md5 })
    if (sealed?.etag !== undefined) throw new Fault('object.etag-not-ours', 'the server chooses ETags', { bucket, key })
    const { sdk, client } = await connected()
    const command = new sdk.PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: bytes,
      ContentLength: bytes.length,
      ChecksumSHA256: sha256,
      ...(object.onlyIfAbsent && { IfNoneMatch: '*' }),
      ...(object.onlyIfEtag !== undefined && { IfMatch: object.onlyIfEtag }),
      ...owner,
    })
    const headers = sentHeaders({ ...object.headers, ...sealed?.headers }, object.writtenBy)
    addHeaders(command, headers)
    try {
      await client.send(command)
    } catch (error) {
      throw conditionFault(error, object) ?? toFault(error, { bucket, key })
    }
    // The answer tells neither the time nor what the bucket's defaults added.
    const written = await head(bucket, key)
    if (written === undefined) throw new Fault('object.changed', 'the object was removed at once', { isThere: false })
    return written
  }

  async function open(bucket: string, key: string): Promise<OpenObject | undefined> {
    let first: Awaited<ReturnType<typeof get>>
    try {
      first = await get(bucket, key)
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') return undefined
      throw toFault(error, { bucket, key })
    }
    const found = headOf(key, first.headers)
    // Nobody may be listening yet when the connection breaks.
    first.body.on('error', () => {})
    return {
      head: found,
      async *read(range) {
        if (range === undefined) {
          yield* pieces(first.body, found.size, { bucket, key })
          return
        }
        first.body.destroy()
        if (found.size === 0) return
        try {
          const part = await get(bucket, key, range, found.etag)
          yield* pieces(part.body, range.last - range.first + 1, { bucket, key })
        } catch (error) {
          throw rangeFault(error) ?? toFault(error, { bucket, key })
        }
      },
      async close() {
        first.body.destroy()
      },
    }
  }

  return {
    head,
    put,
    open,
    async createBucket(bucket) {
      const { sdk, client } = await connected()
      const elsewhere = options.region === 'us-east-1' ? {} : { LocationConstraint: options.region as 'eu-west-1' }
      const command = new sdk.CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: elsewhere })
      await inOurWords({ bucket }, () =>
        client.send(command).catch((error) => {
          if (nameOf(error) !== 'BucketAlreadyOwnedByYou') throw error
        }),
      )
    },
    async deleteBucket(bucket) {
      const { sdk, client } = await connected()
      await inOurWords({ bucket }, () => client.send(new sdk.DeleteBucketCommand({ Bucket: bucket, ...owner })))
    },
    async delete(bucket, key) {
      const { sdk, client } = await connected()
      await inOurWords({ bucket, key }, () =>
        client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key, ...owner })),
      )
    },
    async list(request) {
      const open = await connected()
      return inOurWords({ bucket: request.bucket }, () => listPage(open, request, owner))
    },
    async [Symbol.asyncDispose]() {
      const open = await connection?.catch(() => undefined)
      open?.client.destroy()
    },
  }
}

interface Command {
  readonly middlewareStack: {
    addRelativeTo(middleware: unknown, options: unknown): void
    add(middleware: unknown, options: unknown): void
  }
}

type Next = (args: {
  readonly request: { readonly headers: Record<string, string> }
}) => Promise<{ readonly response: { readonly headers: Record<string, string> } }>

/** Headers as they are: the client knows members of its model only. Added before the request is signed. */
function addHeaders(command: unknown, headers: Readonly<Record<string, string>>): void {
  const middleware = (next: Next) => (args: Parameters<Next>[0]) => {
    Object.assign(args.request.headers, headers)
    return next(args)
  }
  ;(command as Command).middlewareStack.add(middleware, { step: 'build', name: 'cairnHeaders' })
}

/** The headers of the answer as the server wrote them, names in lower case. */
function watchHeaders(command: unknown): () => Readonly<Record<string, string>> {
  let headers: Readonly<Record<string, string>> = {}
  const middleware = (next: Next) => async (args: Parameters<Next>[0]) => {
    const answer = await next(args)
    headers = answer.response.headers
    return answer
  }
  ;(command as Command).middlewareStack.add(middleware, { step: 'deserialize', name: 'cairnAnswer', priority: 'low' })
  return () => headers
}

function headOf(key: string, headers: Readonly<Record<string, string>>): ObjectHead {
  return {
    key,
    size: Number(headers['content-length'] ?? 0),
    etag: headers.etag ?? '',
    lastModifiedMs: Date.parse(headers['last-modified'] ?? '') || 0,
    ...keptHeaders(headers),
  }
}

function conditionFault(cause: unknown, { onlyIfAbsent, onlyIfEtag }: PutObject): Fault | undefined {
  const status = statusOf(cause)
  if (status === 412 && onlyIfAbsent) return new Fault('object.exists', 'there is an object under this key')
  const isMissing = status === 404 && nameOf(cause) === 'NoSuchKey'
  if (onlyIfEtag !== undefined && (status === 412 || isMissing)) {
    return new Fault('object.changed', 'the object is not the one expected', { isThere: !isMissing }, { cause })
  }
  return undefined
}

function rangeFault(cause: unknown): Fault | undefined {
  if (statusOf(cause) !== 412 && nameOf(cause) !== 'NoSuchKey') return undefined
  return new Fault('object.changed', 'the object was replaced while it was read', {}, { cause })
}

/** The body, which must be as long as it was said to be. */
async function* pieces(body: Readable, size: number, place: Place): AsyncGenerator<Uint8Array> {
  let read = 0
  try {
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      read += piece.length
      yield piece
    }
  } catch (error) {
    throw toFault(error, place)
  } finally {
    body.destroy()
  }
  if (read !== size) {
    throw new Fault('object.store-unreachable', 'the answer was cut short', { ...place, code: 'Truncated', read, size })
  }
}
