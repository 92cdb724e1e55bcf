import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { failUnknownTrail, resolveTrailAtHome } from './trail-resolution.ts'

export const stopLogging = defineOperation({
  name: 'StopLogging',
  action: 'cloudtrail:StopLogging',
  uses: ['trails', 'clock'],
  readOnly: false,
  access: (input, { trails }, call) => trailAccess('cloudtrail:StopLogging', input.Name, call, trails),
  async run(input, { trails, clock }, call, fail) {
    const { arn, account, homeRegion: region, name } = resolveTrailAtHome(input.Name, trails, call, fail)
    const stopped = await trails.edit(call.cause, { account, region, name }, (trail) =>
      trail.isLogging ? { ...trail, isLogging: false, stoppedLoggingAtMs: clock.nowMs() } : trail,
    )
    return stopped ? {} : failUnknownTrail(arn, call, fail)
  },
})
