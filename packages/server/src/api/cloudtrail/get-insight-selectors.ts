import { defineOperation } from './service.ts'
import { resolveNamedStore } from './store-reference.ts'
import { trailOrStore, trailOrStoreAccess } from './trail-or-store.ts'
import { resolveTrail } from './trail-resolution.ts'

/** No trail and no store has Insights: see PutInsightSelectors. */
export const getInsightSelectors = defineOperation({
  name: 'GetInsightSelectors',
  action: 'cloudtrail:GetInsightSelectors',
  uses: ['trails', 'eventDataStores'],
  readOnly: true,
  access: (input, capabilities, call) =>
    trailOrStoreAccess('cloudtrail:GetInsightSelectors', input, call, capabilities),
  run(input, { trails, eventDataStores }, call, fail) {
    const named = trailOrStore(input, fail)
    if (named.kind === 'event-data-store') {
      const store = resolveNamedStore('EventDataStore', named.name, eventDataStores, call, fail)
      return fail('InsightNotEnabledException', `Event data store ${store.arn} does not have Insights enabled.`)
    }
    const { arn } = resolveTrail(named.name, trails, call, fail)
    return fail(
      'InsightNotEnabledException',
      `Trail ${arn} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
    )
  },
})
