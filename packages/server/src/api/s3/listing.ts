import { type Bucket, canonicalId } from '../../buckets/index.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { ask, listedResources, requireBucket } from './bucket-access.ts'

/** @source ListObjects: one answer holds at most 1,000 keys */
const keysMax = 1_000

/** How many keys a listing answers: what was asked for, at most 1,000. */
export function pageSize(asked: number | undefined, fail: Fail<'InvalidArgument'>): number {
  if (asked !== undefined && (asked < 0 || asked > 2_147_483_647)) {
    fail('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647')
  }
  return Math.min(asked ?? keysMax, keysMax)
}

interface ListInput {
  readonly Bucket: string
  readonly Prefix?: string | undefined
  readonly Delimiter?: string | undefined
  readonly MaxKeys?: number | undefined
}

/** The `access` of a listing; policies may narrow it by prefix, delimiter and page size. */
export function listAccess(action: string) {
  return (
    input: ListInput,
    needs: Parameters<typeof requireBucket>[0],
    call: Call,
    fail: Fail<'NoSuchBucket' | 'AccessDenied'>,
  ): readonly AccessRequest[] => {
    const bucket = requireBucket(needs, input.Bucket, call, fail)
    call.notes.resources = listedResources(bucket, call)
    const context = {
      prefix: input.Prefix,
      delimiter: input.Delimiter,
      'max-keys': input.MaxKeys === undefined ? undefined : String(input.MaxKeys),
    }
    return [ask({ action, bucket, context }, call)]
  }
}

/** Writes keys as the listing wants them: XML cannot hold every character a key can. */
export function keyWriter(encoding: 'url' | undefined): (key: string) => string {
  if (encoding === undefined) return (key) => key
  return (key) =>
    encodeURIComponent(key.toWellFormed())
      .replace(/[!'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+')
}

/** One object of a listing. */
export function listedObject(head: ObjectHead, write: (key: string) => string) {
  return {
    Key: write(head.key),
    LastModified: head.lastModifiedMs,
    ETag: head.etag,
    Size: head.size,
    StorageClass: 'STANDARD' as const,
  }
}

/** Every object belongs to its bucket's owner, whoever wrote it. */
export function ownerOf(bucket: Bucket) {
  return { ID: canonicalId(bucket.account) }
}
