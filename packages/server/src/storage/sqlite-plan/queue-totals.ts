import type { Backlog, PlanTrail } from '../../ports/delivery-plan.ts'

/** Of the oldest run there is. */
export interface QueueFront {
  readonly position: number
  readonly acceptedAtMs: number
}

/** What is kept in memory of a trail's queue, so that nobody has to count rows. */
export interface QueueTotals {
  /** Row id. */
  readonly id: number
  readonly trail: PlanTrail
  readonly lastSeq: number
  readonly claimedTo: number
  readonly events: number
  readonly bytes: number
  readonly unclaimedBytes: number
  readonly openClaims: number
  readonly front: QueueFront | undefined
  readonly lastDeliveries: ReadonlyMap<string, number>
  /** Every region with a run or a delivery. */
  readonly regions: ReadonlySet<string>
}

export function newQueue(id: number, trail: PlanTrail): QueueTotals {
  return {
    id,
    trail,
    lastSeq: 0,
    claimedTo: 0,
    events: 0,
    bytes: 0,
    unclaimedBytes: 0,
    openClaims: 0,
    front: undefined,
    lastDeliveries: new Map(),
    regions: new Set(),
  }
}

export function backlogOf({ trail, events, bytes, unclaimedBytes, openClaims, front }: QueueTotals): Backlog {
  return {
    trail,
    events,
    bytes,
    unclaimedBytes,
    openClaims,
    ...(front !== undefined && { oldestAcceptedAtMs: front.acceptedAtMs }),
  }
}
