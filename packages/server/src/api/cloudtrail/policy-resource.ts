import type { Channels } from '../../lake/channels/index.ts'
import type { EventDataStores } from '../../lake/stores/index.ts'
import type { Cause } from '../../ports/catalog.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { channelAccess } from './channel-reference.ts'
import { readResourceArn } from './resource-arn.ts'
import { storeAccess } from './store-reference.ts'
import { failUnknownResource } from './tagged-resource.ts'

/** What can have a policy of its own. Dashboards could, but there are none. */
export interface PolicyResources {
  readonly eventDataStores: EventDataStores
  readonly channels: Channels
}

export interface PolicyResource {
  readonly type: 'eventdatastore' | 'channel'
  readonly policy?: string
  /** Replaces or removes the policy; answers whether the resource is still there. */
  setPolicy(cause: Cause, policy: string | undefined): Promise<boolean>
}

/** The resource of the caller's whose policy a call is about. */
export function resolvePolicyResource(
  arn: string,
  { eventDataStores, channels }: PolicyResources,
  call: Call,
  fail: Fail<'ResourceARNNotValidException' | 'ResourceTypeNotSupportedException' | 'ResourceNotFoundException'>,
): PolicyResource {
  const resource = readResourceArn(arn, call.partition)
  if (resource.kind === 'malformed') return fail('ResourceARNNotValidException', `The ARN '${arn}' is not valid.`)
  if (resource.kind === 'unknown-type' || resource.type === 'trail') {
    return fail('ResourceTypeNotSupportedException', `The resource type of ${arn} does not support resource policies.`)
  }
  if (resource.account !== call.account || resource.region !== call.region) return failUnknownResource(arn, fail)
  const { type, name } = resource
  if (type === 'eventdatastore') {
    const store = eventDataStores.find(name)
    if (store?.arn !== arn) return failUnknownResource(arn, fail)
    return {
      type,
      ...policyOf(store),
      async setPolicy(cause, policy) {
        return (await eventDataStores.edit(cause, store.id, (newest) => withPolicy(newest, policy))) !== undefined
      },
    }
  }
  const channel = type === 'channel' ? channels.find(name) : undefined
  if (channel?.arn !== arn) return failUnknownResource(arn, fail)
  return {
    type: 'channel',
    ...policyOf(channel),
    async setPolicy(cause, policy) {
      return (await channels.edit(cause, channel.id, (newest) => withPolicy(newest, policy))) !== undefined
    },
  }
}

function policyOf({ policy }: { readonly policy?: string }): { readonly policy?: string } {
  return policy === undefined ? {} : { policy }
}

function withPolicy<Resource extends { readonly policy?: string }>(
  { policy: _, ...resource }: Resource,
  policy: string | undefined,
): Resource {
  return { ...resource, ...(policy !== undefined && { policy }) } as Resource
}

export function policyAccess(
  action: string,
  arn: string,
  call: Call,
  { eventDataStores, channels }: PolicyResources,
): readonly AccessRequest[] {
  const resource = readResourceArn(arn, call.partition)
  if (resource.kind !== 'resource') return [{ action, resource: '*' }]
  if (resource.type === 'eventdatastore') return storeAccess(action, arn, call, eventDataStores)
  if (resource.type === 'channel') return channelAccess(action, arn, call, channels)
  return [{ action, resource: arn, resourceAccount: resource.account }]
}
