import type { EventDataStores } from '../../lake/stores/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Call, Fail } from '../operation.ts'
import { failUnknownStore, resolveStore } from './store-reference.ts'

/** Starts or stops the taking of live events. Imports and queries go on meanwhile. */
export async function setIngestion(
  idOrArn: string,
  isIngesting: boolean,
  { eventDataStores, clock }: { readonly eventDataStores: EventDataStores; readonly clock: Clock },
  call: Call,
  fail: Fail<
    | 'EventDataStoreARNInvalidException'
    | 'EventDataStoreNotFoundException'
    | 'InvalidEventDataStoreCategoryException'
    | 'InvalidEventDataStoreStatusException'
  >,
): Promise<object> {
  const { id, arn } = resolveStore(idOrArn, eventDataStores, call, fail)
  const edited = await eventDataStores.edit(call.cause, id, (store) => {
    if (store.kind !== 'events') {
      fail(
        'InvalidEventDataStoreCategoryException',
        'Ingestion can only be started and stopped for event data stores of CloudTrail events.',
      )
    }
    if (store.deletedAfterMs !== undefined || store.isIngesting === isIngesting) {
      const needed = isIngesting ? 'STOPPED_INGESTION' : 'ENABLED'
      fail('InvalidEventDataStoreStatusException', `The status of the event data store ${arn} must be ${needed}.`)
    }
    return { ...store, isIngesting, updatedAtMs: clock.nowMs() }
  })
  return edited ? {} : failUnknownStore(arn, fail)
}
