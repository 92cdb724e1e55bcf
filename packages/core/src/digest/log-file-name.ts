import { fromStamp } from './digest-time.ts'

/** What the name of a log file says; see `log-file` for how names are made. */
export interface LogFileName {
  readonly account: string
  readonly region: string
  /** Newest event in the file, rounded up to five minutes. */
  readonly stampMs: number
}

const namePattern =
  /^(\d{12})_CloudTrail(?:-Insight|-NetworkActivity|-Aggregated)?_([a-z0-9-]+)_(\d{8}T\d{4}Z)_[A-Za-z0-9]+\.json\.gz$/

/** Reads the last part of a log file's key, Cairn's or AWS's; `undefined` for any other file name. */
export function parseLogFileName(name: string): LogFileName | undefined {
  const [, account, region, stamp] = namePattern.exec(name) ?? []
  const stampMs = stamp === undefined ? undefined : fromStamp(stamp)
  return account === undefined || region === undefined || stampMs === undefined
    ? undefined
    : { account, region, stampMs }
}
