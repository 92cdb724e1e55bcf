import { defineOperation } from './service.ts'
import { describeStoreConfiguration, resolveConfigured } from './store-configuration.ts'
import { trailOrStore, trailOrStoreAccess } from './trail-or-store.ts'
import { resolveTrail } from './trail-resolution.ts'

/** No trail aggregates events: see PutEventConfiguration. */
export const getEventConfiguration = defineOperation({
  name: 'GetEventConfiguration',
  action: 'cloudtrail:GetEventConfiguration',
  uses: ['trails', 'eventDataStores'],
  readOnly: true,
  access: (input, capabilities, call) =>
    trailOrStoreAccess('cloudtrail:GetEventConfiguration', input, call, capabilities),
  run(input, { trails, eventDataStores }, call, fail) {
    const named = trailOrStore(input, fail)
    if (named.kind === 'event-data-store') {
      return describeStoreConfiguration(resolveConfigured(named.name, eventDataStores, call, fail))
    }
    return { TrailARN: resolveTrail(named.name, trails, call, fail).arn, AggregationConfigurations: [] }
  },
})
