import { defineOperation } from './service.ts'
import { describeStore } from './store-description.ts'
import { failUnknownStore, resolveStore, storeAccess } from './store-reference.ts'

/** It is as it was when it was deleted: ingesting or stopped. */
export const restoreEventDataStore = defineOperation({
  name: 'RestoreEventDataStore',
  action: 'cloudtrail:RestoreEventDataStore',
  uses: ['eventDataStores', 'clock'],
  readOnly: false,
  access: (input, { eventDataStores }, call) =>
    storeAccess('cloudtrail:RestoreEventDataStore', input.EventDataStore, call, eventDataStores),
  async run(input, { eventDataStores, clock }, call, fail) {
    const { id, arn } = resolveStore(input.EventDataStore, eventDataStores, call, fail)
    const restored = await eventDataStores.edit(call.cause, id, ({ deletedAfterMs, ...store }) => {
      if (deletedAfterMs === undefined) {
        fail('InvalidEventDataStoreStatusException', `The event data store ${arn} is not pending deletion.`)
      }
      return { ...store, updatedAtMs: clock.nowMs() }
    })
    return describeStore(restored ?? failUnknownStore(arn, fail))
  },
})
