import {
  type FindFile,
  type Finding,
  type FindingClass,
  findingClasses,
  foretellValidateLogs,
  type Hole,
  judgeChain,
  judgeListedFiles,
  judgeUnlistedFile,
  type ListedFile,
  type ListedTime,
  nameOfKey,
  ownSignature,
  parseLogFileName,
  type SeenDigest,
  type SeenFile,
  type TrailEvent,
} from '@cairn/core/digest'
import type { PublicKeys } from '@cairn/server/proofs'
import { type Gathered, isNamedInTime } from './gather-evidence.ts'

export interface VerifyReport {
  readonly findings: readonly (Finding & { readonly class: FindingClass })[]
  /** Account, trail and region of every chain that was judged. */
  readonly chains: readonly { readonly account: string; readonly trailName: string; readonly region: string }[]
  readonly digests: { readonly found: number; readonly proven: number }
  readonly files: {
    readonly found: number
    /** On a proven list, and as it says. */
    readonly valid: number
    /** Newer than the newest digest, or older than the first: on no list, and not to be. */
    readonly uncovered: number
  }
  /** Results of Lake queries, each with its sign file; absent where there are none. */
  readonly results?: { readonly found: number; readonly valid: number }
  /** What `aws cloudtrail validate-logs` would print as INVALID, over all regions. */
  readonly aws: { readonly invalid: number }
  readonly fromMs: number | undefined
  readonly untilMs: number
}

/** A report with what else was found. */
export function withFindings(report: VerifyReport, more: readonly Finding[]): VerifyReport {
  return more.length === 0 ? report : { ...report, findings: classed([...report.findings, ...more]) }
}

function classed(findings: readonly Finding[]): VerifyReport['findings'] {
  return findings
    .map((finding) => ({ ...finding, class: findingClasses[finding.kind] }))
    .sort((a, b) => a.fromMs - b.fromMs || (a.place < b.place ? -1 : 1))
}

export interface JudgeOptions {
  readonly keys: PublicKeys
  /** Buckets whose objects these are; empty for copies. */
  readonly buckets: ReadonlySet<string>
  /** Only this trail is judged; others in the same place only say which files are theirs. */
  readonly trail?: { readonly account?: string; readonly name: string }
  readonly fromMs?: number
  /** Up to when digests must be there. */
  readonly untilMs: number
}

/** Judges what was gathered: chain by chain, then the files they list, then the files that nobody lists. */
export function judgeEvidence({ digests: found, files }: Gathered, options: JudgeOptions): VerifyReport {
  const { trail, fromMs, untilMs } = options
  const digests = withSignatures(found, options.keys)
  const findFile = fileFinder(files)
  const find: FindFile = (listed) => findFile(listed) ?? (isAskedFor(listed, options) ? 'gone' : 'elsewhere')
  const isAsked = ({ account, trailName }: SeenDigest['name']) =>
    trail === undefined || ((trail.account ?? account) === account && trail.name === trailName)

  const readable = digests.flatMap((seen) => (seen.content.kind === 'read' ? [seen.content.digest] : []))
  const listedFiles = new Set(readable.flatMap((digest) => digest.files).flatMap((listed) => findFile(listed) ?? []))
  const events = files.flatMap((file) => (listedFiles.has(file) ? file.events : believedCalls(file)))

  const findings: Finding[] = []
  const listedTimes = new Map<string, ListedTime[]>()
  const holes = new Map<string, Hole[]>()
  const chains: VerifyReport['chains'][number][] = []
  const proven: SeenDigest[] = []
  let awsInvalid = 0

  for (const group of groups(digests, ({ name }) => [name.account, name.trailName, name.homeRegion, name.region])) {
    const name = (group[0] as SeenDigest).name
    const place = `${name.account}/${name.region}`
    const ownEvents = events.filter((event) => event.account === name.account && event.trailName === name.trailName)
    for (const kind of ['standard', 'backfill'] as const) {
      const chain = group.filter((seen) => seen.name.kind === kind)
      if (chain.length === 0) continue
      const judged = judgeChain({
        digests: chain,
        events: ownEvents,
        untilMs,
        aliveAtMs: Math.max(
          0,
          ...digests.filter(({ name: other }) => isSameTrail(name, other)).map(({ name: other }) => other.endMs),
        ),
        ...(fromMs !== undefined && { fromMs }),
        ...(options.buckets.size > 0 && { buckets: options.buckets }),
      })
      if (kind === 'standard') listedTimes.set(place, [...(listedTimes.get(place) ?? []), ...judged.listed])
      holes.set(place, [...(holes.get(place) ?? []), ...judged.holes])
      if (!isAsked(name)) continue
      findings.push(...judged.findings)
      proven.push(...judged.proven)
    }
    if (!isAsked(name)) continue
    chains.push({ account: name.account, trailName: name.trailName, region: name.region })
    const startMs = fromMs ?? Math.min(...group.map((seen) => seen.name.endMs)) - 3_600_000
    const aws = foretellValidateLogs({ digests: group, find, startMs, endMs: untilMs })
    awsInvalid += aws.invalidDigests + aws.invalidFiles
  }

  // All together: files may have been swapped between regions.
  const judgedFiles = judgeListedFiles(proven, find)
  findings.push(...judgedFiles.findings)

  let uncovered = 0
  for (const group of groups(files, ({ account, region }) => [account, region])) {
    const { account, region } = group[0] as Gathered['files'][number]
    if ((trail?.account ?? account) !== account) continue
    const covered = listedTimes.get(`${account}/${region}`)
    if (covered === undefined) {
      findings.push(noDigests(group, region))
      continue
    }
    for (const file of group) {
      if (listedFiles.has(file)) continue
      const finding = judgeUnlistedFile(file, covered, holes.get(`${account}/${region}`) ?? [])
      if (finding === undefined) uncovered += 1
      else findings.push(finding)
    }
  }
  if (trail !== undefined && chains.length === 0 && findings.length === 0) findings.push(nothingFound(options))

  return {
    findings: classed(findings),
    chains,
    digests: { found: digests.filter(({ name }) => isAsked(name)).length, proven: proven.length },
    files: { found: files.length, valid: judgedFiles.validFiles, uncovered },
    aws: { invalid: awsInvalid },
    fromMs,
    untilMs,
  }
}

/**
 * The calls in a file on no list that explain why a chain ended. Such a file is a finding itself, unless its name is of
 * another time than the call, and then the call is not believed. A file on a list is believed whatever its name: after
 * an outage it holds the events of hours.
 */
function believedCalls(file: Gathered['files'][number]): readonly TrailEvent[] {
  return file.events.filter(({ atMs }) => atMs <= file.stampMs && file.stampMs - atMs <= namedAfterMsMax)
}

/** Real files hold events of the ten minutes before their name. */
const namedAfterMsMax = 30 * 60_000

/** Adds the signatures: each digest's own, and what its successor says it was. */
function withSignatures(found: Gathered['digests'], keys: PublicKeys): readonly SeenDigest[] {
  const stated = new Map<string, string>()
  for (const { content } of found) {
    const previous = content.kind === 'read' ? content.digest.previous : undefined
    if (previous !== undefined) stated.set(nameOfKey(previous.key), previous.signature)
  }
  return found.map(({ metadata, ...seen }) => {
    const { content } = seen
    const verdict = (signature: string) =>
      content.kind === 'read' ? keys.check(content.digest, content.sha256, signature) : 'invalid'
    const own = ownSignature(metadata, verdict)
    const told = stated.get(nameOfKey(seen.key))
    // Where nothing was tampered with, the two are one signature, and a signature takes longest.
    const isOwn = own.kind === 'given' && own.signature === told
    return { ...seen, own, ...(told !== undefined && { statedVerdict: isOwn ? own.verdict : verdict(told) }) }
  })
}

/**
 * Finds the file that a digest means. Names are unique, so a copy is found wherever in a folder it lies; of several of
 * one name, the one whose path agrees longest with the key.
 */
function fileFinder<File extends SeenFile>(files: readonly File[]): (listed: ListedFile) => File | undefined {
  const byName = new Map<string, File[]>()
  for (const file of files) {
    const name = nameOfKey(file.key)
    const same = byName.get(name)
    if (same === undefined) byName.set(name, [file])
    else same.push(file)
  }
  return ({ key }) => {
    const same = byName.get(nameOfKey(key))
    if (same === undefined || same.length === 1) return same?.[0]
    return same.reduce((best, other) => (agreement(other.key, key) > agreement(best.key, key) ? other : best))
  }
}

/** Path parts in common, from the end. */
function agreement(path: string, key: string): number {
  const [a, b] = [path.split('/').reverse(), key.split('/').reverse()]
  const differs = a.findIndex((part, index) => part !== b[index])
  return differs === -1 ? a.length : differs
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => readonly string[]): Iterable<readonly Item[]> {
  return Map.groupBy(items, (item) => keyOf(item).join('/')).values()
}

function isSameTrail(a: SeenDigest['name'], b: SeenDigest['name']): boolean {
  return a.account === b.account && a.trailName === b.trailName && a.homeRegion === b.homeRegion
}

/** Whether a file would have been looked at, had it been there. */
function isAskedFor({ bucket, key }: ListedFile, options: JudgeOptions): boolean {
  if (options.buckets.size > 0 && !options.buckets.has(bucket)) return false
  const name = parseLogFileName(nameOfKey(key))
  return name === undefined || isNamedInTime(name.stampMs, options)
}

function noDigests(files: readonly SeenFile[], region: string): Finding {
  const stamps = files.map((file) => file.stampMs)
  const count = files.length === 1 ? 'One log file lies' : `${files.length} log files lie`
  return {
    kind: 'no-digests',
    place: folderOf(files[0] as SeenFile, region),
    region,
    fromMs: stamps.reduce((a, b) => Math.min(a, b)),
    untilMs: stamps.reduce((a, b) => Math.max(a, b)),
    sentence: `${count} here of region ${region}, and not one digest: either validation was never on, or all digests were deleted`,
  }
}

/** As far as the region; of a file that lies loose, where it lies. */
function folderOf({ place }: SeenFile, region: string): string {
  const end = place.lastIndexOf(`/${region}/`)
  return end === -1 ? place.slice(0, place.lastIndexOf('/') + 1) : place.slice(0, end + region.length + 2)
}

/** Where nothing is, nothing was proven: an empty bucket may have been emptied. */
export function nothingFound({ trail, buckets, fromMs = 0, untilMs }: JudgeOptions): Finding {
  const what = trail === undefined ? 'digest here' : `digest of the trail ${trail.name}`
  const sentence = `There is no ${what}, and no log file: everything is gone, or it lies somewhere else`
  const place = trail?.name ?? ([...buckets].map((bucket) => `s3://${bucket}`).join(', ') || '-')
  return { kind: 'no-digests', place, region: '-', fromMs, untilMs, sentence }
}
