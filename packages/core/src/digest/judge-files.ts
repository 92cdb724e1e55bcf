import type { ListedFile } from './digest.ts'
import { nameOfKey } from './digest-key.ts'
import { toIsoSecond } from './digest-time.ts'
import type { Finding } from './finding.ts'
import { type Hole, type ListedTime, windowOf } from './judge-chain.ts'
import type { FindFile, SeenDigest, SeenFile } from './seen.ts'

/** How the files that digests list turned out. */
export interface JudgedFiles {
  readonly findings: readonly Finding[]
  readonly validFiles: number
}

/** Judges every file that proven digests list against its hash. Files whose contents changed places are told as such. */
export function judgeListedFiles(digests: readonly SeenDigest[], find: FindFile): JudgedFiles {
  const findings: Finding[] = []
  const changed: { readonly at: number; readonly listed: ListedFile; readonly sha256: string }[] = []
  let validFiles = 0
  for (const seen of digests) {
    if (seen.content.kind !== 'read') continue
    const { startMs, endMs } = windowOf(seen)
    for (const listed of seen.content.digest.files) {
      const file = find(listed)
      if (file === 'elsewhere') continue
      const problem = judgeFile(listed, file)
      if (problem === undefined) {
        validFiles += 1
        continue
      }
      if (problem.kind === 'file-changed' && file !== 'gone' && file.content.kind === 'read') {
        changed.push({ at: findings.length, listed, sha256: file.content.sha256 })
      }
      const place = file === 'gone' ? listed.key : file.place
      findings.push({ ...problem, place, region: seen.name.region, fromMs: startMs, untilMs: endMs })
    }
  }
  const rightful = new Map(changed.map(({ listed }) => [listed.sha256, nameOfKey(listed.key)]))
  for (const { at, listed, sha256 } of changed) {
    const other = rightful.get(sha256)
    const finding = findings[at]
    if (other === undefined || finding === undefined) continue
    const sentence = `The log file ${nameOfKey(listed.key)} holds what belongs into ${other}: the files were swapped`
    findings[at] = { ...finding, kind: 'files-swapped', sentence }
  }
  return { findings, validFiles }
}

function judgeFile(listed: ListedFile, file: SeenFile | 'gone'): Pick<Finding, 'kind' | 'sentence'> | undefined {
  const name = nameOfKey(listed.key)
  if (file === 'gone') {
    return { kind: 'file-missing', sentence: `The log file ${name} was delivered, says its digest, and is gone` }
  }
  const { content } = file
  if (content.kind === 'unreadable') {
    return { kind: 'file-unreadable', sentence: `The log file ${name} was changed: it ${content.problem}` }
  }
  if (content.sha256 !== listed.sha256) {
    return { kind: 'file-changed', sentence: `The content of the log file ${name} is not what was delivered` }
  }
  if (!content.hasMoreBytes) return undefined
  return {
    kind: 'file-extended',
    sentence: `Bytes were appended to the log file ${name}: a reader that goes on behind the first gzip member sees events that were never delivered`,
  }
}

/** A file is named by its newest event and listed by its delivery, which comes later by this much at the most. */
const deliveryMsMax = 30 * 60_000

/** Names round the newest event up to this. */
const stampStepMs = 5 * 60_000

/**
 * Judges a file that no digest lists, given the times that the chains of its region cover: `undefined` when it lies
 * outside of them, or so near their end that the digest may be still to come, or in a hole that is a finding by itself.
 */
export function judgeUnlistedFile(
  file: SeenFile,
  covered: readonly ListedTime[],
  holes: readonly Hole[],
): Finding | undefined {
  const atMs = file.storedAtMs ?? file.stampMs
  const slackMs = file.storedAtMs === undefined ? deliveryMsMax : 0
  const roundedMs = file.storedAtMs === undefined ? stampStepMs : 0
  const isCovered = covered.some(
    ({ startMs, endMs, isOpen }) => atMs - roundedMs > startMs && (isOpen ? atMs + slackMs < endMs : atMs < endMs),
  )
  if (!isCovered) return undefined
  const isInHole = holes.some(({ startMs, endMs }) => atMs + slackMs >= startMs && atMs - slackMs < endMs)
  if (isInHole) return undefined
  return {
    kind: 'file-unlisted',
    place: file.place,
    region: file.region,
    fromMs: file.stampMs,
    untilMs: file.stampMs,
    sentence: `The log file ${nameOfKey(file.key)} of ${toIsoSecond(file.stampMs)} is on no digest's list: it was not delivered by the trail, but put there`,
  }
}
