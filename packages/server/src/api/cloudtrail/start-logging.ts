import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { failUnknownTrail, resolveTrailAtHome } from './trail-resolution.ts'

export const startLogging = defineOperation({
  name: 'StartLogging',
  action: 'cloudtrail:StartLogging',
  uses: ['trails', 'clock'],
  readOnly: false,
  access: (input, { trails }, call) => trailAccess('cloudtrail:StartLogging', input.Name, call, trails),
  async run(input, { trails, clock }, call, fail) {
    const { arn, account, homeRegion: region, name } = resolveTrailAtHome(input.Name, trails, call, fail)
    const started = await trails.edit(call.cause, { account, region, name }, (trail) =>
      trail.isLogging ? trail : { ...trail, isLogging: true, startedLoggingAtMs: clock.nowMs() },
    )
    return started ? {} : failUnknownTrail(arn, call, fail)
  },
})
