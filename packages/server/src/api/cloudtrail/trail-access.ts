import { readTrailReference, type Tag, type Trails } from '../../trails/index.ts'
import type { AccessRequest, Call } from '../operation.ts'

interface RequestedTag {
  readonly Key: string
  readonly Value?: string | undefined
}

/**
 * The access question of an operation on one trail; a name that means no trail is asked as `*`.
 *
 * @source Service Authorization Reference, CloudTrail: `aws:ResourceTag`, `aws:RequestTag`, `aws:TagKeys`
 */
export function trailAccess(
  action: string,
  nameOrArn: string,
  call: Call,
  trails: Trails,
  requestedTags: readonly RequestedTag[] = [],
): readonly AccessRequest[] {
  const reference = readTrailReference(nameOrArn, call)
  if (reference.kind !== 'trail') return [{ action, resource: '*', context: requestTagKeys(requestedTags) }]
  const trail = reference.account === call.account ? trails.find(reference) : undefined
  const context = { ...resourceTagKeys(trail?.tags ?? []), ...requestTagKeys(requestedTags) }
  return [{ action, resource: reference.arn, context }]
}

/** Condition keys of the tags that a resource has. */
export function resourceTagKeys(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ key, value = '' }) => [`aws:ResourceTag/${key}`, value]))
}

/** Condition keys of the tags that a request brings. */
export function requestTagKeys(tags: readonly RequestedTag[]): Readonly<Record<string, string | readonly string[]>> {
  if (tags.length === 0) return {}
  return {
    ...Object.fromEntries(tags.map(({ Key: key, Value: value = '' }) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': tags.map(({ Key: key }) => key),
  }
}
