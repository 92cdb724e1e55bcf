import { type Bucket, type Buckets, tagsOf } from '../../buckets/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { Fail } from '../operation.ts'
import { texts } from './bucket-access.ts'
import { byteRange } from './byte-range.ts'
import { checksumMembers } from './checksums.ts'
import { checkReadConditions, type ReadConditions } from './conditions.ts'
import { shownLock } from './lock-settings.ts'
import { shownHeaders } from './object-headers.ts'
import { type ObjectPart, partOf } from './part-sizes.ts'
import { shownVersion } from './version-id.ts'
import { notImplementedText } from './write-settings.ts'

export interface ReadRequest extends ReadConditions {
  readonly Key: string
  readonly VersionId?: string | undefined
  readonly Range?: string | undefined
  readonly PartNumber?: number | undefined
  readonly ChecksumMode?: string | undefined
  readonly SSECustomerAlgorithm?: string | undefined
  readonly ResponseCacheControl?: string | undefined
  readonly ResponseContentDisposition?: string | undefined
  readonly ResponseContentEncoding?: string | undefined
  readonly ResponseContentLanguage?: string | undefined
  readonly ResponseContentType?: string | undefined
  readonly ResponseExpires?: number | undefined
}

type ReadFail = Fail<
  'PreconditionFailed' | 'NotModified' | 'InvalidRange' | 'InvalidRequest' | 'InvalidPartNumber' | 'NotImplemented'
>

/** What GetObject and HeadObject answer alike; `range` is the part to send. */
export function describeRead(input: ReadRequest, bucket: Bucket, head: VersionHead, fail: ReadFail) {
  if (input.SSECustomerAlgorithm !== undefined) fail('NotImplemented', notImplementedText)
  checkReadConditions(input, head, fail)
  const part = askedPart(input, head, fail)
  const range = part?.range ?? byteRange(input.Range, head.size)
  if (range === 'unsatisfiable') return fail('InvalidRange', 'The requested range is not satisfiable')
  const tags = tagsOf(head).length
  const isWhole = range === 'whole'
  const output = {
    ...shownHeaders(head),
    ...replacedHeaders(input),
    ContentLength: isWhole ? head.size : range.last - range.first + 1,
    ...(!isWhole && { ContentRange: `bytes ${range.first}-${range.last}/${head.size}` }),
    ...(input.ChecksumMode === 'ENABLED' && isWhole && checksumMembers(head)),
    ...(tags > 0 && { TagCount: tags }),
    ...(part?.count !== undefined && { PartsCount: part.count }),
    ...shownLock(head),
    ...shownVersion(bucket, head),
  }
  return isWhole ? { output } : { output, range }
}

/** Transfer parts of clients ask for the first part, and go on by how many there are. */
function askedPart(
  { PartNumber: number, Range: range }: ReadRequest,
  head: VersionHead,
  fail: ReadFail,
): ObjectPart | undefined {
  if (number === undefined) return undefined
  if (range !== undefined) {
    fail('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
  }
  const part = partOf(head, number)
  if (part === 'none') return fail('InvalidPartNumber', 'The requested partnumber is not satisfiable')
  if (part === 'unknown') return fail('NotImplemented', notImplementedText)
  // Nothing has no range.
  return head.size === 0 ? undefined : part
}

/** Headers the reader wants to see instead of the stored ones, for downloads by link. */
function replacedHeaders(input: ReadRequest) {
  return {
    ...(input.ResponseCacheControl !== undefined && { CacheControl: input.ResponseCacheControl }),
    ...(input.ResponseContentDisposition !== undefined && { ContentDisposition: input.ResponseContentDisposition }),
    ...(input.ResponseContentEncoding !== undefined && { ContentEncoding: input.ResponseContentEncoding }),
    ...(input.ResponseContentLanguage !== undefined && { ContentLanguage: input.ResponseContentLanguage }),
    ...(input.ResponseContentType !== undefined && { ContentType: input.ResponseContentType }),
    ...(input.ResponseExpires !== undefined && { Expires: new Date(input.ResponseExpires).toUTCString() }),
  }
}

/** Says why there is nothing to read: no such key or version, or a delete marker in its place. */
export async function failMissing(
  buckets: Buckets,
  bucket: Bucket,
  { Key: key, VersionId: versionId }: Pick<ReadRequest, 'Key' | 'VersionId'>,
  fail: Fail<'NoSuchKey' | 'NoSuchVersion' | 'MethodNotAllowed'>,
): Promise<never> {
  if (versionId === undefined) return fail('NoSuchKey', texts.noSuchKey)
  const marker = await buckets.objects.headVersion(bucket.name, key, versionId)
  if (!marker) return fail('NoSuchVersion', texts.noSuchVersion)
  return fail('MethodNotAllowed', 'The specified method is not allowed against this resource.')
}
