import type { DigestWindow } from './digest.ts'
import { nameOfKey, parseDigestName } from './digest-key.ts'
import { toIsoSecond } from './digest-time.ts'
import type { Finding, FindingKind } from './finding.ts'
import { judgeDigest } from './judge-digest.ts'
import type { FoundDigest } from './read-digest.ts'
import type { SeenDigest, TrailEvent } from './seen.ts'
import { digestHourMs } from './window.ts'

export interface ChainToJudge {
  /** All of one account, trail, region and kind; in any order, at least one. */
  readonly digests: readonly SeenDigest[]
  /** Calls about the trail. */
  readonly events: readonly TrailEvent[]
  /** The last time of which other regions have a digest of the trail. */
  readonly aliveAtMs?: number
  /** Nothing older is asked about; absent: the chain must go back to its first digest. */
  readonly fromMs?: number
  /** Up to when digests must be there. */
  readonly untilMs: number
  /** Buckets that are verified; absent for copies, whose objects lie together. */
  readonly buckets?: ReadonlySet<string>
}

/** A time in which a chain proves nothing, because of the finding. */
export interface Hole extends DigestWindow {
  readonly finding: Finding
}

/** A time of one region in which every file must be on a list. */
export interface ListedTime {
  readonly startMs: number
  readonly endMs: number
  /** Whether more digests will come behind `endMs`. */
  readonly isOpen: boolean
}

export interface JudgedChain {
  readonly findings: readonly Finding[]
  /** Digests whose lists of files are proven. */
  readonly proven: readonly SeenDigest[]
  readonly holes: readonly Hole[]
  /** The times in which every file that is delivered must be on a list. */
  readonly listed: readonly ListedTime[]
}

/** Real digests come 17 to 21 minutes after their hour. */
const lateMsMax = 30 * 60_000

/** What a digest is linked by: who may stand in for it, and what its successor knows of it. */
type Link = NonNullable<FoundDigest['previous']>

/**
 * Judges one chain from its newest digest to its oldest: each digest by itself, each against what the next one says
 * of it, and the times between them. Hours are counted for standard chains only; a backfill digest comes when needed.
 */
export function judgeChain({ digests, events, fromMs, untilMs, buckets, aliveAtMs = 0 }: ChainToJudge): JudgedChain {
  const sorted = digests.toSorted((a, b) => b.name.endMs - a.name.endMs || (a.key < b.key ? 1 : -1))
  const newest = sorted[0]
  const oldest = sorted.at(-1)
  if (newest === undefined || oldest === undefined) throw new RangeError('a chain has at least one digest')
  const { region, kind } = newest.name
  const isHourly = kind === 'standard'
  const findings: Finding[] = []
  const holes: Hole[] = []
  const proven: SeenDigest[] = []

  const find = (findingKind: FindingKind, place: string, window: DigestWindow, sentence: string) => {
    const finding = { kind: findingKind, place, region, fromMs: window.startMs, untilMs: window.endMs, sentence }
    findings.push(finding)
    holes.push({ ...window, finding })
  }

  const end = hasGoneOn(newest, events, aliveAtMs) ? undefined : endOfLogging(newest, sorted.slice(1), events)
  const listed: ListedTime[] = []
  // Where the trail was stopped no file may follow; where only digests were switched off, files go on without them.
  let listedEndMs = end !== undefined && end.eventName !== 'UpdateTrail' ? untilMs : newest.name.endMs
  if (isHourly && end === undefined && newest.name.endMs + digestHourMs + lateMsMax < untilMs) {
    const window = { startMs: newest.name.endMs, endMs: untilMs }
    const hours = Math.floor((untilMs - newest.name.endMs) / digestHourMs)
    find(
      'digests-missing-at-end',
      newest.place,
      window,
      `No digest follows ${nameOfKey(newest.key)}, although one is due every hour: up to ${toIsoSecond(untilMs)} ${countOf(hours, 'is', 'are')} missing, and nothing says that the trail was stopped`,
    )
  }

  let link: Link | undefined
  for (let index = 0; index < sorted.length; ) {
    const current = sorted[index] as SeenDigest
    const window = windowOf(current)
    const judged = judgeDigest(current, link)
    for (const problem of judged.problems) find(problem.kind, current.place, window, problem.sentence)
    if (judged.isProven) proven.push(current)
    link = undefined
    const older = sorted[index + 1]
    const digest = current.content.kind === 'read' ? current.content.digest : undefined
    if (digest?.previous !== undefined) {
      const { previous } = digest
      const named = nameOfKey(previous.key)
      const next = sorted.findIndex((candidate, at) => at > index && nameOfKey(candidate.key) === named)
      if (next === -1 && buckets?.has(previous.bucket) === false) {
        const gap = { startMs: older?.name.endMs ?? window.startMs, endMs: window.startMs }
        const sentence = `The chain comes out of the bucket ${previous.bucket}, which is not verified here: give s3://${previous.bucket} as well`
        if (older !== undefined || fromMs === undefined) find('other-bucket', previous.key, gap, sentence)
        index += 1
        continue
      }
      if (next === -1) {
        const before = older === undefined ? beforeOldest(previous.key, fromMs) : older.name.endMs
        if (before !== undefined) {
          const gap = { startMs: Math.min(before, window.startMs), endMs: window.startMs }
          find('digests-missing', previous.key, gap, missingSentence(nameOfKey(current.key), named, gap, isHourly))
        }
        index += 1
        continue
      }
      for (const stray of sorted.slice(index + 1, next)) {
        find(
          'digest-not-in-chain',
          stray.place,
          windowOf(stray),
          `The digest ${nameOfKey(stray.key)} stands between two others that follow each other: it was put there, or the digest behind it was exchanged`,
        )
      }
      link = previous
      index = next
      continue
    }
    if (isHourly && older !== undefined) judgeBreak(current, older, digest !== undefined)
    index += 1
  }

  /** Between a first digest, or one that cannot be read, and the older digest before it. */
  function judgeBreak(current: SeenDigest, older: SeenDigest, isRead: boolean): void {
    const gap = { startMs: older.name.endMs, endMs: isRead ? current.name.endMs : windowOf(current).startMs }
    if (!isRead) {
      if (gap.endMs > gap.startMs) {
        const sentence = `${countOf(Math.ceil((gap.endMs - gap.startMs) / digestHourMs), 'is', 'are')} missing between ${nameOfKey(older.key)} and ${nameOfKey(current.key)}`
        find('digests-missing', older.place, gap, sentence)
      }
      return
    }
    const pause = endOfLogging(older, sorted.slice(sorted.indexOf(older) + 1), events)
    if (pause?.eventName === 'UpdateTrail') {
      listed.push({ startMs: current.name.endMs, endMs: listedEndMs, isOpen: false })
      listedEndMs = older.name.endMs
    }
    if (pause !== undefined) return
    find(
      'chain-restarted',
      current.place,
      gap,
      `The chain of digests begins anew at ${toIsoSecond(current.name.endMs)} although older digests exist, and no recorded call says that the trail was stopped: what was delivered since ${toIsoSecond(older.name.endMs)} is not proven`,
    )
  }

  // Files of before a first digest were delivered when nobody kept lists yet.
  const isFirst = oldest.content.kind === 'read' && oldest.content.digest.previous === undefined
  listed.push({ startMs: isFirst ? oldest.name.endMs : windowOf(oldest).startMs, endMs: listedEndMs, isOpen: false })
  const isOpen = end === undefined
  return { findings, holes, proven, listed: listed.map((time, at) => (at === 0 ? { ...time, isOpen } : time)) }
}

/** The window as the digest says, else as its name lets assume. */
export function windowOf(seen: SeenDigest): DigestWindow {
  if (seen.content.kind === 'read' && seen.content.digest.window.endMs === seen.name.endMs) {
    return seen.content.digest.window
  }
  return { startMs: seen.name.endMs - digestHourMs, endMs: seen.name.endMs }
}

/**
 * The call that ended logging, when `last` is the last digest of its chain. It may be hours older than the digest:
 * chains end when everything before the call is delivered. What was called later cannot have been selected, so files of
 * later events say that this call did not end the chain.
 */
function endOfLogging(
  last: SeenDigest,
  older: readonly SeenDigest[],
  events: readonly TrailEvent[],
): TrailEvent | undefined {
  const { startMs, endMs } = windowOf(last)
  const isFirst = ({ content }: SeenDigest) => content.kind === 'read' && content.digest.previous === undefined
  const firstAt = isFirst(last) ? -1 : older.findIndex(isFirst)
  const chain = [last, ...(isFirst(last) ? [] : older.slice(0, firstAt === -1 ? older.length : firstAt + 1))]
  const beginMs = Math.min(startMs, ...chain.map((digest) => windowOf(digest).startMs))
  const newestEventMs = chain
    .flatMap(({ content }) => (content.kind === 'read' ? content.digest.files : []))
    .reduce((newest, file) => Math.max(newest, file.newestEventMs || 0), 0)
  return events.find(
    ({ turns, atMs }) =>
      turns === 'off' &&
      // The chain ends with a whole second, before logging begins anew.
      atMs <= endMs + 1000 &&
      atMs >= beginMs - lateMsMax &&
      (atMs >= startMs - lateMsMax || newestEventMs <= atMs + lateMsMax),
  )
}

/** Whether logging began again behind the digest: then another chain should follow. */
function hasGoneOn(last: SeenDigest, events: readonly TrailEvent[], aliveAtMs: number): boolean {
  const { endMs } = windowOf(last)
  return aliveAtMs > endMs + lateMsMax || events.some(({ turns, atMs }) => turns === 'on' && atMs >= endMs)
}

/** The end of the digest before the oldest one, when it lies in the time that is asked about. */
function beforeOldest(previousKey: string, fromMs: number | undefined): number | undefined {
  const endMs = parseDigestName(nameOfKey(previousKey))?.endMs
  if (endMs === undefined) return 0
  return fromMs !== undefined && endMs <= fromMs ? undefined : endMs - digestHourMs
}

function missingSentence(current: string, named: string, gap: DigestWindow, isHourly: boolean): string {
  const hours = Math.round((gap.endMs - gap.startMs) / digestHourMs)
  const start = `The digest ${named}, which ${current} names as its predecessor, is gone`
  return isHourly && hours > 1 ? `${start}, and so are those before it: ${hours} hours are not proven` : start
}

function countOf(count: number, is: string, are: string): string {
  return count === 1 ? `1 digest ${is}` : `${count} digests ${are}`
}
