import type { ContextSelection } from '@cairn/core/record'
import type { ShownAdvancedSelector } from '@cairn/core/selectors'
import { defineCollection } from '../../ports/catalog.ts'
import type { Tag } from '../../trails/index.ts'

/** The last part of the ARN: what SQL calls the table. */
export type EventDataStoreId = string & { readonly brand: 'EventDataStoreId' }

/** What feeds it: the log's live events, Insights events, or channels. Each kind has a table schema of its own. */
export type EventDataStoreKind = 'events' | 'insights' | 'activity'

/** An event data store as the catalogue keeps it. Optional members are absent when unset, never empty. */
export interface EventDataStore {
  readonly id: EventDataStoreId
  /** `arn:<partition>:cloudtrail:<region>:<account>:eventdatastore/<id>` */
  readonly arn: string
  readonly name: string
  readonly account: string
  readonly region: string
  readonly kind: EventDataStoreKind
  readonly selectors: readonly ShownAdvancedSelector[]
  readonly isMultiRegion: boolean
  readonly billingMode: 'EXTENDABLE_RETENTION_PRICING' | 'FIXED_RETENTION_PRICING'
  /** Days by event time, 7 to 3653. */
  readonly retentionDays: number
  readonly isTerminationProtected: boolean
  /** Whether live events are taken now. Imports and channels go on without it. */
  readonly isIngesting: boolean
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Set while pending deletion: when its seven days are over and its files go. */
  readonly deletedAfterMs?: number
  readonly tags: readonly Tag[]
  /** Events are kept with what records leave out because of their size, up to 1 MB; absent: as the records are. */
  readonly keepsLargeEvents?: boolean
  /** What is added to events of calls made here as `eventContext`; only with large events. */
  readonly context?: ContextSelection
  /** JSON text of its resource policy: what other accounts may do with it. */
  readonly policy?: string
}

/** `CREATED` exists for callers only: a store is ready when the call that makes it is answered. */
export type EventDataStoreStatus = 'ENABLED' | 'STOPPED_INGESTION' | 'PENDING_DELETION'

export function eventDataStoreStatus(store: EventDataStore): EventDataStoreStatus {
  if (store.deletedAfterMs !== undefined) return 'PENDING_DELETION'
  return store.isIngesting ? 'ENABLED' : 'STOPPED_INGESTION'
}

export function eventDataStoreArn(place: {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly id: string
}): string {
  return `arn:${place.partition}:cloudtrail:${place.region}:${place.account}:eventdatastore/${place.id}`
}

/** Key: `<id>`. */
export const eventDataStoreCollection = defineCollection<EventDataStore>('event-data-store')
