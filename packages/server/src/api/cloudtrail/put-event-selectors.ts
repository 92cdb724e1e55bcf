import { judgeTrailSelectors } from '../../trails/index.ts'
import { describeSelectors } from './selector-description.ts'
import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { failUnknownTrail, resolveTrailAtHome } from './trail-resolution.ts'

/** Replaces a trail's selectors, of whichever kind they were. */
export const putEventSelectors = defineOperation({
  name: 'PutEventSelectors',
  action: 'cloudtrail:PutEventSelectors',
  uses: ['trails', 'resourceTypes'],
  readOnly: false,
  access: (input, { trails }, call) => trailAccess('cloudtrail:PutEventSelectors', input.TrailName, call, trails),
  async run(input, { trails, resourceTypes }, call, fail) {
    const { arn, account, homeRegion: region, name } = resolveTrailAtHome(input.TrailName, trails, call, fail)
    const verdict = judgeTrailSelectors(input, resourceTypes)
    if (verdict.kind === 'invalid') return fail('InvalidEventSelectorsException', verdict.message)
    const { selectors } = verdict
    const edited = await trails.edit(call.cause, { account, region, name }, (trail) => ({ ...trail, selectors }))
    return edited ? { TrailARN: arn, ...describeSelectors(selectors) } : failUnknownTrail(arn, call, fail)
  },
})
