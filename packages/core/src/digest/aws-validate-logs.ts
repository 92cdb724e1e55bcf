import type { ListedFile } from './digest.ts'
import { nameOfKey } from './digest-key.ts'
import type { FindFile, SeenDigest } from './seen.ts'

/** What `aws cloudtrail validate-logs` is asked. */
export interface AwsQuestion {
  /** Digests of one account, trail and region, both kinds. */
  readonly digests: readonly SeenDigest[]
  readonly find: FindFile
  readonly startMs: number
  readonly endMs: number
}

/** What it would report; gaps are told by it, and counted as valid. */
export interface AwsReport {
  readonly invalidDigests: number
  readonly invalidFiles: number
}

const hourMs = 3_600_000

/**
 * Foretells how many INVALID lines `aws cloudtrail validate-logs` prints, so that a report can show what it misses:
 * it walks from the newest digest it lists along the names of predecessors, compares neither their hashes nor their
 * signatures with what the successor says, and knows nothing of what should be there.
 *
 * @source aws-cli, awscli/customizations/cloudtrail/validation.py, both major versions of July 2026
 */
export function foretellValidateLogs(question: AwsQuestion): AwsReport {
  const standard = walk(question, 'standard')
  const backfill = walk(question, 'backfill')
  return {
    invalidDigests: standard.invalidDigests + backfill.invalidDigests,
    invalidFiles: standard.invalidFiles + backfill.invalidFiles,
  }
}

function walk(question: AwsQuestion, kind: 'standard' | 'backfill'): AwsReport {
  const { startMs, endMs, find } = question
  const ofKind = question.digests.filter((digest) => digest.name.kind === kind)
  const byName = new Map(ofKind.map((digest) => [nameOfKey(digest.key), digest]))
  const listed = ofKind
    .map((digest) => ({ name: nameOfKey(digest.key), endMs: digest.name.endMs }))
    .filter((digest) => digest.endMs >= startMs && digest.endMs <= endMs + hourMs)
    .sort((a, b) => a.endMs - b.endMs)
  const report = { invalidDigests: 0, invalidFiles: 0 }

  let next = listed.pop()
  let lastStartMs = next?.endMs ?? 0
  while (next !== undefined && startMs <= lastStartMs) {
    const { name, endMs: nextEndMs } = next
    const older = () => {
      let candidate = listed.pop()
      while (candidate !== undefined && candidate.endMs >= nextEndMs) candidate = listed.pop()
      return candidate
    }
    const seen = byName.get(name)
    const digest = seen === undefined ? undefined : digestAsAwsAccepts(seen)
    if (digest === undefined) {
      report.invalidDigests += 1
      next = older()
      continue
    }
    lastStartMs = digest.window.startMs
    report.invalidFiles += digest.files.filter((file) => !isFileAsAwsAccepts(file, find(file))).length
    const { previous } = digest
    next = previous === undefined ? older() : linkTo(nameOfKey(previous.key), byName, lastStartMs)
  }
  return report
}

function linkTo(name: string, byName: ReadonlyMap<string, SeenDigest>, lastStartMs: number) {
  return { name, endMs: byName.get(name)?.name.endMs ?? lastStartMs }
}

function digestAsAwsAccepts(seen: SeenDigest) {
  const { content, own } = seen
  if (content.kind === 'unreadable' || own.kind === 'stripped') return undefined
  const { digest } = content
  // A bucket other than the one it was written to, or another key, is "moved".
  if (seen.bucket !== undefined && (digest.bucket !== seen.bucket || digest.key !== seen.key)) return undefined
  if (nameOfKey(digest.key) !== nameOfKey(seen.key)) return undefined
  // A copy without metadata is judged as if the metadata were still in the bucket.
  const verdict = own.kind === 'given' ? own.verdict : (seen.statedVerdict ?? 'valid')
  return verdict === 'valid' ? digest : undefined
}

function isFileAsAwsAccepts(listed: ListedFile, file: ReturnType<FindFile>): boolean {
  if (file === 'elsewhere') return true
  if (file === 'gone' || file.content.kind === 'unreadable') return false
  return file.content.sha256 === listed.sha256 && !file.content.hasMoreBytes
}
