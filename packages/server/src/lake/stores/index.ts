export {
  type EventDataStore,
  type EventDataStoreId,
  type EventDataStoreKind,
  eventDataStoreArn,
  eventDataStoreCollection,
  eventDataStoreStatus,
} from './event-data-store.ts'
export { createEventDataStores, type EventDataStores, restorableMs, type StoreObstacle } from './event-data-stores.ts'
export { createStoreMatcher } from './store-matcher.ts'
