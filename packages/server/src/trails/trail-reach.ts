import type { Trail } from './trail.ts'
import type { TrailEvent } from './trail-event.ts'

/** Why a trail is not asked about an event at all, whatever its selectors say. */
export type OutOfReach = 'other-account' | 'not-logging' | 'other-region' | 'global-service' | 'own-delivery'

/**
 * Whether an event is within a trail's reach; `undefined` when it is. For one trail the answer depends on no more of
 * the event than its account, region, `isGlobalService` and `isOwnDelivery`.
 *
 * @source CloudTrail User Guide, multi-region trails and global service events: a trail of a single region gets the
 * latter only when its home is the region they are recorded in
 */
export function outOfReach(trail: Trail, event: TrailEvent): OutOfReach | undefined {
  if (trail.account !== event.account) return 'other-account'
  if (!trail.isLogging) return 'not-logging'
  if (!trail.isMultiRegion && trail.homeRegion !== event.region) return 'other-region'
  if (event.isGlobalService && !trail.includesGlobalServiceEvents) return 'global-service'
  if (event.isOwnDelivery && !trail.logsItself) return 'own-delivery'
  return undefined
}
