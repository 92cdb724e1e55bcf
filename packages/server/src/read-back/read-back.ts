import type { DigestLink } from '@cairn/core/digest'
import type { Destinations } from '../buckets/index.ts'
import type { Kms } from '../kms/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Ids } from '../ports/ids.ts'
import type { Trail, TrailArn, Trails } from '../trails/index.ts'
import { changedSettings, openings, settingsOf } from './bucket-settings.ts'
import type { Finding } from './finding.ts'
import { findingFrame } from './finding-event.ts'
import { readChain } from './read-chain.ts'
import { type ReadBackFinding, type ReadBackRecord, type ReadBackReport, readBackCollection } from './report.ts'

/**
 * Reads back what was delivered, trail by trail, once an interval: the digests of the last day and a day of older ones,
 * presence and a sample of the files they list, and what guards the bucket.
 */
export interface ReadBack {
  /** Reads every trail whose interval is over. One run at a time. */
  runDue(): Promise<void>
  /** The last report of each trail that has one. */
  reports(): readonly ReadBackReport[]
}

export interface ReadBackTelemetry {
  readBack(facts: { readonly trail: string; readonly objects: number; readonly findings: number }): void
  found(facts: { readonly trail: string } & Finding): void
  readBackFailed(facts: { readonly trail: string; readonly error: unknown }): void
}

export interface ReadBackOptions {
  readonly trails: Pick<Trails, 'all'>
  readonly destinations: Pick<Destinations, 'find'>
  readonly kms: Pick<Kms, 'find' | 'decrypt'>
  /** The newest digest of each region of a trail, as it was written. */
  newestDigests(trail: TrailArn): readonly { readonly region: string; readonly digest: DigestLink }[]
  readonly catalog: Catalog
  readonly log: EventLog
  readonly clock: Clock
  readonly ids: Ids
  readonly intervalMs: number
  readonly telemetry: ReadBackTelemetry
}

/** Long enough for somebody to see on a weekday what happened in the night. */
const changeShownMs = 86_400_000
/** Locks that end sooner, and files that a rule deletes sooner, are told. */
const soonMs = 7 * 86_400_000

export function createReadBack(options: ReadBackOptions): ReadBack {
  const { trails, destinations, catalog, log, clock, intervalMs, telemetry } = options
  let running: Promise<void> | undefined

  async function readTrail(trail: Trail, before: ReadBackRecord | undefined, nowMs: number): Promise<ReadBackRecord> {
    const findings: Finding[] = []
    let objects = 0
    let firstLockEndMs = Number.POSITIVE_INFINITY
    let firstExpiryMs = Number.POSITIVE_INFINITY
    const cursors: Record<string, DigestLink> = {}
    const chainOptions = { ...options, nowMs }
    for (const { region, digest } of options.newestDigests(trail.arn)) {
      const cursor = before?.cursors[region]
      const newest = await readChain(digest, chainOptions)
      const older = cursor && (await readChain(cursor, chainOptions))
      for (const read of [newest, ...(older ? [older] : [])]) {
        findings.push(...read.findings)
        objects += read.objects
        firstLockEndMs = Math.min(firstLockEndMs, read.firstLockEndMs ?? firstLockEndMs)
        firstExpiryMs = Math.min(firstExpiryMs, read.firstExpiryMs ?? firstExpiryMs)
      }
      // Where something was found it is looked at again, so that it stays told. At the beginning of the chain it goes
      // on with what is a day old by now.
      const next = older && older.findings.length > 0 ? cursor : (older?.next ?? newest.next)
      if (next !== undefined) cursors[region] = next
    }
    const destination = destinations.find(trail.bucket)
    // What guards a bucket of another store, only that store knows.
    const bucket = destination?.own
    const settings = bucket ? settingsOf(bucket) : {}
    if (destination === undefined) {
      findings.push({ kind: 'missing', place: `s3://${trail.bucket}`, sentence: 'The bucket of the trail is gone' })
    } else if (bucket !== undefined) {
      const isSame = before?.bucket === trail.bucket
      findings.push(...openings(bucket), ...(isSame ? changedSettings(bucket.name, before.settings, settings) : []))
    }
    if (firstLockEndMs - nowMs < soonMs) {
      const endsAt = new Date(firstLockEndMs).toISOString()
      findings.push({
        kind: 'expires',
        place: `s3://${trail.bucket}`,
        sentence: `The lock of delivered files ends at ${endsAt}; they can be deleted then`,
      })
    }
    if (firstExpiryMs - nowMs < soonMs) {
      findings.push({
        kind: 'expires',
        place: `s3://${trail.bucket}/`,
        sentence: `A lifecycle rule of the bucket deletes delivered files from ${new Date(firstExpiryMs).toISOString()} on`,
      })
    }
    return {
      trail: trail.arn,
      bucket: trail.bucket,
      checkedAtMs: nowMs,
      objects,
      findings: withHistory(findings, before, nowMs),
      settings,
      cursors,
    }
  }

  async function work(trail: Trail): Promise<void> {
    const nowMs = clock.nowMs()
    const before = catalog.get(readBackCollection, trail.arn)
    // Also where the clock was set back.
    if (before && before.checkedAtMs <= nowMs && nowMs - before.checkedAtMs < intervalMs) return
    const record = await readTrail(trail, before, nowMs)
    const fresh = record.findings.filter(({ sinceMs }) => sinceMs === nowMs)
    // Recorded first: a crash in between finds and records the same again, and loses nothing.
    if (fresh.length > 0) {
      await log.append(
        fresh.map((finding) => findingFrame(trail, finding, catalog.version)),
        { reserved: true },
      )
    }
    await catalog.change({ intentId: undefined }, (draft) => draft.put(readBackCollection, trail.arn, record))
    for (const { sinceMs: _, ...finding } of fresh) telemetry.found({ trail: trail.arn, ...finding })
    telemetry.readBack({ trail: trail.arn, objects: record.objects, findings: record.findings.length })
  }

  async function runOnce(): Promise<void> {
    const known = trails.all()
    for (const trail of known) {
      await work(trail).catch((error: unknown) => telemetry.readBackFailed({ trail: trail.arn, error }))
    }
    const arns = new Set<string>(known.map(({ arn }) => arn))
    const gone = catalog.list(readBackCollection).filter(({ key }) => !arns.has(key))
    if (gone.length === 0) return
    await catalog.change({ intentId: undefined }, (draft) => {
      for (const { key } of gone) draft.delete(readBackCollection, key)
    })
  }

  return {
    async runDue() {
      running ??= runOnce().finally(() => {
        running = undefined
      })
      await running
    },
    reports: () =>
      catalog
        .list(readBackCollection)
        .map(({ value: { trail, checkedAtMs, objects, findings } }) => ({ trail, checkedAtMs, objects, findings })),
  }
}

/**
 * What was found before keeps its time. A change of a setting is seen once and then is how things are, so it is shown
 * for a day.
 */
function withHistory(
  found: readonly Finding[],
  before: ReadBackRecord | undefined,
  nowMs: number,
): readonly ReadBackFinding[] {
  const known = before?.findings ?? []
  const named = found.map((finding) => {
    const same = known.find((one) => one.kind === finding.kind && one.place === finding.place)
    const isSame = same !== undefined && (finding.kind !== 'setting-changed' || same.sentence === finding.sentence)
    return { ...finding, sinceMs: isSame ? same.sinceMs : nowMs }
  })
  const recent = known.filter(
    (one) =>
      one.kind === 'setting-changed' &&
      nowMs - one.sinceMs < changeShownMs &&
      !named.some(({ kind, sentence }) => kind === one.kind && sentence === one.sentence),
  )
  return [...named, ...recent].slice(0, findingsMax)
}

/** A bucket that was emptied is told by its first files; the number of the others says little more. */
const findingsMax = 500
