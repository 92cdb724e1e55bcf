import type { KeyTag } from '../../kms/index.ts'
import type { Tag } from '../generated/kms.ts'
import type { AccessRequest, Fail } from '../operation.ts'

/** @source KMS Developer Guide, tagging keys */
const tagsMax = 50

/** Tags of a request, as they are kept. */
export function readTags(tags: readonly Tag[], fail: Fail<'TagException'>): readonly KeyTag[] {
  const names = new Set(tags.map(({ TagKey }) => TagKey))
  if (names.size !== tags.length) fail('TagException', 'Duplicate tag keys')
  for (const name of names) if (/^aws:/i.test(name)) fail('TagException', 'Tags beginning with aws: are reserved')
  return tags.map(({ TagKey: key, TagValue: value }) => ({ key, value }))
}

/** The tags of a key after new ones were set; those of the same name are replaced. */
export function withTags(
  old: readonly KeyTag[],
  added: readonly KeyTag[],
  fail: Fail<'LimitExceededException'>,
): readonly KeyTag[] {
  const tags = new Map([...old, ...added].map((tag) => [tag.key, tag]))
  if (tags.size > tagsMax) fail('LimitExceededException', 'Too many tags')
  return [...tags.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Condition keys of the tags that a request brings. */
export function requestTagKeys(tags: readonly Tag[]): NonNullable<AccessRequest['context']> {
  if (tags.length === 0) return {}
  return {
    ...Object.fromEntries(tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue])),
    'aws:TagKeys': tags.map(({ TagKey }) => TagKey),
  }
}
