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
}

/** Key: `<id>`. */
export const eventDataStoreCollection = defineCollection<EventDataStore>('event-data-store')
