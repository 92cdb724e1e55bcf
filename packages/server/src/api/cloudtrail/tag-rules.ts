import type { Tag } from '../../trails/index.ts'
import type { Fail } from '../operation.ts'

/**
 * Tags of a request as we keep them.
 *
 * @source AWS General Reference, tag naming limits: 50 tags, unique keys of 1–128 characters, values up to 256, no `aws:`
 */
export function checkTags(
  tags: readonly { readonly Key: string; readonly Value?: string | undefined }[],
  fail: Fail<'TagsLimitExceededException' | 'InvalidTagParameterException'>,
): readonly Tag[] {
  checkTagCount(tags, fail)
  const keys = new Set<string>()
  return tags.map(({ Key: key, Value: value }) => {
    const problem = tagProblem(key, value)
    if (problem) fail('InvalidTagParameterException', problem)
    if (keys.has(key)) fail('InvalidTagParameterException', `Duplicate tag key: ${key}`)
    keys.add(key)
    return value === undefined ? { key } : { key, value }
  })
}

/** The keys of tags that are to go. What no tag can be called is refused, as it is when tags are added. */
export function checkTagKeys(
  tags: readonly { readonly Key: string }[],
  fail: Fail<'InvalidTagParameterException'>,
): ReadonlySet<string> {
  for (const { Key: key } of tags) {
    const problem = tagProblem(key)
    if (problem) fail('InvalidTagParameterException', problem)
  }
  return new Set(tags.map(({ Key: key }) => key))
}

const tagsMax = 50

/** Holds the tags that a resource is to have, all together, against their limit. */
export function checkTagCount(tags: readonly unknown[], fail: Fail<'TagsLimitExceededException'>): void {
  if (tags.length <= tagsMax) return
  fail('TagsLimitExceededException', `The number of tags per resource has exceeded the permitted amount of ${tagsMax}.`)
}

function tagProblem(key: string, value = ''): string | undefined {
  if (key.length < 1 || key.length > 128) return 'A tag key must have between 1 and 128 characters.'
  if (value.length > 256) return `The value of tag ${key} must have at most 256 characters.`
  if (/^aws:/i.test(key)) return 'Tag keys that start with aws: are reserved for system use.'
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value)) return `Tag ${key} has characters that are not allowed.`
  return undefined
}
