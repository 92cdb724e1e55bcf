import { countFate, type Fate, isAdded } from './fate.ts'
import { accountsShownMax, type ImportCounts, type ImportSummary, noCounts } from './import-report.ts'

/** Totals of a run, kept as its records pass. */
export interface Tally {
  /** `timeMs` is NaN when the record does not tell its time. */
  record(account: string, timeMs: number, bytes: number, fate: Fate): void
  file(bytes: number, digests: number, setAside: number): void
  progress(): ImportCounts & { readonly files: number; readonly bytes: number }
  summary(isPlan: boolean, tookMs: number): ImportSummary
}

/** Distinct accounts that are counted; a hostile file could name a new one in every record. */
const accountsMax = 100_000

export function createTally(): Tally {
  const counts = noCounts()
  const accounts = new Map<string, number>()
  let files = 0
  let fileBytes = 0
  let recordBytes = 0
  let fromMs = Number.POSITIVE_INFINITY
  let toMs = Number.NEGATIVE_INFINITY

  return {
    record(account, timeMs, bytes, fate) {
      countFate(counts, fate)
      if (isAdded(fate)) recordBytes += bytes
      if (timeMs < fromMs) fromMs = timeMs
      if (timeMs > toMs) toMs = timeMs
      const before = accounts.get(account)
      if (before !== undefined || accounts.size < accountsMax) accounts.set(account, (before ?? 0) + 1)
    },
    file(bytes, digests, setAside) {
      files += 1
      fileBytes += bytes
      counts.digests += digests
      counts.setAside += setAside
    },
    progress: () => ({ files, bytes: fileBytes, ...counts }),
    summary: (isPlan, tookMs) => ({
      kind: 'summary',
      isPlan,
      files,
      bytes: fileBytes,
      ...counts,
      recordBytes,
      accounts: [...accounts]
        .sort((a, b) => b[1] - a[1])
        .slice(0, accountsShownMax)
        .map(([account, records]) => ({ account, records })),
      ...(fromMs <= toMs && { fromMs, toMs }),
      tookMs,
    }),
  }
}
