export {
  type EventDataStore,
  type EventDataStoreId,
  type EventDataStoreKind,
  type EventDataStoreStatus,
  eventDataStoreArn,
  eventDataStoreCollection,
  eventDataStoreStatus,
} from './event-data-store.ts'
export {
  createEventDataStores,
  type EventDataStores,
  restorableMs,
  type StoreObstacle,
  type StorePlace,
  type StoreSurroundings,
} from './event-data-stores.ts'
export { createStoreMatcher, type StoreMatcher } from './store-matcher.ts'
