import {
  digestContent,
  nameOfKey,
  parseDigestName,
  parseLogFileName,
  type SeenDigest,
  type SeenFile,
  type TrailEvent,
} from '@cairn/core/digest'
import type { EvidenceObject } from './evidence.ts'
import type { FileResult } from './hash-files.ts'
import type { HashPool } from './hash-pool.ts'
import type { QueryResults } from './query-results.ts'

export interface GatherOptions {
  readonly objects: AsyncIterable<EvidenceObject>
  readonly fromMs?: number
  /** Up to when digests must be there. */
  readonly untilMs: number
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

/** Files are named by their newest event and delivered later: what belongs to a time may be named a little before. */
const namedBeforeMsMax = 3_600_000

/** Whether a log file of this name can belong to the time that is asked about. */
export function isNamedInTime(
  stampMs: number,
  { fromMs = 0, untilMs }: Pick<GatherOptions, 'fromMs' | 'untilMs'>,
): boolean {
  return stampMs >= fromMs - namedBeforeMsMax && stampMs <= untilMs + namedBeforeMsMax
}

/** Reads each object once, in any order. What is of a query's results goes to them. */
export async function gatherEvidence(
  { objects, pool, signal, ...asked }: GatherOptions,
  results: QueryResults,
): Promise<Gathered> {
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
