import { resolve } from 'node:path'
import type { PublicKeys } from '@cairn/server/proofs'
import type { Context } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import type { Installation } from '../installation/index.ts'
import { bucketEvidence } from '../offline/bucket-evidence.ts'
import type { EvidenceObject } from '../offline/evidence.ts'
import { folderEvidence } from '../offline/folder-evidence.ts'
import { createHashPool } from '../offline/hash-pool.ts'
import { reportText } from '../offline/report-text.ts'
import { exitCodeOf } from '../offline/verdict.ts'
import { verifyEvidence } from '../offline/verify-evidence.ts'
import { counted } from '../output/words.ts'
import { type MarkedFiles, markFailed } from './mark-failed.ts'
import type { StorePlace } from './store-place.ts'

/**
 * Holds what was imported against the digests beside it. It is in the history whatever comes out: evidence that was
 * tampered with is evidence. The report names each file that fails, and look-ups show which events are of such files.
 */
export async function verifyImported(
  context: Context,
  installation: Installation,
  imported: {
    readonly paths: readonly string[]
    readonly place: StorePlace | undefined
    readonly keys: PublicKeys
    readonly json: boolean
  },
): Promise<ExitCode> {
  const { paths, place, keys, json } = imported
  const { folder, signal, stdout } = context
  async function* objects(): AsyncGenerator<EvidenceObject> {
    if (place !== undefined) yield* bucketEvidence(installation, { ...place, signal })
    else for (const path of paths) yield* folderEvidence(resolve(folder, path), { shownAs: path })
  }
  await using pool = createHashPool()
  const report = await verifyEvidence({
    objects: objects(),
    buckets: new Set(place === undefined ? [] : [place.bucket]),
    keys,
    untilMs: context.nowMs(),
    isCopy: true,
    pool,
    signal,
  })
  const marked = await markFailed(context, installation, report, place)
  if (json) await stdout.line(JSON.stringify({ verified: report, marked }))
  else {
    await stdout.line(`\n${reportText(report, stdout.style)}`)
    for (const line of markedLines(marked)) await stdout.line(line)
  }
  return exitCodeOf(report)
}

function markedLines({ files, events, unmarked }: MarkedFiles): readonly string[] {
  if (files === 0) return []
  const lines = [
    `${counted(events, 'event')} of ${counted(files, 'file')} that failed ${events === 1 ? 'is' : 'are'} marked: look-ups show it.`,
  ]
  return unmarked === 0
    ? lines
    : [...lines, `${counted(unmarked, 'event')} of them could not be marked: there is no more room for marks.`]
}
