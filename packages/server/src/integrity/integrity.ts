import type { DigestLink } from '@cairn/core/digest'
import { Fault } from '../fault.ts'
import type { DigestKeys, DigestSigner } from '../keys/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { ListedFile } from '../ports/delivery-plan.ts'
import { goneTrailWaitMsMax, type Trail, type TrailArn } from '../trails/index.ts'
import {
  type ChainRecord,
  chainRecord,
  chainRecords,
  type DigestClaim,
  isOpen,
  putChainRecord,
} from './chain-record.ts'
import type { DeliveredFiles } from './delivered-files.ts'
import type { DigestBucket } from './digest-bucket.ts'
import { beginChain, followTrail, sinceOf } from './follow-trail.ts'
import { type DueWindow, dueWindow, type Wish } from './next-window.ts'
import { signDigests } from './sign-digests.ts'
import { afterClaim, writeClaim } from './write-claim.ts'

/** Makes the digests of all trails. */
export interface Integrity {
  /**
   * Makes every digest that is due, also those of hours that passed meanwhile. Called often; one run at a time. A trail
   * whose digests cannot be written waits by itself, longer each time.
   */
  run(): Promise<void>
  /** Like `run`, and no trail waits: somebody says that it may work now. */
  runNow(): Promise<void>
  /** The newest digest of each region of a trail, as it was written. */
  newestDigests(trail: string): readonly { readonly region: string; readonly digest: DigestLink }[]
  /** How digests of a trail stand in one region. */
  status(trail: string, region: string): DigestStatus
}

export interface DigestStatus {
  readonly deliveredAtMs?: number
  /** As S3 names it. */
  readonly error?: string
}

export interface IntegrityOptions {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly keys: DigestKeys
  readonly bucket: DigestBucket
  readonly files: DeliveredFiles
  /** All trails of all accounts. */
  trails(): readonly Trail[]
  /** Regions of which multi-region trails have digests from the start; the others when they come into use. */
  readonly regions: readonly string[]
  readonly telemetry: IntegrityTelemetry
}

export interface IntegrityTelemetry {
  digestsWritten(facts: { readonly trail: string; readonly digests: number; readonly until: string }): void
  /** The chain of a trail that is gone ends without its last digest: its bucket is gone too, or refused it for 30 days. */
  digestsGivenUp(facts: { readonly trail: string; readonly bucket: string; readonly region: string }): void
  digestsFailed(facts: { readonly trail: string; readonly error: unknown; readonly retryInMs: number }): void
}

/** Trails that are worked on side by side; each takes turns of disk and signatures. */
const trailsAtOnceMax = 8

/** Files asked for at a time. */
const filesPageMax = 1_000

/** Hours of one trail in one run: after an absence of weeks, other trails get their turn in between. */
const hoursPerRunMax = 48

const retryMsMin = 1_000
const retryMsMax = 60_000

/** A private key that nothing can need any more is destroyed; digests that are later than this get a new key. */
const keyKeptMs = 2 * 86_400_000

export function createIntegrity(options: IntegrityOptions): Integrity {
  const { catalog, clock, keys, bucket, files, telemetry } = options
  const waiting = new Map<string, { readonly untilMs: number; readonly failures: number }>()
  let running: Promise<void> | undefined

  function wishOf(trail: Trail): Wish {
    if (trail.isLogging && trail.validatesLogFiles) return { kind: 'digests', sinceMs: sinceOf(trail) }
    // Where only digests were switched off, files go on, and none of them is waited for.
    return { kind: 'end', isDrained: trail.isLogging || files.isDrained(trail) }
  }

  function regionsOf(trail: Trail): readonly string[] {
    const seen = files.regionsOf(trail)
    return [...new Set([trail.homeRegion, ...(trail.isMultiRegion ? [...options.regions, ...seen] : [])])]
  }

  /** Opens chains that are to be and are not, and follows the trail to another bucket. */
  async function openChains(trail: Trail, sinceMs: number): Promise<void> {
    const nowMs = clock.nowMs()
    const changed = regionsOf(trail).flatMap((region) => {
      const record = chainRecord(catalog, trail.arn, region)
      const next =
        record === undefined ? beginChain(trail, region, sinceMs, nowMs) : followTrail(record, trail, sinceMs)
      return next === record ? [] : [next]
    })
    if (changed.length === 0) return
    await catalog.change({ intentId: undefined }, (draft) => {
      for (const record of changed) putChainRecord(draft, record)
    })
  }

  async function filesUntil(record: ChainRecord, takes: (file: ListedFile) => boolean): Promise<readonly ListedFile[]> {
    const taken: ListedFile[] = []
    for (let after = record.through; ; ) {
      const { trail, region } = record
      const page = await files.files({ trail, region, after, limit: filesPageMax })
      const end = page.findIndex((file) => !takes(file))
      taken.push(...(end === -1 ? page : page.slice(0, end)))
      const last = page.at(-1)
      if (end !== -1 || last === undefined || page.length < filesPageMax) return taken
      after = last.id
    }
  }

  async function claimOf(record: ChainRecord, due: DueWindow): Promise<DigestClaim> {
    const listed = await filesUntil(record, (file) => due.takesAll || file.confirmedAtMs < due.window.endMs)
    const nowMs = clock.nowMs()
    const standard = await keys.signer(record.region, due.window.endMs)
    const backfill: DigestSigner = await keys.signer(record.region, nowMs)
    return signDigests({ record, due, files: listed, signers: { standard, backfill }, nowMs })
  }

  /** One step of every chain of a trail that has one to make. Answers whether any had. */
  async function step(trail: string, wish: Wish, isGone: boolean): Promise<boolean> {
    const nowMs = clock.nowMs()
    const claims = await Promise.all(
      chainRecords(catalog, trail).map(async (record) => {
        // A claim that is there already was cut off, by a crash or a refusal: it comes first.
        if (record.claim !== undefined) return record
        const due = dueWindow(record, wish, nowMs)
        return due === undefined ? undefined : { ...record, claim: await claimOf(record, due) }
      }),
    )
    const claimed = claims.filter((record) => record !== undefined)
    if (claimed.length === 0) return false
    await catalog.change({ intentId: undefined }, (draft) => {
      for (const record of claimed) putChainRecord(draft, record)
    })
    const outcomes = await Promise.all(claimed.map((record) => attempt(record, isGone, nowMs)))
    await catalog.change({ intentId: undefined }, (draft) => {
      for (const { record } of outcomes) putChainRecord(draft, record)
    })
    const of = (kind: Outcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind)
    const [written, givenUp, [failed]] = [of('written'), of('given-up'), of('failed')]
    for (const { record } of [...written, ...givenUp]) {
      await files.forgetFiles({ trail, region: record.region, through: record.through })
    }
    for (const { record } of givenUp) telemetry.digestsGivenUp({ trail, bucket: record.bucket, region: record.region })
    if (written.length > 0) {
      const endMs = Math.max(...written.map(({ record }) => record.endMs ?? 0))
      telemetry.digestsWritten({ trail, digests: written.length, until: new Date(endMs).toISOString() })
    }
    if (failed !== undefined) throw failed.error
    return true
  }

  /**
   * Writes what is claimed. Nobody can receive the last digest of a trail that is gone when its bucket is gone or keeps
   * it out.
   */
  async function attempt(record: ChainRecord, isGone: boolean, nowMs: number): Promise<Outcome> {
    try {
      return { kind: 'written', record: await write(record) }
    } catch (error) {
      const reason = errorName(error)
      const isHopeless = isGone && (reason === 'NoSuchBucket' || isOverdue(record, nowMs))
      if (isHopeless) return { kind: 'given-up', record: abandoned(record) }
      return { kind: 'failed', record: { ...record, error: reason }, error }
    }
  }

  async function write(record: ChainRecord): Promise<ChainRecord> {
    const { claim } = record
    if (claim === undefined) return record
    const listed = await filesUntil(record, (file) => file.id <= claim.through)
    await writeClaim(record, claim, listed, bucket)
    return afterClaim(record, claim, clock.nowMs())
  }

  async function workOn(arn: TrailArn, trail: Trail | undefined): Promise<void> {
    const pause = waiting.get(arn)
    if (pause !== undefined && clock.nowMs() < pause.untilMs) return
    try {
      const wish: Wish = trail
        ? wishOf(trail)
        : { kind: 'end', isDrained: files.isDrained({ arn, createdAtMs: undefined }) }
      for (let hours = 0; hours < hoursPerRunMax; hours += 1) {
        if (trail !== undefined && wish.kind === 'digests') await openChains(trail, wish.sinceMs)
        if (!(await step(arn, wish, trail === undefined))) break
      }
      waiting.delete(arn)
    } catch (error) {
      const failures = (pause?.failures ?? 0) + 1
      const retryInMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(failures - 1, 16))
      waiting.set(arn, { failures, untilMs: clock.nowMs() + retryInMs })
      telemetry.digestsFailed({ trail: arn, error, retryInMs })
    }
  }

  async function runOnce(): Promise<void> {
    const trails = new Map(options.trails().map((trail) => [trail.arn, trail]))
    const arns = new Set([
      ...trails.keys(),
      ...chainRecords(catalog)
        .filter(isOpen)
        .map((record) => record.trail),
    ])
    const queue = [...arns]
    const lane = async () => {
      for (let arn = queue.shift(); arn !== undefined; arn = queue.shift()) {
        const trail = trails.get(arn)
        // A trail that was deleted still has its last digest to come.
        const hasOpenChain = chainRecords(catalog, arn).some(isOpen)
        if (hasOpenChain || trail?.validatesLogFiles) await workOn(arn, trail)
      }
    }
    await Promise.all(Array.from({ length: Math.min(trailsAtOnceMax, queue.length) }, lane))
    await prepareKeys()
  }

  /** Makes the keys of the next hour before that hour ends, and destroys those that are spent. */
  async function prepareKeys(): Promise<void> {
    const regions = [
      ...new Set(
        chainRecords(catalog)
          .filter(isOpen)
          .map((record) => record.region),
      ),
    ]
    const nowMs = clock.nowMs()
    await keys.prepare(regions, nowMs)
    await keys.retire(nowMs - keyKeptMs)
  }

  async function run(): Promise<void> {
    running ??= runOnce().finally(() => {
      running = undefined
    })
    await running
  }

  return {
    run,
    async runNow() {
      waiting.clear()
      // A run that began before the word was given may have passed the trail by.
      await running?.catch(() => undefined)
      // At least once: chains that are not open yet show no progress.
      for (let before: string | undefined; before !== progress(); ) {
        before = progress()
        await run()
      }
    },
    newestDigests: (trail) =>
      chainRecords(catalog, trail).flatMap(({ region, last }) =>
        last === undefined ? [] : [{ region, digest: last }],
      ),
    status(trail, region) {
      const record = chainRecord(catalog, trail, region)
      return {
        ...(record?.deliveredAtMs !== undefined && { deliveredAtMs: record.deliveredAtMs }),
        ...(record?.error !== undefined && { error: record.error }),
      }
    },
  }

  function progress(): string {
    return chainRecords(catalog)
      .map(({ trail, region, endMs, isClosed }) => `${trail}|${region}|${endMs}|${isClosed}`)
      .join()
  }
}

/** What became of a step of a chain, and the chain's state after it. */
interface Outcome {
  readonly kind: 'written' | 'given-up' | 'failed'
  readonly record: ChainRecord
  readonly error?: unknown
}

/** Whether a digest has waited as long as anything waits for the bucket of a trail that is gone. */
function isOverdue({ claim }: ChainRecord, nowMs: number): boolean {
  return claim !== undefined && nowMs - claim.standard.window.endMs >= goneTrailWaitMsMax
}

/** A chain that ends without its last digest. */
function abandoned({ claim, ...record }: ChainRecord): ChainRecord {
  return { ...record, isClosed: true, through: Math.max(record.through, claim?.through ?? -1) }
}

function errorName(error: unknown): string {
  if (!(error instanceof Fault)) return 'InternalError'
  if (error.code === 'integrity.refused' || error.code === 'trail.key-refused') return String(error.fields.reason)
  if (error.code === 'object.store-refused') return String(error.fields.code)
  if (error.code === 'object.store-unreachable') return 'ServiceUnavailable'
  return error.code === 'object.disk-full' ? 'ServiceUnavailable' : 'InternalError'
}
