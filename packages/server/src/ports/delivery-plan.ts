import type { PlannedFile, Run } from '@cairn/core/log-file'
import type { Position } from './event-log.ts'

/**
 * What trails selected and have not delivered yet, durable: one queue for each trail, filled by the router and emptied
 * by delivery. Holds positions in the event log, never events.
 */

/** One life of a trail: a trail that is deleted and made again is another one. `"<trail ARN>#<createdAtMs>"` */
export type TrailLife = string & { readonly brand: 'TrailLife' }

/** Where a trail's files go. */
export interface Target {
  readonly bucket: string
  /** Without slash at its ends. */
  readonly prefix?: string
}

/** What is needed of a trail that may be gone by the time its last events are delivered. */
export interface PlanTrail {
  readonly life: TrailLife
  readonly arn: string
  readonly account: string
  readonly target: Target
  /** ARN of the KMS key for its files, where it has one. */
  readonly keyArn?: string
  /** Whether its files are listed for digests. */
  readonly listsFiles: boolean
}

/** Selected events of one lane, ascending by position. */
export interface SelectedRun extends Run {
  readonly positions: readonly Position[]
  /** When the oldest of them was accepted. */
  readonly acceptedAtMs: number
}

export interface Routed {
  /** Position behind what was looked at. */
  readonly next: Position
  readonly selected: readonly { readonly trail: PlanTrail; readonly runs: readonly SelectedRun[] }[]
}

/** Where the files of a claim go, and what they are called there. */
export interface ClaimName {
  /** Random, 32 hex digits: names of files are derived from it. */
  readonly salt: string
  readonly target: Target
}

/** Runs that were taken out of a queue for delivery. */
export interface Claim extends ClaimName {
  readonly id: number
  readonly life: TrailLife
  /** What it was redirected from: files may be there whose store took them and was not heard. Oldest first. */
  readonly earlier: readonly ClaimName[]
  readonly runs: readonly SelectedRun[]
}

/** A log file that is proven to be in its bucket. */
export interface DeliveredFile {
  /** ARN. */
  readonly trail: string
  readonly account: string
  readonly region: string
  readonly kind: PlannedFile<Run>['lane']['kind']
  readonly bucket: string
  readonly key: string
  /** Hex, of the content before compression. */
  readonly sha256: string
  readonly newestEventMs: number
  readonly oldestEventMs: number
  /** When the store answered that it has the file. */
  readonly confirmedAtMs: number
  /** When the store says it was written: earlier than `confirmedAtMs` where an answer was lost. */
  readonly storedAtMs: number
}

export interface ListedFile extends DeliveredFile {
  /** Ascending in the order of confirmation. */
  readonly id: number
}

export interface Backlog {
  readonly trail: PlanTrail
  /** Events selected and not known to be delivered, claimed ones included. */
  readonly events: number
  readonly bytes: number
  /** Bytes of what no claim has taken yet. */
  readonly unclaimedBytes: number
  /** Accept time of the oldest event; absent when there is none. */
  readonly oldestAcceptedAtMs?: number
  readonly openClaims: number
}

/** The last delivery of a trail in one region. */
export interface LastDelivery {
  readonly region: string
  readonly deliveredAtMs: number
}

/**
 * Methods that change something resolve when it is durable. Calls for one trail follow each other; `route` may run
 * beside them.
 *
 * Every method throws Fault `delivery.plan-full` when the disk has no room (nothing changed, a later call may succeed)
 * and `delivery.plan-failed` when what is on disk is unknown.
 */
export interface DeliveryPlan {
  /** First position that was not routed; `undefined` in a new plan. */
  start(): Position | undefined
  /** Adds what was selected and moves the start, atomically. */
  route(routed: Routed): Promise<void>
  /** Trails with a queue or a history of deliveries. From memory. */
  backlogs(): readonly Backlog[]
  backlog(life: TrailLife): Backlog | undefined
  /** Smallest position the plan still needs; `undefined` when it needs none. */
  needsFrom(): Position | undefined
  /** Takes runs from the front of a queue while they stay within `bytesMax`, at least one; `undefined` when it is empty. */
  claim(
    life: TrailLife,
    claim: { readonly salt: string; readonly target: Target; readonly bytesMax: number },
  ): Promise<Claim | undefined>
  /** Claims that were neither settled nor given up, oldest first. */
  openClaims(life: TrailLife): Promise<readonly Claim[]>
  /** Gives an open claim another name and destination; it remembers the old one. */
  redirect(id: number, name: ClaimName): Promise<void>
  /** Ends a claim: its runs are delivered. Keeps `listed` for whoever asks with `files`. */
  settle(
    id: number,
    outcome: { readonly last: readonly LastDelivery[]; readonly listed: readonly DeliveredFile[] },
  ): Promise<void>
  /** Last deliveries of a trail's life, by region. From memory. */
  lastDeliveries(life: TrailLife): ReadonlyMap<string, number>
  /** Regions in which a trail's life delivered, or has something to deliver. From memory. */
  regions(life: TrailLife): ReadonlySet<string>
  /** Forgets a trail that is gone and has nothing left to deliver. */
  forget(life: TrailLife): Promise<void>
  /** Delivered files of a trail (ARN) and region that validates its files, in the order of confirmation, behind `after`. */
  files(question: {
    readonly trail: string
    readonly region: string
    readonly after?: number
    readonly limit: number
  }): Promise<readonly ListedFile[]>
  /** Forgets files up to `through`, inclusive. */
  forgetFiles(question: { readonly trail: string; readonly region: string; readonly through: number }): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
