import type { Catalog, CatalogReader, Cause } from '../../ports/catalog.ts'
import { type EventDataStore, eventDataStoreCollection } from '../stores/index.ts'
import { type Channel, type ChannelId, channelCollection, customSource } from './channel.ts'

/** Why a channel cannot be as it is asked for. */
export type ChannelConflict =
  | { readonly kind: 'name-taken' }
  /** Of a partner there is one channel. */
  | { readonly kind: 'source-taken' }
  /** It has been removed or deleted since it was found, or takes other events. */
  | { readonly kind: 'unfit-store'; readonly store: string }

/** Why a channel cannot be made. */
export type ChannelObstacle = ChannelConflict | { readonly kind: 'too-many'; readonly count: number }

/** The channels of every account. Reads answer from the last durable catalogue version. */
export interface Channels {
  /** By id, of any account: whoever asks checks whether the caller may know it. */
  find(id: string): Channel | undefined
  /** Channels of an account in a region, by name. */
  ofAccount(account: string, region: string): readonly Channel[]
  /** Adds the channel; or answers what is in the way, changing nothing. */
  create(cause: Cause, channel: Channel, perRegionMax?: number): Promise<ChannelObstacle | undefined>
  /**
   * Replaces a channel by what `edit` makes of its newest state, or answers what is against it; `undefined` when
   * there is no such channel. What `edit` throws refuses the change.
   */
  edit(
    cause: Cause,
    id: ChannelId,
    edit: (channel: Channel) => Channel,
  ): Promise<{ readonly channel: Channel } | { readonly conflict: ChannelConflict } | undefined>
  /** Returns whether there was one. */
  remove(cause: Cause, id: ChannelId): Promise<boolean>
}

export function createChannels(catalog: Catalog): Channels {
  return {
    find: (id) => catalog.get(channelCollection, id),
    ofAccount: (account, region) =>
      channelsIn(catalog, account, region).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    create: (cause, channel, perRegionMax = Number.POSITIVE_INFINITY) =>
      catalog.change(cause, (draft) => {
        const count = channelsIn(draft, channel.account, channel.region).length
        const obstacle = conflictOf(channel, draft) ?? (count >= perRegionMax ? { kind: 'too-many', count } : undefined)
        if (obstacle === undefined) draft.put(channelCollection, channel.id, channel)
        return obstacle
      }),
    edit: (cause, id, edit) =>
      catalog.change(cause, (draft) => {
        const before = draft.get(channelCollection, id)
        if (before === undefined) return undefined
        const channel = edit(before)
        // Tags and policies are against nobody.
        const isJudged = channel.name !== before.name || channel.destinations !== before.destinations
        const conflict = isJudged ? conflictOf(channel, draft) : undefined
        if (conflict !== undefined) return { conflict }
        if (channel !== before) draft.put(channelCollection, id, channel)
        return { channel }
      }),
    remove: (cause, id) =>
      catalog.change(cause, (draft) => {
        const found = draft.get(channelCollection, id) !== undefined
        draft.delete(channelCollection, id)
        return found
      }),
  }
}

function channelsIn(catalog: CatalogReader, account: string, region: string): Channel[] {
  return catalog
    .list(channelCollection)
    .map(({ value }) => value)
    .filter((channel) => channel.account === account && channel.region === region)
}

function conflictOf(channel: Channel, catalog: CatalogReader): ChannelConflict | undefined {
  const { id, account, region, name, source, destinations } = channel
  const others = channelsIn(catalog, account, region).filter((other) => other.id !== id)
  if (others.some((other) => other.name === name)) return { kind: 'name-taken' }
  if (source !== customSource && others.some((other) => other.source === source)) return { kind: 'source-taken' }
  const store = destinations.find((id) => !takesFrom(channel, catalog.get(eventDataStoreCollection, id)))
  return store === undefined ? undefined : { kind: 'unfit-store', store }
}

/** Asked inside the change that makes a channel; deleting a store asks the other way round. So neither goes unseen. */
function takesFrom({ account, region }: Channel, store: EventDataStore | undefined): boolean {
  if (store === undefined || store.deletedAfterMs !== undefined) return false
  return store.kind === 'activity' && store.account === account && store.region === region
}
