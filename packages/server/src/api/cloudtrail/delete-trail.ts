import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { failUnknownTrail, resolveTrailAtHome } from './trail-resolution.ts'

export const deleteTrail = defineOperation({
  name: 'DeleteTrail',
  action: 'cloudtrail:DeleteTrail',
  uses: ['trails'],
  readOnly: false,
  access: (input, { trails }, call) => trailAccess('cloudtrail:DeleteTrail', input.Name, call, trails),
  async run(input, { trails }, call, fail) {
    const { arn, account, homeRegion: region, name } = resolveTrailAtHome(input.Name, trails, call, fail)
    return (await trails.remove(call.cause, { account, region, name })) ? {} : failUnknownTrail(arn, call, fail)
  },
})
