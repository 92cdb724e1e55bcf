import type { BucketTag } from '../../buckets/index.ts'
import type { Fail } from '../operation.ts'
import { checkTags } from './bucket-tags.ts'

const objectTagsMax = 10

/** Tags of the `x-amz-tagging` header: a query string. */
export function parseTaggingHeader(
  header: string | undefined,
  fail: Fail<'InvalidTag' | 'InvalidArgument'>,
): readonly BucketTag[] {
  if (header === undefined || header === '') return []
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }))
  return checkTags(tags, objectTagsMax, fail)
}

export function checkObjectTags(
  tags: readonly { readonly Key: string; readonly Value: string }[],
  fail: Fail<'InvalidTag'>,
): readonly BucketTag[] {
  return checkTags(tags, objectTagsMax, fail)
}
