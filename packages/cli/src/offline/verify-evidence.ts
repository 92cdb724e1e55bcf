import {
  digestContent,
  nameOfKey,
  parseDigestName,
  parseLogFileName,
  type SeenDigest,
  type SeenFile,
  type TrailEvent,
} from '@cairn/core/digest'
import type { PublicKeys } from '@cairn/server/proofs'
import type { EvidenceObject } from './evidence.ts'
import type { FileResult } from './hash-files.ts'
import type { HashPool } from './hash-pool.ts'
import { judgeEvidence, nothingFound, type VerifyReport, withFindings } from './judge-evidence.ts'
import { createQueryResults, type QueryResults } from './query-results.ts'

export interface VerifyOptions {
  readonly objects: AsyncIterable<EvidenceObject>
  readonly keys: PublicKeys
  /** Buckets whose objects these are; empty for copies. */
  readonly buckets: ReadonlySet<string>
  /** Only this trail is judged; others in the same place only say which files are theirs. */
  readonly trail?: { readonly account?: string; readonly name: string }
  readonly fromMs?: number
  /** Up to when digests must be there. */
  readonly untilMs: number
  /** Whether nothing is missed behind the newest digest: of a copy, which ends when it was made. */
  readonly isCopy?: boolean
  readonly pool: HashPool
  readonly signal: AbortSignal
}

/** What was gathered of every object; contents are gone by then. */
export interface Gathered {
  readonly digests: readonly (Omit<SeenDigest, 'own' | 'statedVerdict'> & {
    readonly metadata: EvidenceObject['metadata']
  })[]
  readonly files: readonly (SeenFile & { readonly account: string; readonly events: readonly TrailEvent[] })[]
}

/**
 * Verifies digests and log files, each read once and in any order: inflated and hashed on all cores, then judged
 * together. Memory grows with the number of objects by a few hundred bytes each, and with the lists in the digests.
 */
export async function verifyEvidence(options: VerifyOptions): Promise<VerifyReport> {
  const results = createQueryResults()
  const gathered = await gather(options, results)
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

/** Files are named by their newest event and delivered later: what belongs to a time may be named a little before. */
const namedBeforeMsMax = 3_600_000

/** Whether a log file of this name can belong to the time that is asked about. */
export function isNamedInTime(
  stampMs: number,
  { fromMs = 0, untilMs }: Pick<VerifyOptions, 'fromMs' | 'untilMs'>,
): boolean {
  return stampMs >= fromMs - namedBeforeMsMax && stampMs <= untilMs + namedBeforeMsMax
}

async function gather({ objects, pool, signal, ...asked }: VerifyOptions, results: QueryResults): Promise<Gathered> {
  const { fromMs = 0, untilMs } = asked
  const digests: Gathered['digests'][number][] = []
  const files: Gathered['files'][number][] = []
  for await (const object of objects) {
    signal.throwIfAborted()
    if (await results.take(object)) continue
    const base = nameOfKey(object.key)
    const { path, bytes, metadata, problem, ...rest } = object
    const add = (isDigest: boolean, onResult: (result: FileResult) => void) =>
      problem === undefined ? pool.add({ ...source, isDigest }, onResult) : onResult({ kind: 'unreadable', problem })
    const where = { ...rest, bucket: object.bucket }
    const source = { ...(path !== undefined && { path }), ...(bytes && { bytes }) }
    const digest = parseDigestName(base)
    if (digest !== undefined) {
      if (digest.endMs <= fromMs || digest.endMs > untilMs + namedBeforeMsMax) continue
      await add(true, (result) => {
        digests.push({
          ...where,
          name: digest,
          content: digestContent(result, result.kind === 'read' ? (result.text ?? '') : ''),
          metadata,
        })
      })
      continue
    }
    const file = parseLogFileName(base)
    if (file === undefined || !isNamedInTime(file.stampMs, asked)) continue
    await add(false, ({ events = [], ...content }) => {
      files.push({ ...where, ...file, content, events })
    })
  }
  await pool.finish()
  // They came in the order in which threads finished; reports are to be alike.
  const byKey = (a: { readonly key: string }, b: { readonly key: string }) => (a.key < b.key ? -1 : 1)
  return { digests: digests.sort(byKey), files: files.sort(byKey) }
}
