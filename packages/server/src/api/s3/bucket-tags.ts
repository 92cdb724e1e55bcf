import type { BucketTag } from '../../buckets/index.ts'
import type { Fail } from '../operation.ts'

/** @source Amazon S3 User Guide, tagging: 50 tags on a bucket, 10 on an object */
const bucketTagsMax = 50

interface WireTag {
  readonly Key: string
  readonly Value: string
}

/** Checks what a bucket is to be tagged with. */
export function checkBucketTags(
  tags: readonly WireTag[],
  fail: Fail<'InvalidTag' | 'MalformedXML'>,
): readonly BucketTag[] {
  return checkTags(tags, bucketTagsMax, fail)
}

export function checkTags(tags: readonly WireTag[], max: number, fail: Fail<'InvalidTag'>): readonly BucketTag[] {
  const keys = new Set<string>()
  for (const { Key: key, Value: value } of tags) {
    if (key.length === 0 || key.length > 128) fail('InvalidTag', 'The TagKey you have provided is invalid')
    if (value.length > 256) fail('InvalidTag', 'The TagValue you have provided is invalid')
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key)) fail('InvalidTag', 'The TagKey you have provided is invalid')
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(value)) fail('InvalidTag', 'The TagValue you have provided is invalid')
    if (key.startsWith('aws:')) fail('InvalidTag', 'System tags cannot be added/updated by requester')
    if (keys.has(key)) fail('InvalidTag', 'Cannot provide multiple Tags with the same key')
    keys.add(key)
  }
  if (tags.length > max) fail('InvalidTag', `The number of tags cannot be greater than ${max}`)
  return tags.map(({ Key: key, Value: value }) => ({ key, value }))
}
