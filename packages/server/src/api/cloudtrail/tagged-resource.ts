import type { Channels } from '../../lake/channels/index.ts'
import type { EventDataStores } from '../../lake/stores/index.ts'
import type { Cause } from '../../ports/catalog.ts'
import type { Tag, Trails } from '../../trails/index.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { channelAccess, resolveChannel } from './channel-reference.ts'
import { readResourceArn } from './resource-arn.ts'
import { resolveActiveStore, storeAccess } from './store-reference.ts'
import { type requestTagKeys, trailAccess } from './trail-access.ts'
import { resolveTrailReference } from './trail-resolution.ts'

/** Everything that can have tags. */
export interface TaggedResources {
  readonly trails: Trails
  readonly eventDataStores: EventDataStores
  readonly channels: Channels
}

/** One of them, with its tags as they are now. */
export interface TaggedResource {
  readonly tags: readonly Tag[]
  /** Replaces the tags by what `edit` makes of the newest ones; answers whether the resource is still there. */
  editTags(cause: Cause, edit: (tags: readonly Tag[]) => readonly Tag[]): Promise<boolean>
}

/**
 * The resource whose tags a call is about. Tags are reached with the full ARN and in the resource's own region only.
 *
 * @source the text about regions is the one observed of ListTags
 */
export function resolveTagged(
  arn: string,
  resources: TaggedResources,
  call: Call,
  fail: Fail<
    | 'ChannelARNInvalidException'
    | 'ChannelNotFoundException'
    | 'CloudTrailARNInvalidException'
    | 'EventDataStoreARNInvalidException'
    | 'EventDataStoreNotFoundException'
    | 'InactiveEventDataStoreException'
    | 'InvalidTrailNameException'
    | 'ResourceNotFoundException'
    | 'ResourceTypeNotSupportedException'
  >,
): TaggedResource {
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
  if (resource.type === 'trail') resolveTrailReference(arn, call, fail)
  if (resource.account !== call.account) return failUnknownResource(arn, fail)
  const found = findTagged(arn, resource, resources, call, fail)
  return found ?? failUnknownResource(arn, fail)
}

function findTagged(
  arn: string,
  { type, account, region, name }: Extract<ReturnType<typeof readResourceArn>, { kind: 'resource' }>,
  { trails, eventDataStores, channels }: TaggedResources,
  call: Call,
  fail: Parameters<typeof resolveTagged>[3],
): TaggedResource | undefined {
  switch (type) {
    case 'trail': {
      const trail = trails.find({ account, region, name })
      return (
        trail && {
          tags: trail.tags,
          async editTags(cause, edit) {
            const edited = await trails.edit(cause, { account, region, name }, (newest) => ({
              ...newest,
              tags: edit(newest.tags),
            }))
            return edited !== undefined
          },
        }
      )
    }
    case 'eventdatastore': {
      const { id, tags } = resolveActiveStore(arn, eventDataStores, call, fail)
      return {
        tags,
        async editTags(cause, edit) {
          const edited = await eventDataStores.edit(cause, id, (newest) => ({ ...newest, tags: edit(newest.tags) }))
          return edited !== undefined
        },
      }
    }
    case 'channel': {
      const { id, tags } = resolveChannel(arn, channels, call, fail)
      return {
        tags,
        async editTags(cause, edit) {
          const edited = await channels.edit(cause, id, (newest) => ({ ...newest, tags: edit(newest.tags) }))
          return edited !== undefined
        },
      }
    }
    case 'dashboard':
      return undefined
  }
}

export function failUnknownResource(arn: string, fail: Fail<'ResourceNotFoundException'>): never {
  return fail('ResourceNotFoundException', `The resource ${arn} was not found.`)
}

/** The access question of a call about the tags of one resource. */
export function taggedAccess(
  action: string,
  arn: string,
  call: Call,
  { trails, eventDataStores, channels }: TaggedResources,
  requestedTags: Parameters<typeof requestTagKeys>[0] = [],
): readonly AccessRequest[] {
  const resource = readResourceArn(arn, call.partition)
  const type = resource.kind === 'resource' ? resource.type : 'trail'
  if (type === 'eventdatastore') return storeAccess(action, arn, call, eventDataStores, requestedTags)
  if (type === 'channel') return channelAccess(action, arn, call, channels, requestedTags)
  return trailAccess(action, arn, call, trails, requestedTags)
}
