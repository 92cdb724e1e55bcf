import type { Trail } from '../../trails/index.ts'
import { defineOperation } from './service.ts'
import { describeTrail } from './trail-description.ts'
import { resolveTrailReference } from './trail-resolution.ts'

export const describeTrails = defineOperation({
  name: 'DescribeTrails',
  action: 'cloudtrail:DescribeTrails',
  uses: ['trails'],
  readOnly: true,
  run(input, { trails }, call, fail) {
    const names = input.trailNameList ?? []
    const found: readonly Trail[] =
      names.length === 0
        ? trails.visibleIn(call.account, call.region, { withoutShadows: input.includeShadowTrails === false })
        : // Unknown names are left out without an error, as on AWS.
          names.flatMap((name) => {
            const reference = resolveTrailReference(name, call, fail)
            return reference.account === call.account ? (trails.find(reference) ?? []) : []
          })
    // One trail asked for many times would make a large answer of a small request.
    return { trailList: [...new Set(found)].map(describeTrail) }
  },
})
