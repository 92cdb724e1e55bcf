import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../fault.ts'
import type {
  Claim,
  ClaimName,
  DeliveredFile,
  LastDelivery,
  ListedFile,
  PlanTrail,
  Routed,
  Target,
  TrailLife,
} from '../../ports/delivery-plan.ts'
import { copySqliteFile } from '../sqlite-file/index.ts'
import { encodePositions } from './position-codec.ts'
import { newQueue, type QueueFront, type QueueTotals } from './queue-totals.ts'
import { changedRows, rowChecksum } from './row-checksum.ts'
import { claimNameOf, earlierOf, runOf, trailOf } from './rows.ts'
import { openDatabase } from './schema.ts'
import { prepareStatements } from './statements.ts'

/** SQLite's primary result code for a full disk. */
const sqliteFull = 13

/** @throws Fault `delivery.plan-newer-format`, `delivery.plan-unreadable` */
export function openPlanDatabase(path: string): PlanDatabase {
  return new PlanDatabase(openDatabase(path))
}

/** What a change did: the queues it touched as they are now; `undefined` for one that is gone. */
export interface Changed<Result> {
  readonly result: Result
  readonly start: number | undefined
  readonly queues: readonly (readonly [TrailLife, QueueTotals | undefined])[]
}

/**
 * The plan's file, synchronous; lives in a worker, or in memory for tests. Runs of a trail are numbered in the order of
 * selection. Claims take them from the front, so a claim is a range of numbers and the unclaimed rest begins behind
 * the last one.
 */
export class PlanDatabase {
  readonly #database: DatabaseSync
  readonly #statements: ReturnType<typeof prepareStatements>
  readonly #queues = new Map<TrailLife, QueueTotals>()
  readonly #touched = new Set<TrailLife>()
  #start: number | undefined

  /** Takes over what `openDatabase` opened. */
  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = prepareStatements(database)
    const next = this.#statements.head.get()?.next_position
    this.#start = next === null ? undefined : Number(next)
    for (const row of this.#statements.trails.all()) {
      const id = Number(row.id)
      const last = this.#statements.lastDeliveries.all(id)
      const sums = this.#statements.sums.get(Number(row.claimed_to), id) ?? {}
      const trail = trailOf(row)
      this.#queues.set(trail.life, {
        id,
        trail,
        lastSeq: Number(row.last_seq),
        claimedTo: Number(row.claimed_to),
        events: Number(sums.events),
        bytes: Number(sums.bytes),
        unclaimedBytes: Number(sums.unclaimed_bytes),
        openClaims: this.#statements.claims.all(id).length,
        front: this.#front(id),
        lastDeliveries: new Map(last.map((one) => [String(one.region), Number(one.delivered_ms)])),
        regions: new Set([...last, ...this.#statements.regions.all(id)].map((one) => String(one.region))),
      })
    }
  }

  /** Everything there is, as if it had just been changed. */
  contents(): Changed<undefined> {
    return { result: undefined, start: this.#start, queues: [...this.#queues] }
  }

  route({ next, selected }: Routed): Changed<void> {
    if (next < (this.#start ?? 0)) throw new Fault('delivery.plan-out-of-step', 'routed again', { next })
    return this.#change(() => {
      for (const { trail, runs } of selected) {
        const queue = this.#queueFor(trail)
        let { lastSeq, events, bytes, unclaimedBytes, regions } = queue
        for (const run of runs) {
          const [first] = run.positions
          if (first === undefined) continue
          const { lane, newestEventMs, oldestEventMs, acceptedAtMs } = run
          const count = run.positions.length
          const facts = [count, run.bytes, newestEventMs, oldestEventMs, acceptedAtMs, first] as const
          lastSeq += 1
          const place = [queue.id, lastSeq, lane.account, lane.region, lane.kind] as const
          const values = [...place, ...facts, encodePositions(run.positions)] as const
          this.#statements.addRun.run(...values, rowChecksum(values))
          if (!regions.has(lane.region)) regions = new Set([...regions, lane.region])
          events += count
          bytes += run.bytes
          unclaimedBytes += run.bytes
        }
        const totals = { lastSeq, events, bytes, unclaimedBytes, regions }
        this.#keep({ ...queue, trail, ...totals, front: this.#front(queue.id) })
      }
      this.#statements.moveHead.run(next)
      this.#start = next
    })
  }

  claim(
    life: TrailLife,
    { salt, target, bytesMax }: { readonly salt: string; readonly target: Target; readonly bytesMax: number },
  ): Changed<Claim | undefined> {
    return this.#change(() => {
      const queue = this.#queues.get(life)
      if (queue === undefined) return undefined
      let bytes = 0
      let lastSeq = queue.claimedTo
      for (const row of this.#statements.unclaimed.iterate(queue.id, queue.claimedTo)) {
        if (bytes > 0 && bytes + Number(row.bytes) > bytesMax) break
        bytes += Number(row.bytes)
        lastSeq = Number(row.seq)
      }
      if (lastSeq === queue.claimedTo) return undefined
      const firstSeq = queue.claimedTo + 1
      const { bucket, prefix = null } = target
      const values = [queue.id, firstSeq, lastSeq, salt, bucket, prefix] as const
      const { lastInsertRowid } = this.#statements.addClaim.run(...values, rowChecksum([...values, null]))
      this.#keep({
        ...queue,
        claimedTo: lastSeq,
        unclaimedBytes: queue.unclaimedBytes - bytes,
        openClaims: queue.openClaims + 1,
      })
      const runs = this.#statements.runs.all(queue.id, firstSeq, lastSeq).map(runOf)
      return { id: Number(lastInsertRowid), life, salt, target, earlier: [], runs }
    })
  }

  openClaims(life: TrailLife): readonly Claim[] {
    const queue = this.#queues.get(life)
    if (queue === undefined) return []
    return this.#statements.claims.all(queue.id).map((row) => ({
      id: Number(row.id),
      life,
      ...claimNameOf(row),
      earlier: earlierOf(row),
      runs: this.#statements.runs.all(queue.id, Number(row.first_seq), Number(row.last_seq)).map(runOf),
    }))
  }

  redirect(id: number, { salt, target }: ClaimName): Changed<void> {
    return this.#change(() => {
      const claim = this.#statements.claimById.get(id)
      if (claim === undefined) throw new Fault('delivery.plan-out-of-step', 'claim was settled before', { claim: id })
      const earlier = JSON.stringify([...earlierOf(claim), claimNameOf(claim)])
      const named = [salt, target.bucket, target.prefix ?? null, earlier] as const
      const range = [Number(claim.trail), Number(claim.first_seq), Number(claim.last_seq)]
      this.#statements.redirect.run(...named, rowChecksum([...range, ...named]), id)
    })
  }

  settle(
    id: number,
    { last, listed }: { readonly last: readonly LastDelivery[]; readonly listed: readonly DeliveredFile[] },
  ): Changed<void> {
    return this.#change(() => {
      const claim = this.#statements.claimById.get(id)
      if (claim === undefined) throw new Fault('delivery.plan-out-of-step', 'claim was settled before', { claim: id })
      const queue = this.#queues.get(String(claim.life) as TrailLife)
      if (queue === undefined) throw new Fault('delivery.plan-out-of-step', 'claim without trail', { claim: id })
      const range = [queue.id, Number(claim.first_seq), Number(claim.last_seq)] as const
      const gone = this.#statements.sumOfRuns.get(...range)
      this.#statements.removeRuns.run(...range)
      this.#statements.removeClaim.run(id)
      const lastDeliveries = new Map(queue.lastDeliveries)
      for (const { region, deliveredAtMs } of last) {
        this.#statements.delivered.run(queue.id, region, deliveredAtMs)
        lastDeliveries.set(region, deliveredAtMs)
      }
      for (const file of listed) {
        const values = [file.trail, file.region, JSON.stringify(file)] as const
        this.#statements.addFile.run(...values, rowChecksum(values))
      }
      this.#keep({
        ...queue,
        events: queue.events - Number(gone?.events),
        bytes: queue.bytes - Number(gone?.bytes),
        openClaims: queue.openClaims - 1,
        front: this.#front(queue.id),
        lastDeliveries,
      })
    })
  }

  forget(life: TrailLife): Changed<void> {
    return this.#change(() => {
      const queue = this.#queues.get(life)
      if (queue === undefined || queue.events > 0) return
      this.#statements.removeLastDeliveries.run(queue.id)
      this.#statements.removeTrail.run(queue.id)
      this.#queues.delete(life)
      this.#touched.add(life)
    })
  }

  files(question: {
    readonly trail: string
    readonly region: string
    readonly after?: number
    readonly limit: number
  }): readonly ListedFile[] {
    const { trail, region, after = 0, limit } = question
    return this.#statements.files
      .all(trail, region, after, limit)
      .map((row) => ({ ...(JSON.parse(String(row.json)) as DeliveredFile), id: Number(row.id) }))
  }

  forgetFiles(question: { readonly trail: string; readonly region: string; readonly through: number }) {
    const { trail, region, through } = question
    return this.#change(() => void this.#statements.removeFiles.run(trail, region, through))
  }

  /** Writes a consistent copy to `path`, which must not exist, and makes it durable. */
  snapshot(path: string): void {
    copySqliteFile(this.#database, path)
  }

  /** What is wrong with the file; empty when nothing is. */
  check(): readonly string[] {
    const lines = this.#database.prepare('PRAGMA integrity_check').all()
    const torn = lines.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok')
    // Rows of pages that are torn say nothing.
    return torn.length > 0 ? torn : changedRows(this.#database)
  }

  close(): void {
    this.#database.close()
  }

  #queueFor(trail: PlanTrail): QueueTotals {
    const { bucket, prefix = null } = trail.target
    const name = [trail.life, trail.arn, trail.account] as const
    const settings = [bucket, prefix, trail.keyArn ?? null, Number(trail.listsFiles)] as const
    const sum = rowChecksum([...name, ...settings])
    const known = this.#queues.get(trail.life)
    if (known === undefined) {
      const added = this.#statements.addTrail.run(...name, ...settings, sum)
      return newQueue(Number(added.lastInsertRowid), trail)
    }
    this.#statements.changeTrail.run(...settings, sum, known.id)
    return known
  }

  #keep(queue: QueueTotals): void {
    this.#statements.moveTrail.run(queue.lastSeq, queue.claimedTo, queue.id)
    this.#queues.set(queue.trail.life, queue)
    this.#touched.add(queue.trail.life)
  }

  #front(trail: number): QueueFront | undefined {
    const row = this.#statements.front.get(trail)
    return row && { position: Number(row.first_position), acceptedAtMs: Number(row.accepted_ms) }
  }

  /** One transaction. When it fails, neither the file nor what is kept in memory has changed. */
  #change<Result>(work: () => Result): Changed<Result> {
    const before = { start: this.#start, queues: new Map(this.#queues) }
    this.#touched.clear()
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      const result = work()
      this.#database.exec('COMMIT')
      const queues = [...this.#touched].map((life) => [life, this.#queues.get(life)] as const)
      return { result, start: this.#start, queues }
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      this.#start = before.start
      this.#queues.clear()
      for (const [life, queue] of before.queues) this.#queues.set(life, queue)
      if (isFull(cause)) throw new Fault('delivery.plan-full', 'no room for the delivery plan', {}, { cause })
      throw cause
    }
  }
}

function isFull(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'errcode' in cause && Number(cause.errcode) % 256 === sqliteFull
}
