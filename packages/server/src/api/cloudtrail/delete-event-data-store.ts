import { restorableMs } from '../../lake/stores/index.ts'
import { defineOperation } from './service.ts'
import { checkActive, failUnknownStore, resolveStore, storeAccess } from './store-reference.ts'
import { failOngoingImport } from './store-settings.ts'

/** From now on the store takes and answers nothing; for seven days it can be restored, then it goes with its files. */
export const deleteEventDataStore = defineOperation({
  name: 'DeleteEventDataStore',
  action: 'cloudtrail:DeleteEventDataStore',
  uses: ['eventDataStores', 'clock'],
  readOnly: false,
  access: (input, { eventDataStores }, call) =>
    storeAccess('cloudtrail:DeleteEventDataStore', input.EventDataStore, call, eventDataStores),
  async run(input, { eventDataStores, clock }, call, fail) {
    const { id, arn } = resolveStore(input.EventDataStore, eventDataStores, call, fail)
    const deleted = await eventDataStores.edit(call.cause, id, (store, { hasChannel, hasImport }) => {
      checkActive(store, fail)
      if (store.isTerminationProtected) {
        fail(
          'EventDataStoreTerminationProtectedException',
          `Termination protection is enabled for the event data store ${arn}.`,
        )
      }
      if (hasChannel()) {
        fail('ChannelExistsForEDSException', `A channel exists for the event data store ${arn}: delete it first.`)
      }
      if (hasImport()) failOngoingImport(arn, fail)
      const nowMs = clock.nowMs()
      return { ...store, deletedAfterMs: nowMs + restorableMs, updatedAtMs: nowMs }
    })
    return deleted ? {} : failUnknownStore(arn, fail)
  },
})
