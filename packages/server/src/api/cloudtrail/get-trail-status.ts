import { defineOperation } from './service.ts'
import { trailAccess } from './trail-access.ts'
import { resolveTrail } from './trail-resolution.ts'

export const getTrailStatus = defineOperation({
  name: 'GetTrailStatus',
  action: 'cloudtrail:GetTrailStatus',
  uses: ['trails', 'delivery', 'integrity'],
  readOnly: true,
  access: (input, { trails }, call) => trailAccess('cloudtrail:GetTrailStatus', input.Name, call, trails),
  run(input, { trails, delivery, integrity }, call, fail) {
    const trail = resolveTrail(input.Name, trails, call, fail)
    const { latestDeliveryAtMs, latestAttemptAtMs, latestError } = delivery.statusOf(trail, call.region)
    const digests = integrity.status(trail.arn, call.region)
    return {
      IsLogging: trail.isLogging,
      ...(latestError !== undefined && { LatestDeliveryError: latestError }),
      ...(latestDeliveryAtMs !== undefined && { LatestDeliveryTime: latestDeliveryAtMs }),
      ...(digests.error !== undefined && { LatestDigestDeliveryError: digests.error }),
      ...(digests.deliveredAtMs !== undefined && { LatestDigestDeliveryTime: digests.deliveredAtMs }),
      ...(trail.startedLoggingAtMs !== undefined && { StartLoggingTime: trail.startedLoggingAtMs }),
      ...(trail.stoppedLoggingAtMs !== undefined && { StopLoggingTime: trail.stoppedLoggingAtMs }),
      // The six legacy texts are always on the wire, empty until something happened. Those that are called succeeded
      // hold times as well.
      LatestDeliveryAttemptTime: secondText(latestAttemptAtMs),
      LatestNotificationAttemptTime: '',
      LatestNotificationAttemptSucceeded: '',
      LatestDeliveryAttemptSucceeded: secondText(latestDeliveryAtMs),
      TimeLoggingStarted: secondText(trail.startedLoggingAtMs),
      TimeLoggingStopped: secondText(trail.stoppedLoggingAtMs),
    }
  },
})

function secondText(timeMs: number | undefined): string {
  return timeMs === undefined ? '' : `${new Date(timeMs).toISOString().slice(0, 19)}Z`
}
