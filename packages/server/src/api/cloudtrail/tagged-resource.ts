import type { Trail, Trails } from '../../trails/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { readResourceArn } from './resource-arn.ts'
import { failUnknownStore } from './store-reference.ts'
import { requestTagKeys, trailAccess } from './trail-access.ts'
import { resolveTrailReference } from './trail-resolution.ts'

/**
 * The trail whose tags a call is about. Tags are reached with the full ARN and in the resource's own region only.
 *
 * @source the text about regions is the one observed of ListTags
 */
export function resolveTagged(
  arn: string,
  trails: Trails,
  call: Call,
  fail: Fail<
    | 'CloudTrailARNInvalidException'
    | 'EventDataStoreARNInvalidException'
    | 'EventDataStoreNotFoundException'
    | 'InvalidTrailNameException'
    | 'ResourceNotFoundException'
    | 'ResourceTypeNotSupportedException'
  >,
): Trail {
  const resource = readResourceArn(arn, call.partition)
  if (resource.kind === 'malformed') return fail('CloudTrailARNInvalidException', `The ARN '${arn}' is not valid.`)
  if (resource.kind === 'unknown-type') {
    return fail('ResourceTypeNotSupportedException', `The resource type of ${arn} does not support tags.`)
  }
  if (resource.region !== call.region) {
    fail(
      'CloudTrailARNInvalidException',
      `Region in ARN is wrong, you can only access resources in region ${call.region}.`,
    )
  }
  if (resource.type === 'eventdatastore' && resource.account === call.account) return failUnknownStore(arn, call, fail)
  if (resource.type !== 'trail') return failUnknownResource(arn, fail)
  const reference = resolveTrailReference(arn, call, fail)
  const trail = reference.account === call.account ? trails.find(reference) : undefined
  return trail ?? failUnknownResource(arn, fail)
}

export function failUnknownResource(arn: string, fail: Fail<'ResourceNotFoundException'>): never {
  return fail('ResourceNotFoundException', `The resource ${arn} was not found.`)
}

/** The access question of a call about the tags of one resource. */
export function taggedAccess(
  action: string,
  arn: string,
  call: Call,
  trails: Trails,
  requestedTags: Parameters<typeof requestTagKeys>[0] = [],
): readonly AccessRequest[] {
  const resource = readResourceArn(arn, call.partition)
  if (resource.kind !== 'resource' || resource.type === 'trail') {
    return trailAccess(action, arn, call, trails, requestedTags)
  }
  return [{ action, resource: arn, context: requestTagKeys(requestedTags) }]
}
