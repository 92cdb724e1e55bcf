import type { ContextSelection } from '@cairn/core/record'
import type { EventDataStore, EventDataStores } from '../../lake/stores/index.ts'
import type { Call, Fail } from '../operation.ts'
import { resolveStore } from './store-reference.ts'

type Selector = { readonly Type: 'TagContext' | 'RequestContext'; readonly Equals: readonly string[] }

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

export function describeStoreConfiguration({ arn, keepsLargeEvents = false, context }: EventDataStore) {
  return {
    EventDataStoreArn: arn,
    MaxEventSize: keepsLargeEvents ? 'Large' : 'Standard',
    ContextKeySelectors: describeContext(context),
  } as const
}

function describeContext(context: ContextSelection | undefined): readonly Selector[] {
  const { tagKeys = [], requestKeys = [] } = context ?? {}
  const selectors: readonly Selector[] = [
    { Type: 'TagContext', Equals: tagKeys },
    { Type: 'RequestContext', Equals: requestKeys },
  ]
  return selectors.filter(({ Equals: keys }) => keys.length > 0)
}
