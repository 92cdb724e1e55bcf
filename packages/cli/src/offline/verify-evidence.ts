import { type Gathered, type GatherOptions, gatherEvidence } from './gather-evidence.ts'
import { type JudgeOptions, judgeEvidence, nothingFound, type VerifyReport, withFindings } from './judge-evidence.ts'
import { createQueryResults } from './query-results.ts'

export interface VerifyOptions extends GatherOptions, JudgeOptions {
  /** Whether nothing is missed behind the newest digest: of a copy, which ends when it was made. */
  readonly isCopy?: boolean
}

/**
 * Verifies digests and log files, each read once and in any order: inflated and hashed on all cores, then judged
 * together. Memory grows with the number of objects by a few hundred bytes each, and with the lists in the digests.
 */
export async function verifyEvidence(options: VerifyOptions): Promise<VerifyReport> {
  const results = createQueryResults()
  const gathered = await gatherEvidence(options, results)
  const { findings, ...counts } = results.judge(options.keys)
  const judged = judgeEvidence(gathered, asAsked(gathered, options))
  const isNothing = gathered.digests.length + gathered.files.length + counts.found === 0 && judged.findings.length === 0
  const report = withFindings(judged, isNothing ? [nothingFound(options)] : findings)
  return counts.found === 0 ? report : { ...report, results: counts }
}

function asAsked({ digests }: Gathered, options: VerifyOptions): VerifyOptions {
  const newestMs = Math.max(0, ...digests.map(({ name }) => name.endMs))
  return options.isCopy && newestMs > 0 ? { ...options, untilMs: Math.min(options.untilMs, newestMs) } : options
}
