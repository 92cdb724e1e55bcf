import { type EventDataStore, eventDataStoreStatus } from '../../lake/stores/index.ts'
import type { GetEventDataStoreResponse } from '../generated/cloudtrail.ts'

/** A store as all operations answer it. */
export function describeStore(store: EventDataStore) {
  return {
    EventDataStoreArn: store.arn,
    Name: store.name,
    Status: eventDataStoreStatus(store),
    AdvancedEventSelectors: store.selectors,
    MultiRegionEnabled: store.isMultiRegion,
    OrganizationEnabled: false,
    RetentionPeriod: store.retentionDays,
    TerminationProtectionEnabled: store.isTerminationProtected,
    CreatedTimestamp: store.createdAtMs,
    UpdatedTimestamp: store.updatedAtMs,
    BillingMode: store.billingMode,
  } as const satisfies GetEventDataStoreResponse
}
