import { describeSelectors } from './selector-description.ts'
import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { resolveTrail } from './trail-resolution.ts'

export const getEventSelectors = defineOperation({
  name: 'GetEventSelectors',
  action: 'cloudtrail:GetEventSelectors',
  uses: ['trails'],
  readOnly: true,
  access: (input, { trails }, call) => trailAccess('cloudtrail:GetEventSelectors', input.TrailName, call, trails),
  run(input, { trails }, call, fail) {
    const { arn, selectors } = resolveTrail(input.TrailName, trails, call, fail)
    return { TrailARN: arn, ...describeSelectors(selectors) }
  },
})
