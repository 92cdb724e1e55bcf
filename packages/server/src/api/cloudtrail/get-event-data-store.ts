import { defineOperation } from './service.ts'
import { describeStore } from './store-description.ts'
import { resolveStore, storeAccess } from './store-reference.ts'

export const getEventDataStore = defineOperation({
  name: 'GetEventDataStore',
  action: 'cloudtrail:GetEventDataStore',
  uses: ['eventDataStores'],
  readOnly: true,
  access: (input, { eventDataStores }, call) =>
    storeAccess('cloudtrail:GetEventDataStore', input.EventDataStore, call, eventDataStores),
  run: (input, { eventDataStores }, call, fail) =>
    describeStore(resolveStore(input.EventDataStore, eventDataStores, call, fail, { isShared: true })),
})
