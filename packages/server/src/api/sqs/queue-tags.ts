import type { Queue } from '../../queues/index.ts'
import type { AccessRequest, Fail } from '../operation.ts'

/** @source SQS Developer Guide, tagging queues: 50 tags, keys up to 128 characters, values up to 256 */
const tagsMax = 50
const keyMax = 128
const valueMax = 256

type Tags = Queue['tags']

/** The tags of a queue once more were set; those of the same key are replaced. */
export function withTags(old: Tags, added: Tags, fail: Fail<'UnsupportedOperation'>): Tags {
  for (const [key, value] of Object.entries(added)) {
    if (key.length === 0 || key.length > keyMax)
      fail('UnsupportedOperation', `Tag keys have 1 to ${keyMax} characters.`)
    if (value.length > valueMax) fail('UnsupportedOperation', `Tag values have at most ${valueMax} characters.`)
    if (/^aws:/i.test(key)) fail('UnsupportedOperation', 'Tag keys that begin with aws: are reserved.')
  }
  const tags = { ...old, ...added }
  if (Object.keys(tags).length > tagsMax) fail('UnsupportedOperation', `A queue has at most ${tagsMax} tags.`)
  return tags
}

/** Condition keys of the tags that a request brings. */
export function requestTagKeys(tags: Tags): NonNullable<AccessRequest['context']> {
  const keys = Object.keys(tags)
  if (keys.length === 0) return {}
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': keys,
  }
}
