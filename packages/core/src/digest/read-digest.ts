import type { DigestLink, DigestWindow, ListedFile } from './digest.ts'
import { fromIsoSecond } from './digest-time.ts'

/** A digest as found: what it says of itself, none of it proven. */
export interface FoundDigest {
  readonly account: string
  readonly window: DigestWindow
  /** As written: it is part of what was signed. */
  readonly endTime: string
  readonly bucket: string
  readonly key: string
  readonly fingerprint: string
  /** Absent in the first digest of a chain. */
  readonly previous?: Omit<DigestLink, 'sha256'> & { readonly sha256: string | undefined }
  readonly files: readonly ListedFile[]
}

/** More files than any hour of the real service lists; a list beyond it is an attack on the reader's memory. */
const filesMax = 1_000_000

/** Reads a digest's text, Cairn's or AWS's; gives the problem, as words after "it", when it is none. */
export function readDigest(text: string): FoundDigest | { readonly problem: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'is not JSON' }
  }
  if (!isObject(value)) return { problem: 'is not a JSON object' }
  const { digestStartTime, digestEndTime, digestS3Bucket, digestS3Object, digestPublicKeyFingerprint } = value
  const startMs = fromIsoSecond(digestStartTime)
  const endMs = fromIsoSecond(digestEndTime)
  if (startMs === undefined || endMs === undefined || !isText(digestEndTime)) return { problem: 'names no window' }
  if (!isText(digestS3Bucket) || !isText(digestS3Object)) return { problem: 'does not say where it belongs' }
  if (!isText(digestPublicKeyFingerprint)) return { problem: 'names no public key' }
  const previous = previousOf(value)
  if (previous === 'malformed') return { problem: 'names its predecessor in a way that cannot be read' }
  const { awsAccountId, logFiles } = value
  if (!isText(awsAccountId)) return { problem: 'names no account' }
  if (!Array.isArray(logFiles) || logFiles.length > filesMax) return { problem: 'has no list of log files' }
  const files = logFiles.map(listedFile)
  if (!files.every((file) => file !== undefined)) return { problem: 'lists a log file in a way that cannot be read' }
  return {
    account: awsAccountId,
    window: { startMs, endMs },
    endTime: digestEndTime,
    bucket: digestS3Bucket,
    key: digestS3Object,
    fingerprint: digestPublicKeyFingerprint,
    ...(previous !== undefined && { previous }),
    files,
  }
}

type Members = Readonly<Record<string, unknown>>

function previousOf(value: Members): FoundDigest['previous'] | 'malformed' {
  const { previousDigestS3Bucket, previousDigestS3Object, previousDigestSignature, previousDigestHashValue } = value
  const members = [previousDigestS3Bucket, previousDigestS3Object, previousDigestSignature]
  // The member must be there even when there is nothing to say: what is signed differs between null and nothing.
  if (previousDigestSignature === undefined) return 'malformed'
  if (members.every((member) => member === null || member === undefined)) return undefined
  if (!isText(previousDigestS3Bucket) || !isText(previousDigestS3Object) || !isText(previousDigestSignature)) {
    return 'malformed'
  }
  return {
    bucket: previousDigestS3Bucket,
    key: previousDigestS3Object,
    signature: previousDigestSignature,
    sha256: isText(previousDigestHashValue) ? previousDigestHashValue.toLowerCase() : undefined,
  }
}

function listedFile(entry: unknown): ListedFile | undefined {
  if (!isObject(entry)) return undefined
  const { s3Bucket, s3Object, hashValue, newestEventTime, oldestEventTime } = entry
  if (!isText(s3Bucket) || !isText(s3Object) || !isText(hashValue)) return undefined
  return {
    bucket: s3Bucket,
    key: s3Object,
    sha256: hashValue.toLowerCase(),
    // Informative only: nothing is decided by them, so a file of which they cannot be read is still checked.
    newestEventMs: fromIsoSecond(newestEventTime) ?? Number.NaN,
    oldestEventMs: fromIsoSecond(oldestEventTime) ?? Number.NaN,
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
