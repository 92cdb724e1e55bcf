/*
 * Keys of log files in a bucket:
 *
 *     key    := [prefix '/'] 'AWSLogs/' account '/' kind '/' region '/' yyyy '/' mm '/' dd '/' name
 *     name   := account '_' kind '_' region '_' yyyymmdd 'T' hhmm 'Z' '_' suffix '.json.gz'
 *     suffix := 16 × [A-Za-z0-9]
 *
 * The time is that of the newest event in the file, rounded up to five minutes: true for every one of 4,618 real files.
 */

/** What a file holds; one file never holds two kinds. */
export type LogFileKind = 'CloudTrail' | 'CloudTrail-Insight' | 'CloudTrail-NetworkActivity' | 'CloudTrail-Aggregated'

/** Events that may stand in one file. */
export interface Lane {
  /** 12 digits. */
  readonly account: string
  readonly region: string
  readonly kind: LogFileKind
}

const stepMs = 5 * 60 * 1000

/** The time in a file's name, in epoch milliseconds. */
export function stampMs(newestEventMs: number): number {
  return Math.ceil(newestEventMs / stepMs) * stepMs
}

/** The key of a file; `prefix` has no slash at its ends, `suffix` is {@link fileSuffix}'s. */
export function logFileKey(file: {
  readonly lane: Lane
  readonly prefix?: string | undefined
  readonly newestEventMs: number
  readonly suffix: string
}): string {
  const { account, region, kind } = file.lane
  // 2025-03-01T10:20:00.000Z
  const time = new Date(stampMs(file.newestEventMs)).toISOString()
  const day = time.slice(0, 10)
  const stamp = `${day.replaceAll('-', '')}T${time.slice(11, 13)}${time.slice(14, 16)}Z`
  const folder = `${file.prefix === undefined ? '' : `${file.prefix}/`}AWSLogs/${account}/${kind}/${region}`
  return `${folder}/${day.replaceAll('-', '/')}/${account}_${kind}_${region}_${stamp}_${file.suffix}.json.gz`
}

/** The kind of file for an event of the category. */
export function fileKind(category: string): LogFileKind {
  switch (category) {
    case 'Insight':
      return 'CloudTrail-Insight'
    case 'NetworkActivity':
      return 'CloudTrail-NetworkActivity'
    case 'Aggregated':
      return 'CloudTrail-Aggregated'
    default:
      return 'CloudTrail'
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * The 16 characters at the end of a name, from a hash of at least 12 bytes: the same hash always gives the same ones.
 * They carry 95 bits, so two files never share them by chance.
 */
export function fileSuffix(hash: Uint8Array): string {
  if (hash.length < 12) throw new RangeError('a suffix needs 12 bytes of hash')
  let rest = hash.subarray(0, 12).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
  let suffix = ''
  for (let count = 0; count < 16; count += 1) {
    suffix += alphabet[Number(rest % 62n)]
    rest /= 62n
  }
  return suffix
}
