import type { Buckets, Destinations } from '../buckets/index.ts'
import { type Consumer, every } from '../pipeline/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Backlog, DeliveryPlan, PlanTrail, TrailLife } from '../ports/delivery-plan.ts'
import type { EventLog, Position } from '../ports/event-log.ts'
import type { Ids } from '../ports/ids.ts'
import type { Timer } from '../ports/timer.ts'
import {
  goneTrailWaitMsMax,
  type Trail,
  type TrailEncryption,
  type TrailMatcher,
  type Trails,
} from '../trails/index.ts'
import { createAttempts } from './attempts.ts'
import { createClaimDeliverer } from './deliver-claim.ts'
import { createFileBucket } from './file-bucket.ts'
import { createPutRecorder } from './put-record.ts'
import { createRecentRecords } from './recent-records.ts'
import { createRouter, planTrail, trailLife } from './router.ts'
import { createSettling } from './settling.ts'
import { createSlots } from './slots.ts'
import { startTrailQueue, type TrailQueue, type TrailQueueTelemetry } from './trail-queue.ts'

/** Puts what trails select into their buckets, as log files. */
export interface Delivery extends Pick<DeliveryPlan, 'files' | 'forgetFiles'> {
  /** Its end of the event log: the router, which fills the queues. */
  readonly consumer: Consumer
  /** First position of the log that is still needed. */
  needsFrom(): Position
  /** How the deliveries of a trail in one region went. */
  statusOf(trail: Trail, region: string): DeliveryStatus
  /** Regions in which a trail delivered, or has something to deliver, since it was made. */
  regionsOf(trail: TrailMade): readonly string[]
  /**
   * Whether nothing that a trail selected while it was logging is still on its way. To be asked of trails that stopped
   * logging or are gone, `createdAtMs` undefined where it is not known; it takes a minute to be sure, since calls that
   * began before the trail stopped may still be running.
   */
  isDrained(trail: {
    readonly arn: string
    readonly createdAtMs: number | undefined
    readonly stoppedLoggingAtMs?: number
  }): boolean
  /** The queue of every trail that has one, the longest waiting first. */
  queues(): readonly QueueStatus[]
  /**
   * Delivers everything that was accepted before the call and reached the router.
   *
   * @throws what kept the first failing trail from it; it goes on trying by itself
   */
  flush(): Promise<void>
  /** Finishes the files in hand. What waits stays in the plan. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface TrailMade {
  readonly arn: string
  readonly createdAtMs: number
}

export interface DeliveryStatus {
  readonly latestDeliveryAtMs?: number
  readonly latestAttemptAtMs?: number
  /** Error code of S3; absent when the last attempt succeeded. */
  readonly latestError?: string
}

export interface QueueStatus {
  /** ARN. */
  readonly trail: string
  readonly bucket: string
  /** Selected and not known to be delivered. */
  readonly events: number
  readonly bytes: number
  /** Of the oldest event. */
  readonly ageMs: number
  readonly isFailing: boolean
  /** Of a trail that is gone: when its oldest event is given up, if the bucket still refuses it. */
  readonly givenUpAtMs?: number
}

export interface DeliveryTelemetry extends TrailQueueTelemetry {
  notRoutable(facts: { readonly position: number }): void
  eventsMissing(facts: { readonly trail: string; readonly events: number }): void
  /** A commit of the plan failed; what was read is read again. */
  commitFailed(error: unknown): void
}

export interface DeliveryOptions {
  readonly plan: DeliveryPlan
  readonly log: EventLog
  readonly catalog: Catalog
  readonly trails: Pick<Trails, 'ofAccount'>
  readonly matcher: TrailMatcher
  readonly buckets: Pick<Buckets, 'find'>
  readonly destinations: Destinations
  readonly encryption: TrailEncryption
  readonly clock: Clock
  readonly timer: Timer
  readonly ids: Ids
  readonly flushAfterMs: number
  readonly telemetry: DeliveryTelemetry
}

/** Claims under way at once: two keep both cores compressing while two others read and write. 4 MiB of records each. */
const healthySlots = 4
/** Queues whose last attempt failed share these, so that destinations that hang take no slot from the others. */
const doubtfulSlots = 2

/** What the router read becomes durable this often, where the flush time is not shorter. */
const commitMsMax = 500

/** Records kept in memory between routing and delivery. */
const recentBytesMax = 24 * 1024 * 1024
/** How far routing may be ahead of deliveries that go well before it lets them catch up, so that records are still kept. */
const aheadBytesMax = 16 * 1024 * 1024
/** The longest pause before a batch: a destination that is slow, but does not fail, holds up the others no longer. */
const paceMsMax = 100
/** How often it is looked whether deliveries have caught up. */
const paceMs = 5

export function createDelivery(options: DeliveryOptions): Delivery {
  const {
    plan,
    log,
    catalog,
    trails,
    matcher,
    buckets,
    destinations,
    encryption,
    clock,
    timer,
    ids,
    flushAfterMs,
    telemetry,
  } = options
  const queues = new Map<TrailLife, TrailQueue>()
  const attempts = createAttempts()
  const slots = { healthy: createSlots(healthySlots), doubtful: createSlots(doubtfulSlots) }
  const bucket = createFileBucket({ destinations, encryption, clock })
  const recent = createRecentRecords(recentBytesMax)
  const deliverer = createClaimDeliverer({ log, recent, bucket, clock, telemetry })
  const recordPut = createPutRecorder({ log, catalog, matcher, findBucket: buckets.find })
  const router = createRouter({
    plan,
    log,
    matcher,
    telemetry,
    async onBatch(frames, concernsTrails) {
      if (concernsTrails) recent.keep(frames)
      for (let waitedMs = 0; bytesAhead() > aheadBytesMax && waitedMs < paceMsMax; waitedMs += paceMs) {
        await timer.sleep(paceMs, pacing.signal).catch(() => undefined)
      }
    },
    onSelected: (lives) => {
      for (const life of lives) queueOf(life).grew()
    },
  })

  const settled = createSettling({
    nowMs: clock.nowMs,
    isRouted: (toMs) => plan.start() === log.bounds().end || router.routedToMs() >= toMs,
  })

  const pacing = new AbortController()
  const bytesAhead = () =>
    plan.backlogs().reduce((sum, { trail, bytes }) => sum + (queues.get(trail.life)?.isFailing ? 0 : bytes), 0)

  const livingTrail = ({ account, arn, life }: PlanTrail): Trail | undefined =>
    trails.ofAccount(account).find((trail) => trail.arn === arn && trailLife(trail) === life)
  const current = (trail: PlanTrail): PlanTrail => {
    const living = livingTrail(trail)
    return living ? planTrail(living) : trail
  }

  function queueOf(life: TrailLife): TrailQueue {
    const known = queues.get(life)
    if (known) return known
    const queue = startTrailQueue({
      life,
      plan,
      deliverer,
      attempts,
      slots,
      clock,
      timer,
      ids,
      flushAfterMs,
      current,
      isGone: (trail) => livingTrail(trail) === undefined,
      onWritten: recordPut,
      onDrained: () => forgetIfGone(life),
      telemetry,
    })
    queues.set(life, queue)
    return queue
  }

  /** The queue itself stays, idle: it costs nothing and ends with the process. */
  async function forgetIfGone(life: TrailLife): Promise<void> {
    const backlog = plan.backlog(life)
    if (backlog === undefined || backlog.events > 0 || livingTrail(backlog.trail)) return
    await plan.forget(life)
    attempts.forget(life)
  }

  /** A bucket that refused may let us in since: its policy, its existence and the trail itself are documents. */
  const unsubscribe = catalog.onChange(() => {
    for (const [life, queue] of queues) {
      const trail = queue.isFailing ? plan.backlog(life)?.trail : undefined
      if (trail === undefined || isRefused(trail)) continue
      queue.retrySoon()
    }
  })

  /** Also where the bucket's policy cannot be read: a listener must not throw, and the next attempt will tell. */
  function isRefused(trail: PlanTrail): boolean {
    try {
      const { account, arn } = trail
      const { target, keyArn } = current(trail)
      const destined = {
        target,
        account,
        trailArn: arn,
        trailAccount: account,
        ...(keyArn !== undefined && { keyArn }),
      }
      return bucket.refusal(destined) !== undefined
    } catch {
      return true
    }
  }

  for (const { trail } of plan.backlogs()) queueOf(trail.life)
  const committing = every(Math.min(commitMsMax, flushAfterMs / 4), () => router.commit(), {
    timer,
    onFailed: (error) => telemetry.commitFailed(error),
  })

  return {
    consumer: router.consumer,
    needsFrom: () => {
      const routed = plan.start() ?? log.bounds().first
      return Math.min(routed, plan.needsFrom() ?? routed) as Position
    },
    statusOf(trail, region) {
      const life = trailLife(trail)
      const deliveredAtMs = plan.lastDeliveries(life).get(region)
      const attempt = attempts.of(life, region)
      const attemptedAtMs = attempt?.attemptedAtMs ?? deliveredAtMs
      return {
        ...(deliveredAtMs !== undefined && { latestDeliveryAtMs: deliveredAtMs }),
        ...(attemptedAtMs !== undefined && { latestAttemptAtMs: attemptedAtMs }),
        ...(attempt?.error !== undefined && { latestError: attempt.error }),
      }
    },
    regionsOf: (trail) => [...plan.regions(trailLife(trail))],
    isDrained({ arn, createdAtMs, stoppedLoggingAtMs }) {
      const isMeant = ({ trail }: Backlog) =>
        trail.arn === arn && (createdAtMs === undefined || trail.life === trailLife({ arn, createdAtMs }))
      return (
        settled.isSettled(`${arn}#${createdAtMs}#${stoppedLoggingAtMs}`) &&
        plan.backlogs().every((one) => !isMeant(one) || one.events === 0)
      )
    },
    queues() {
      const nowMs = clock.nowMs()
      return plan
        .backlogs()
        .filter(({ events }) => events > 0)
        .map(({ trail, events, bytes, oldestAcceptedAtMs = nowMs }) => ({
          trail: trail.arn,
          bucket: trail.target.bucket,
          events,
          bytes,
          ageMs: Math.max(0, nowMs - oldestAcceptedAtMs),
          isFailing: queues.get(trail.life)?.isFailing ?? false,
          ...(livingTrail(trail) === undefined && { givenUpAtMs: oldestAcceptedAtMs + goneTrailWaitMsMax }),
        }))
        .sort((left, right) => right.ageMs - left.ageMs)
    },
    async flush() {
      await router.commit()
      const waiting = plan.backlogs().filter(({ events }) => events > 0)
      await Promise.all(waiting.map(({ trail }) => queueOf(trail.life).flush()))
    },
    files: plan.files,
    forgetFiles: plan.forgetFiles,
    async [Symbol.asyncDispose]() {
      unsubscribe()
      pacing.abort()
      await committing[Symbol.asyncDispose]()
      await Promise.all([...queues.values()].map((queue) => queue[Symbol.asyncDispose]()))
      await router.commit().catch((error: unknown) => telemetry.commitFailed(error))
    },
  }
}
