import { defineOperation } from './service.ts'
import { trailOrStore, trailOrStoreAccess } from './trail-or-store.ts'
import { resolveTrail } from './trail-resolution.ts'

/** No trail has Insights: see PutInsightSelectors. */
export const getInsightSelectors = defineOperation({
  name: 'GetInsightSelectors',
  action: 'cloudtrail:GetInsightSelectors',
  uses: ['trails'],
  readOnly: true,
  access: (input, { trails }, call) => trailOrStoreAccess('cloudtrail:GetInsightSelectors', input, call, trails),
  run(input, { trails }, call, fail) {
    const named = trailOrStore(input, fail)
    if (named.kind === 'event-data-store') {
      return fail('UnsupportedOperationException', 'Cairn does not have event data stores yet: name a trail.')
    }
    const { arn } = resolveTrail(named.name, trails, call, fail)
    return fail(
      'InsightNotEnabledException',
      `Trail ${arn} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
    )
  },
})
