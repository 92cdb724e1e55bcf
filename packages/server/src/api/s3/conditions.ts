import type { ObjectHead } from '../../ports/object-store.ts'
import type { Fail } from '../operation.ts'
import { preconditionText } from './store-failures.ts'

/** What a reader says it has already, or insists on. */
export interface ReadConditions {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
  readonly IfModifiedSince?: number | undefined
  readonly IfUnmodifiedSince?: number | undefined
}

/**
 * Decides whether an object is to be read: an ETag that was given outweighs the date beside it.
 * @source RFC 9110 section 13.2.2; Amazon S3 API Reference, GetObject
 */
export function checkReadConditions(
  { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince }: ReadConditions,
  head: ObjectHead,
  fail: Fail<'PreconditionFailed' | 'NotModified'>,
): void {
  const modified = wholeSeconds(head.lastModifiedMs)
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, head.etag)) fail('PreconditionFailed', preconditionText)
  } else if (IfUnmodifiedSince !== undefined && modified > IfUnmodifiedSince) {
    fail('PreconditionFailed', preconditionText)
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, head.etag)) fail('NotModified', 'Not Modified')
  } else if (IfModifiedSince !== undefined && modified <= IfModifiedSince) {
    fail('NotModified', 'Not Modified')
  }
}

/** `*`, or a list of ETags with or without quotes. */
function matches(list: string, etag: string): boolean {
  return list.split(',').some((one) => one.trim() === '*' || quoted(one.trim()) === etag)
}

export function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`
}

/** HTTP dates have no fractions: an object is as old as the second it was written in. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
