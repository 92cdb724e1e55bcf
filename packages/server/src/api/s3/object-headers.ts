import { bucketKeyHeader, encryptionHeader, keyIdHeader } from '../../buckets/index.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { Fail } from '../operation.ts'

/** @source Amazon S3 User Guide, user-defined metadata is limited to 2 KB, names and values together */
const metadataBytesMax = 2 * 1024

export interface StoredHeaders {
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly ContentType?: string | undefined
  readonly Expires?: string | undefined
  readonly Metadata?: Readonly<Record<string, string>> | undefined
}

const names = {
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentType: 'content-type',
  Expires: 'expires',
} as const

const userPrefix = 'x-amz-meta-'

/** What is stored with an object of the headers it came with. */
export function storedHeaders(input: StoredHeaders, fail: Fail<'MetadataTooLarge'>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [member, name] of Object.entries(names)) {
    const value = input[member as keyof typeof names]
    if (value !== undefined) headers[name] = value
  }
  const encoding = withoutFraming(headers['content-encoding'])
  if (encoding === undefined) delete headers['content-encoding']
  else headers['content-encoding'] = encoding
  headers['content-type'] ??= 'binary/octet-stream'
  let bytes = 0
  for (const [name, value] of Object.entries(input.Metadata ?? {})) {
    headers[userPrefix + name.toLowerCase()] = value
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  if (bytes > metadataBytesMax) {
    fail('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size')
  }
  return headers
}

/** `aws-chunked` was the framing of the request, not an encoding of the object. */
function withoutFraming(encoding: string | undefined): string | undefined {
  const kept = encoding
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'aws-chunked')
  return kept?.length ? kept.join(',') : undefined
}

/** The members of GetObject's and HeadObject's answer that tell what was stored. */
export function shownHeaders({ headers, etag, lastModifiedMs }: ObjectHead) {
  const metadata: Record<string, string> = {}
  const members: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(userPrefix)) metadata[name.slice(userPrefix.length)] = value
  }
  for (const [member, name] of Object.entries(names)) {
    const value = headers[name]
    if (value !== undefined) members[member] = value
  }
  return {
    ...(members as Omit<StoredHeaders, 'Metadata'>),
    ...encryptionMembers(headers),
    Metadata: metadata,
    ETag: etag,
    LastModified: lastModifiedMs,
    AcceptRanges: 'bytes',
  }
}

/** The members of an answer that say how a stored object is encrypted. */
function encryptionMembers(headers: ObjectHead['headers']) {
  const keyId = headers[keyIdHeader]
  if (keyId === undefined)
    return headers[encryptionHeader] === undefined ? {} : { ServerSideEncryption: 'AES256' as const }
  return {
    ServerSideEncryption: 'aws:kms' as const,
    SSEKMSKeyId: keyId,
    ...(headers[bucketKeyHeader] === 'true' && { BucketKeyEnabled: true }),
  }
}
