import { resolve } from 'node:path'
import { isOfLogFile } from '@cairn/core/digest'
import type { FailedFile } from '@cairn/server/failed-files'
import { writeFileStream } from '@cairn/server/imports'
import type { Context } from '../context.ts'
import { type Installation, readJson } from '../installation/index.ts'
import { bucketEvidence } from '../offline/bucket-evidence.ts'
import type { VerifyReport } from '../offline/judge-evidence.ts'
import { findFiles } from './find-files.ts'
import { readFiles } from './read-files.ts'
import type { StorePlace } from './store-place.ts'

export interface MarkedFiles {
  readonly files: number
  readonly events: number
  /** Of those events, the ones for which there was no room. */
  readonly unmarked: number
}

/** Has the installation mark every event of the files that failed: look-ups then say so. */
export async function markFailed(
  context: Pick<Context, 'folder' | 'stdin' | 'signal'>,
  installation: Installation,
  { findings }: Pick<VerifyReport, 'findings'>,
  place: StorePlace | undefined,
): Promise<MarkedFiles> {
  const { folder, stdin, signal } = context
  let [files, events, unmarked] = [0, 0, 0]
  for (const finding of findings) {
    if (!isOfLogFile(finding.kind)) continue
    const parts =
      place === undefined
        ? readFiles(findFiles([resolve(folder, finding.place)], folder), stdin)
        : objectParts(installation, place, finding.place, signal)
    const answer = await installation.call({
      method: 'POST',
      path: '/_cairn/v1/import/failed',
      query: { kind: finding.kind, place: finding.place, sentence: finding.sentence },
      body: writeFileStream(parts),
      signal,
    })
    const marked = await readJson<FailedFile>(answer)
    files += 1
    events += marked.events
    unmarked += marked.events - marked.marked
  }
  return { files, events, unmarked }
}

async function* objectParts(installation: Installation, place: StorePlace, name: string, signal: AbortSignal) {
  const prefix = name.slice(`s3://${place.bucket}/`.length)
  for await (const object of bucketEvidence(installation, { ...place, prefix, signal })) {
    if (object.place !== name) continue
    yield { kind: 'file', name } as const
    if (object.bytes) yield { kind: 'bytes', bytes: object.bytes } as const
    yield { kind: 'end', isUnreadable: object.bytes === undefined } as const
  }
}
