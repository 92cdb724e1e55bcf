import { defineOperation } from './service.ts'
import { setIngestion } from './store-ingestion.ts'
import { storeAccess } from './store-reference.ts'

export const stopEventDataStoreIngestion = defineOperation({
  name: 'StopEventDataStoreIngestion',
  action: 'cloudtrail:StopEventDataStoreIngestion',
  uses: ['eventDataStores', 'clock'],
  readOnly: false,
  access: (input, { eventDataStores }, call) =>
    storeAccess('cloudtrail:StopEventDataStoreIngestion', input.EventDataStore, call, eventDataStores),
  run: (input, capabilities, call, fail) => setIngestion(input.EventDataStore, false, capabilities, call, fail),
})
