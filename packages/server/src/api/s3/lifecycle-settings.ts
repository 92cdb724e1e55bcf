import type { LifecycleFilter, LifecycleRule } from '../../buckets/index.ts'
import type { LifecycleRule as Given, LifecycleRule as Shown } from '../generated/s3.ts'
import type { Fail } from '../operation.ts'

type Failures = Fail<'InvalidRequest' | 'InvalidArgument' | 'MalformedXML' | 'NotImplemented'>

/** @source Amazon S3 User Guide, lifecycle configuration: up to 1,000 rules, ids up to 255 characters */
const rulesMax = 1_000
const idMax = 255
const dayMs = 86_400_000

/** @source S3 API Reference, PutBucketLifecycleConfiguration: the default since September 2024 */
export const transitionMinimumDefault = 'all_storage_classes_128K'

/** Reads the rules of a bucket: those that delete. */
export function readRules(given: readonly Given[], newId: () => string, fail: Failures): readonly LifecycleRule[] {
  if (given.length === 0 || given.length > rulesMax) return failXml(fail)
  const rules = given.map((rule) => readRule(rule, newId, fail))
  if (new Set(rules.map(({ id }) => id)).size < rules.length) {
    fail('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule')
  }
  return rules
}

function readRule(rule: Given, newId: () => string, fail: Failures): LifecycleRule {
  if (rule.Transitions !== undefined || rule.NoncurrentVersionTransitions !== undefined) {
    fail('NotImplemented', 'Cairn has one storage class: leave transitions out.')
  }
  if ((rule.ID ?? '').length > idMax) fail('InvalidArgument', 'ID length should not exceed allowed limit of 255')
  const expiration = readExpiration(rule, fail)
  const noncurrent = readNoncurrent(rule, fail)
  const abortDays = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
  if (abortDays !== undefined) checkDays(abortDays, "'DaysAfterInitiation'", fail)
  if (expiration === undefined && noncurrent === undefined && abortDays === undefined) {
    fail('InvalidRequest', 'At least one action needs to be specified in a rule')
  }
  const filter = readFilter(rule, fail)
  if (
    abortDays !== undefined &&
    (filter.tags.length > 0 || filter.sizeAbove !== undefined || filter.sizeBelow !== undefined)
  ) {
    fail('InvalidRequest', 'AbortIncompleteMultipartUpload cannot be specified with Tags or object sizes')
  }
  return {
    id: rule.ID || newId(),
    isEnabled: rule.Status === 'Enabled',
    filter,
    ...(expiration && { expiration }),
    ...(noncurrent && { noncurrent }),
    ...(abortDays !== undefined && { abortUploadsAfterDays: abortDays }),
  }
}

function readExpiration({ Expiration: given }: Given, fail: Failures): LifecycleRule['expiration'] {
  if (given === undefined) return undefined
  const { Days: days, Date: atMs, ExpiredObjectDeleteMarker: deleteMarkers } = given
  if ([days, atMs, deleteMarkers].filter((one) => one !== undefined).length !== 1) return failXml(fail)
  if (days !== undefined) return { days: checkDays(days, "'Days' for Expiration action", fail) }
  if (atMs === undefined) return { deleteMarkers: deleteMarkers ?? false }
  if (atMs % dayMs !== 0) fail('InvalidArgument', "'Date' must be at midnight GMT")
  return { atMs }
}

function readNoncurrent({ NoncurrentVersionExpiration: given }: Given, fail: Failures): LifecycleRule['noncurrent'] {
  if (given === undefined) return undefined
  const { NoncurrentDays: days, NewerNoncurrentVersions: newerVersions } = given
  if (days === undefined) return failXml(fail)
  checkDays(days, "'NoncurrentDays' for NoncurrentVersionExpiration action", fail)
  if (newerVersions !== undefined && (newerVersions < 1 || newerVersions > 100)) {
    fail('InvalidArgument', "'NewerNoncurrentVersions' must be between 1 and 100")
  }
  return { days, ...(newerVersions !== undefined && { newerVersions }) }
}

function checkDays(days: number, what: string, fail: Failures): number {
  return days >= 1 ? days : fail('InvalidArgument', `${what} must be a positive integer`)
}

function readFilter({ Prefix: legacy, Filter: given }: Given, fail: Failures): LifecycleFilter {
  if (given === undefined) return { form: 'legacy', prefix: legacy ?? '', tags: [] }
  if (legacy !== undefined) return failXml(fail)
  const { And: and, Prefix: prefix, Tag: tag, ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = given
  if ([and, prefix, tag, above, below].filter((one) => one !== undefined).length > 1) return failXml(fail)
  const parts = and ?? {
    Prefix: prefix,
    Tags: tag ? [tag] : [],
    ObjectSizeGreaterThan: above,
    ObjectSizeLessThan: below,
  }
  return {
    form: and === undefined ? 'single' : 'and',
    tags: (parts.Tags ?? []).map(({ Key: key, Value: value }) => ({ key, value })),
    ...(parts.Prefix !== undefined && { prefix: parts.Prefix }),
    ...(parts.ObjectSizeGreaterThan !== undefined && { sizeAbove: Number(parts.ObjectSizeGreaterThan) }),
    ...(parts.ObjectSizeLessThan !== undefined && { sizeBelow: Number(parts.ObjectSizeLessThan) }),
  }
}

export function shownRule({
  id,
  isEnabled,
  filter,
  expiration,
  noncurrent,
  abortUploadsAfterDays,
}: LifecycleRule): Shown {
  return {
    ID: id,
    Status: isEnabled ? 'Enabled' : 'Disabled',
    ...shownFilter(filter),
    ...(expiration && {
      Expiration: {
        ...(expiration.days !== undefined && { Days: expiration.days }),
        ...(expiration.atMs !== undefined && { Date: expiration.atMs }),
        ...(expiration.deleteMarkers !== undefined && { ExpiredObjectDeleteMarker: expiration.deleteMarkers }),
      },
    }),
    ...(noncurrent && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: noncurrent.days,
        ...(noncurrent.newerVersions !== undefined && { NewerNoncurrentVersions: noncurrent.newerVersions }),
      },
    }),
    ...(abortUploadsAfterDays !== undefined && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortUploadsAfterDays },
    }),
  }
}

function shownFilter({ form, prefix, tags, sizeAbove, sizeBelow }: LifecycleFilter): Pick<Shown, 'Prefix' | 'Filter'> {
  if (form === 'legacy') return { Prefix: prefix ?? '' }
  const [tag] = tags
  const Tags = tags.map(({ key: Key, value: Value }) => ({ Key, Value }))
  const parts = {
    ...(prefix !== undefined && { Prefix: prefix }),
    ...(sizeAbove !== undefined && { ObjectSizeGreaterThan: sizeAbove }),
    ...(sizeBelow !== undefined && { ObjectSizeLessThan: sizeBelow }),
  }
  if (form === 'and') return { Filter: { And: { ...parts, ...(Tags.length > 0 && { Tags }) } } }
  return { Filter: { ...parts, ...(tag && { Tag: { Key: tag.key, Value: tag.value } }) } }
}

function failXml(fail: Failures): never {
  return fail(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}
