import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { resolveTrail } from './trail-resolution.ts'

export const getTrailStatus = defineOperation({
  name: 'GetTrailStatus',
  action: 'cloudtrail:GetTrailStatus',
  uses: ['trails'],
  readOnly: true,
  access: (input, { trails }, call) => trailAccess('cloudtrail:GetTrailStatus', input.Name, call, trails),
  run(input, { trails }, call, fail) {
    const trail = resolveTrail(input.Name, trails, call, fail)
    return {
      IsLogging: trail.isLogging,
      ...(trail.startedLoggingAtMs !== undefined && { StartLoggingTime: trail.startedLoggingAtMs }),
      ...(trail.stoppedLoggingAtMs !== undefined && { StopLoggingTime: trail.stoppedLoggingAtMs }),
      // The six legacy texts are always on the wire, empty until something happened.
      LatestDeliveryAttemptTime: '',
      LatestNotificationAttemptTime: '',
      LatestNotificationAttemptSucceeded: '',
      LatestDeliveryAttemptSucceeded: '',
      TimeLoggingStarted: secondText(trail.startedLoggingAtMs),
      TimeLoggingStopped: secondText(trail.stoppedLoggingAtMs),
    }
  },
})

function secondText(timeMs: number | undefined): string {
  return timeMs === undefined ? '' : `${new Date(timeMs).toISOString().slice(0, 19)}Z`
}
