import type { VersionHead } from '../ports/object-store.ts'
import type { BucketTag } from './bucket.ts'

/** Tags of a version are one of its attributes: a query string. */
const attribute = 'tags'

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
