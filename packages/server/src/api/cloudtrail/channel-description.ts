import type { Channel } from '../../lake/channels/index.ts'
import { type EventDataStores, eventDataStoreArn } from '../../lake/stores/index.ts'
import type { Destination } from '../generated/cloudtrail.ts'
import type { Call, Fail } from '../operation.ts'
import { resolveActiveStore } from './store-reference.ts'

/** A channel as the operations on it answer. */
export function describeChannel(channel: Channel, { partition }: Call) {
  const { account, region } = channel
  return {
    ChannelArn: channel.arn,
    Name: channel.name,
    Source: channel.source,
    Destinations: channel.destinations.map(
      (id): Destination => ({
        Type: 'EVENT_DATA_STORE',
        Location: eventDataStoreArn({ partition, account, region, id }),
      }),
    ),
  } as const
}

/** The stores that a channel is to lead to. */
export function resolveDestinations(
  destinations: readonly Destination[],
  stores: EventDataStores,
  call: Call,
  fail: Fail<
    | 'EventDataStoreARNInvalidException'
    | 'EventDataStoreNotFoundException'
    | 'InactiveEventDataStoreException'
    | 'InvalidEventDataStoreCategoryException'
    | 'InvalidParameterException'
  >,
): Channel['destinations'] {
  const ids = destinations.map(({ Type: type, Location: location }) => {
    if (type !== 'EVENT_DATA_STORE') {
      fail('InvalidParameterException', 'The type of a destination must be EVENT_DATA_STORE.')
    }
    const { id, arn, kind } = resolveActiveStore(location, stores, call, fail)
    if (kind !== 'activity') {
      fail(
        'InvalidEventDataStoreCategoryException',
        `The event data store ${arn} does not take events of category ActivityAuditLog.`,
      )
    }
    return id
  })
  if (new Set(ids).size < ids.length) {
    fail('InvalidParameterException', 'Each destination of a channel can be specified once.')
  }
  return ids
}
