import { defineOperation } from './service.ts'
import { setIngestion } from './store-ingestion.ts'
import { storeAccess } from './store-reference.ts'

export const startEventDataStoreIngestion = defineOperation({
  name: 'StartEventDataStoreIngestion',
  action: 'cloudtrail:StartEventDataStoreIngestion',
  uses: ['eventDataStores', 'clock'],
  readOnly: false,
  access: (input, { eventDataStores }, call) =>
    storeAccess('cloudtrail:StartEventDataStoreIngestion', input.EventDataStore, call, eventDataStores),
  run: (input, capabilities, call, fail) => setIngestion(input.EventDataStore, true, capabilities, call, fail),
})
