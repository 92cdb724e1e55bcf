import { Fault } from '../fault.ts'
import type { Clock } from '../ports/clock.ts'
import type { Backlog, Claim, DeliveryPlan, PlanTrail, Target, TrailLife } from '../ports/delivery-plan.ts'
import type { Ids } from '../ports/ids.ts'
import type { Timer } from '../ports/timer.ts'
import { goneTrailWaitMsMax } from '../trails/index.ts'
import { type Attempts, deliveryErrorCode } from './attempts.ts'
import type { ClaimDeliverer, WrittenFile } from './deliver-claim.ts'
import type { Slots } from './slots.ts'

/**
 * Empties the queue of one trail's life.
 *
 *     idle ──events──► gathering ──flush time or size──► delivering ──► idle
 *                                                            │  ▲
 *                                                     failed ▼  │ after a growing wait, or when told that it may succeed
 *                                                          waiting
 *
 * It waits for its own destination and for nothing else.
 */
export interface TrailQueue {
  /** The queue grew. */
  grew(): void
  /** Something changed that may let a failing delivery succeed. */
  retrySoon(): void
  /** Whether the last attempt failed. */
  readonly isFailing: boolean
  /** Delivers everything that is in the plan now. Rejects when that fails, and goes on trying by itself. */
  flush(): Promise<void>
  /** Stops after the claim in hand. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface TrailQueueOptions {
  readonly life: TrailLife
  readonly plan: DeliveryPlan
  readonly deliverer: ClaimDeliverer
  readonly attempts: Attempts
  /** Shared by the queues whose last attempt succeeded, and by the others. */
  readonly slots: { readonly healthy: Slots; readonly doubtful: Slots }
  readonly clock: Clock
  readonly timer: Timer
  readonly ids: Ids
  readonly flushAfterMs: number
  /** The trail as it is now; as the plan knows it where it is gone. */
  current(trail: PlanTrail): PlanTrail
  /** Whether the trail was deleted, or made anew since: nobody can give it another destination any more. */
  isGone(trail: PlanTrail): boolean
  onWritten(file: WrittenFile): Promise<void>
  /** After everything that was due is delivered. */
  onDrained(): Promise<void>
  readonly telemetry: TrailQueueTelemetry
}

export interface TrailQueueTelemetry {
  fileDelivered(facts: {
    readonly trail: string
    readonly key: string
    readonly events: number
    readonly bytes: number
    readonly compressedBytes: number
    readonly outcome: 'written' | 'found'
  }): void
  deliveryFailed(facts: { readonly trail: string; readonly error: unknown; readonly retryInMs: number }): void
  deliveryResumed(facts: { readonly trail: string }): void
  /** Events of a trail that is gone, whose bucket is gone too or refused them too long. They stay in the event history. */
  deliveryGivenUp(facts: { readonly trail: string; readonly bucket: string; readonly events: number }): void
}

/** Records in one claim: one file of full size when a queue is long. */
const claimBytesMax = 4 * 1024 * 1024

/** Claims of one trail under way at once: one being read, one being compressed, one being written. */
const claimsAtOnceMax = 4

const retryMsMin = 1_000
/** A bucket that was away for a day is tried twice a minute: within half a minute of its return the queue moves. */
const retryMsMax = 30_000

export function startTrailQueue(options: TrailQueueOptions): TrailQueue {
  const { life, plan, timer, clock, attempts, telemetry, flushAfterMs } = options
  const stop = new AbortController()
  let wake = () => {}
  let failures = 0
  /** Claims of an earlier process, or of a failed attempt: dealt with before new ones are taken. */
  let mayHaveOpenClaims = true
  let flushing: PromiseWithResolvers<void> | undefined
  /** Since the last failure: what ends then is no success. */
  let hasGivenUp = false

  /** Waits, but not longer than `delayMs` where that is given; `wake` ends it. */
  async function pause(delayMs?: number): Promise<void> {
    const woken = new AbortController()
    wake = () => woken.abort()
    const signal = AbortSignal.any([woken.signal, stop.signal])
    if (delayMs !== undefined) return timer.sleep(delayMs, signal).catch(() => undefined)
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const waitMs = msUntilDue()
      if (waitMs !== 0) {
        await pause(waitMs)
        continue
      }
      const asked = flushing
      try {
        await drain()
        if (failures > 0 && !hasGivenUp) telemetry.deliveryResumed({ trail: arn() })
        failures = 0
        hasGivenUp = false
        await options.onDrained()
        asked?.resolve()
        if (flushing === asked) flushing = undefined
      } catch (error) {
        failures += 1
        mayHaveOpenClaims = true
        const retryInMs = retryDelayMs(failures, (options.ids.bytes(1)[0] ?? 0) / 256)
        telemetry.deliveryFailed({ trail: arn(), error, retryInMs })
        asked?.reject(error)
        if (flushing === asked) flushing = undefined
        await pause(retryInMs)
      }
    }
  }

  const arn = () => plan.backlog(life)?.trail.arn ?? ''

  /** 0 when something is to be done now, `undefined` when nothing is to be done at all. */
  function msUntilDue(): number | undefined {
    const backlog = plan.backlog(life)
    if (flushing !== undefined || (mayHaveOpenClaims && (backlog?.openClaims ?? 0) > 0)) return 0
    if (backlog === undefined || backlog.unclaimedBytes === 0) return undefined
    return backlog.unclaimedBytes >= claimBytesMax ? 0 : msUntilOldestDue(backlog)
  }

  /** A clock that was set back must not make anyone wait longer than the flush time. */
  function msUntilOldestDue({ oldestAcceptedAtMs = 0 }: Backlog): number {
    return Math.min(flushAfterMs, Math.max(0, flushAfterMs - (clock.nowMs() - oldestAcceptedAtMs)))
  }

  function isOldestDue(): boolean {
    const backlog = plan.backlog(life)
    return backlog !== undefined && msUntilOldestDue(backlog) === 0
  }

  /**
   * Delivers what is due, and goes on while claims of full size come in, unless somebody waits for the end. What comes
   * meanwhile and is less waits for its own time.
   */
  async function drain(): Promise<void> {
    if (mayHaveOpenClaims) {
      for (const claim of await plan.openClaims(life)) {
        if (stop.signal.aborted) return
        await inSlot(() => deliver(claim))
      }
      mayHaveOpenClaims = false
    }
    const asked = flushing
    let bytesLeft = asked !== undefined || isOldestDue() ? (plan.backlog(life)?.unclaimedBytes ?? 0) : 0
    let failure: unknown
    const underWay = new Set<Promise<void>>()
    const isDue = () => {
      const unclaimed = plan.backlog(life)?.unclaimedBytes ?? 0
      return unclaimed > 0 && (bytesLeft > 0 || (flushing === asked && unclaimed >= claimBytesMax))
    }
    /** Delivers one more claim beside the others; resolves when it is taken. */
    const begin = (): Promise<void> => {
      const taken = Promise.withResolvers<void>()
      const work = inSlot(async () => {
        if (failure !== undefined) return
        const claim = await take()
        bytesLeft -= claim?.runs.reduce((sum, run) => sum + run.bytes, 0) ?? bytesLeft
        taken.resolve()
        if (claim) await deliver(claim)
      })
      const done = work
        .catch((error: unknown) => {
          failure ??= error
        })
        .finally(() => {
          taken.resolve()
          underWay.delete(done)
        })
      underWay.add(done)
      return taken.promise
    }
    for (;;) {
      const mayTake = failure === undefined && !stop.signal.aborted
      if (mayTake && underWay.size < claimsAtOnceMax && isDue()) await begin()
      else if (underWay.size > 0) await Promise.race([...underWay, news()])
      else break
    }
    if (failure !== undefined) throw failure
  }

  function take(): Promise<Claim | undefined> {
    const trail = plan.backlog(life)?.trail
    if (trail === undefined) return Promise.resolve(undefined)
    return plan.claim(life, { salt: newSalt(), target: options.current(trail).target, bytesMax: claimBytesMax })
  }

  /** Resolves with the next `wake`. */
  function news(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
    })
  }

  const inSlot = (work: () => Promise<void>) => options.slots[failures > 0 ? 'doubtful' : 'healthy'].run(work)
  const newSalt = () => Buffer.from(options.ids.bytes(16)).toString('hex')

  async function deliver(given: Claim): Promise<void> {
    const known = plan.backlog(life)?.trail
    if (known === undefined) throw new Fault('delivery.plan-out-of-step', 'claim without trail', { claim: given.id })
    const trail = options.current(known)
    const claim = await directed(given, trail.target)
    const regions = new Set(claim.runs.map(({ lane }) => lane.region))
    try {
      const files = await options.deliverer.deliver(
        {
          claim,
          trailArn: trail.arn,
          trailAccount: trail.account,
          ...(trail.keyArn !== undefined && { keyArn: trail.keyArn }),
        },
        async (file) => {
          await options.onWritten(file)
          const { key, events, bytes, compressedBytes, put } = file
          const { outcome } = put
          telemetry.fileDelivered({ trail: trail.arn, key, events, bytes, compressedBytes, outcome })
        },
      )
      await plan.settle(claim.id, {
        last: files.map(({ region, confirmedAtMs }) => ({ region, deliveredAtMs: confirmedAtMs })),
        listed: trail.listsFiles ? files.map(listed) : [],
      })
      attempts.note(life, regions, { attemptedAtMs: clock.nowMs() })
    } catch (error) {
      const code = deliveryErrorCode(error)
      if (options.isGone(known) && (code === 'NoSuchBucket' || isOverdue(claim))) return giveUp(claim, trail)
      attempts.note(life, regions, { attemptedAtMs: clock.nowMs(), error: code })
      // Our own name is random: whose object that is, the claim needs another one.
      if (error instanceof Fault && error.code === 'delivery.name-taken') {
        await plan.redirect(claim.id, { salt: newSalt(), target: claim.target })
      }
      throw error
    }
  }

  /** Whether all of it has waited as long as anything waits for the bucket of a trail that is gone. */
  function isOverdue({ runs }: Claim): boolean {
    const nowMs = clock.nowMs()
    return runs.every(({ acceptedAtMs }) => nowMs - acceptedAtMs >= goneTrailWaitMsMax)
  }

  /**
   * Nobody can receive these events any more: the trail cannot be sent elsewhere, and who makes a bucket of that name is
   * somebody else. Kept, they would be tried for ever and keep the log from being shortened. A bucket that is there and
   * refuses may let them in yet, for as long as the real service would wait.
   */
  async function giveUp({ id, runs }: Claim, { arn: name, target }: PlanTrail): Promise<void> {
    await plan.settle(id, { last: [], listed: [] })
    hasGivenUp = true
    const events = runs.reduce((sum, { positions }) => sum + positions.length, 0)
    telemetry.deliveryGivenUp({ trail: name, bucket: target.bucket, events })
  }

  /** The claim as it is to be delivered now: where its trail delivers elsewhere since, it goes there. */
  async function directed(claim: Claim, target: Target): Promise<Claim> {
    if (claim.target.bucket === target.bucket && claim.target.prefix === target.prefix) return claim
    const salt = newSalt()
    await plan.redirect(claim.id, { salt, target })
    const { salt: earlierSalt, target: earlierTarget, earlier } = claim
    return { ...claim, salt, target, earlier: [...earlier, { salt: earlierSalt, target: earlierTarget }] }
  }

  const running = run()
  return {
    get isFailing() {
      return failures > 0
    },
    grew() {
      if (failures === 0) wake()
    },
    retrySoon: () => wake(),
    flush() {
      flushing ??= Promise.withResolvers<void>()
      wake()
      return flushing.promise
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
      flushing?.reject(new Fault('delivery.stopped', 'delivery stops'))
    },
  }
}

function listed({ bytes: _, compressedBytes: __, events: ___, put: ____, keyArn: _____, ...file }: WrittenFile) {
  return file
}

/** Doubles with each failure, then varies by half so that queues with one cause do not return together. */
function retryDelayMs(failures: number, random: number): number {
  const delayMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(failures - 1, 16))
  return Math.round(delayMs * (0.5 + random / 2))
}
