import { defineOperation } from './service.ts'
import { failUnknownStore } from './store-reference.ts'
import { trailOrStore, trailOrStoreAccess } from './trail-or-store.ts'
import { resolveTrail } from './trail-resolution.ts'

/** No trail aggregates events: see PutEventConfiguration. */
export const getEventConfiguration = defineOperation({
  name: 'GetEventConfiguration',
  action: 'cloudtrail:GetEventConfiguration',
  uses: ['trails'],
  readOnly: true,
  access: (input, { trails }, call) => trailOrStoreAccess('cloudtrail:GetEventConfiguration', input, call, trails),
  run(input, { trails }, call, fail) {
    const named = trailOrStore(input, fail)
    if (named.kind === 'event-data-store') return failUnknownStore(named.name, call, fail)
    return { TrailARN: resolveTrail(named.name, trails, call, fail).arn, AggregationConfigurations: [] }
  },
})
