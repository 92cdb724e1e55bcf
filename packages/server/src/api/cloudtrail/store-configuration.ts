import type { EventDataStore, EventDataStores } from '../../lake/stores/index.ts'
import type { Call, Fail } from '../operation.ts'
import { resolveStore } from './store-reference.ts'

/** The store whose event configuration a call is about: one of CloudTrail's own events. */
export function resolveConfigured(
  idOrArn: string,
  stores: EventDataStores,
  call: Call,
  fail: Fail<
    'EventDataStoreARNInvalidException' | 'EventDataStoreNotFoundException' | 'InvalidEventDataStoreCategoryException'
  >,
): EventDataStore {
  const store = resolveStore(idOrArn, stores, call, fail)
  if (store.kind !== 'events') {
    fail(
      'InvalidEventDataStoreCategoryException',
      'Event configuration is for event data stores of management, data and network activity events.',
    )
  }
  return store
}

export function describeStoreConfiguration({ arn, keepsLargeEvents = false }: EventDataStore) {
  return {
    EventDataStoreArn: arn,
    MaxEventSize: keepsLargeEvents ? 'Large' : 'Standard',
    ContextKeySelectors: [],
  } as const
}
