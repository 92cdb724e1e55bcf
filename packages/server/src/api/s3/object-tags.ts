import type { BucketTag } from '../../buckets/index.ts'
import type { VersionHead } from '../../ports/object-store.ts'
import type { Fail } from '../operation.ts'
import { checkTags } from './bucket-tags.ts'

const objectTagsMax = 10
const attribute = 'tags'

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

/** Tags as an attribute of a version, over the other attributes it has. */
export function withTags(
  tags: readonly BucketTag[],
  attributes: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { [attribute]: _, ...rest } = attributes
  if (tags.length === 0) return rest
  return { ...rest, [attribute]: new URLSearchParams(tags.map(({ key, value }) => [key, value])).toString() }
}

export function tagsOf({ attributes }: Pick<VersionHead, 'attributes'>): readonly BucketTag[] {
  return [...new URLSearchParams(attributes[attribute] ?? '')].map(([key, value]) => ({ key, value }))
}
