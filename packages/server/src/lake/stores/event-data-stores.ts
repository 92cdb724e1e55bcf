import type { Catalog, CatalogReader, Cause } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import { type EventDataStore, type EventDataStoreId, eventDataStoreCollection } from './event-data-store.ts'

/** Why a store cannot be made. */
export type StoreObstacle = { readonly kind: 'name-taken' } | { readonly kind: 'too-many'; readonly count: number }

/**
 * The event data stores of every account. Reads answer from the last durable catalogue version; those that are pending
 * deletion are among them until their seven days are over.
 *
 *     created ──► ingesting ◄──► stopped          restored
 *                     │             │                 │
 *                     └─────────────┴──► pending ◄────┘
 *                                           │ seven days
 *                                           └──► gone, with its files
 */
export interface EventDataStores {
  /** By id, of any account: whoever asks checks whether the caller may know it. */
  find(id: string): EventDataStore | undefined
  byName(place: StorePlace): EventDataStore | undefined
  /** Stores of an account, in one region or in all, by name. */
  ofAccount(account: string, region?: string): readonly EventDataStore[]
  /** What is in the way of a new store; `undefined` when nothing is. `perRegionMax` counts those pending deletion too. */
  obstacle(store: EventDataStore, perRegionMax?: number): StoreObstacle | undefined
  /** Adds the store; or answers what is in the way, changing nothing. */
  create(cause: Cause, store: EventDataStore, perRegionMax?: number): Promise<StoreObstacle | undefined>
  /**
   * Replaces a store by what `edit` makes of its newest state; `undefined` when there is none. What `edit` throws
   * refuses the change; it may ask about what else is in the catalogue at that moment.
   */
  edit(
    cause: Cause,
    id: EventDataStoreId,
    edit: (store: EventDataStore, around: StoreSurroundings) => EventDataStore,
  ): Promise<EventDataStore | undefined>
  /** Removes the stores whose seven days are over. Their files go when ingestion finds them gone. */
  removeDue(): Promise<void>
}

/** What a change of a store is held against. */
export interface StoreSurroundings {
  /** Whether another store of the account and region has the name. */
  isNameTaken(name: string): boolean
  /** Whether a channel leads to the store. */
  hasChannel(): boolean
  /** Whether log files are being copied into it. */
  hasImport(): boolean
}

type IsInUse = (catalog: CatalogReader, id: EventDataStoreId) => boolean

export interface StorePlace {
  readonly account: string
  readonly region: string
  readonly name: string
}

/** How long a deleted store can be restored. @source CloudTrail API Reference, DeleteEventDataStore */
export const restorableMs = 7 * 86_400_000

export function createEventDataStores({
  catalog,
  clock,
  hasChannel,
  hasImport,
}: {
  readonly catalog: Catalog
  readonly clock: Clock
  /** What leads into a store; asked of the catalogue as it is within a change. */
  readonly hasChannel: IsInUse
  readonly hasImport: IsInUse
}): EventDataStores {
  const isDue = ({ deletedAfterMs }: EventDataStore) => deletedAfterMs !== undefined && deletedAfterMs <= clock.nowMs()
  return {
    find: (id) => catalog.get(eventDataStoreCollection, id),
    byName: (place) => named(catalog, place),
    ofAccount: (account, region) =>
      storesIn(catalog, account, region).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    obstacle: (store, perRegionMax) => obstacleTo(store, catalog, perRegionMax),
    create: (cause, store, perRegionMax) =>
      catalog.change(cause, (draft) => {
        const obstacle = obstacleTo(store, draft, perRegionMax)
        if (obstacle === undefined) draft.put(eventDataStoreCollection, store.id, store)
        return obstacle
      }),
    edit: (cause, id, edit) =>
      catalog.change(cause, (draft) => {
        const store = draft.get(eventDataStoreCollection, id)
        if (store === undefined) return undefined
        const { account, region } = store
        const edited = edit(store, {
          isNameTaken(name) {
            const other = named(draft, { account, region, name })
            return other !== undefined && other.id !== id
          },
          hasChannel: () => hasChannel(draft, id),
          hasImport: () => hasImport(draft, id),
        })
        if (edited !== store) draft.put(eventDataStoreCollection, id, edited)
        return edited
      }),
    async removeDue() {
      if (!catalog.list(eventDataStoreCollection).some(({ value }) => isDue(value))) return
      // Judged again inside the change: one may have been restored meanwhile.
      await catalog.change({ intentId: undefined }, (draft) => {
        for (const { key, value } of draft.list(eventDataStoreCollection)) {
          if (isDue(value)) draft.delete(eventDataStoreCollection, key)
        }
      })
    },
  }
}

function storesIn(catalog: CatalogReader, account: string, region?: string): EventDataStore[] {
  return catalog
    .list(eventDataStoreCollection)
    .map(({ value }) => value)
    .filter((store) => store.account === account && (region === undefined || store.region === region))
}

function named(catalog: CatalogReader, { account, region, name }: StorePlace): EventDataStore | undefined {
  return storesIn(catalog, account, region).find((store) => store.name === name)
}

function obstacleTo(
  store: EventDataStore,
  catalog: CatalogReader,
  perRegionMax = Number.POSITIVE_INFINITY,
): StoreObstacle | undefined {
  const others = storesIn(catalog, store.account, store.region)
  if (others.some(({ name }) => name === store.name)) return { kind: 'name-taken' }
  return others.length >= perRegionMax ? { kind: 'too-many', count: others.length } : undefined
}
