import { hash } from 'node:crypto'
import { isOfLogFile, nameOfKey, parseDigestName } from '@cairn/core/digest'
import { Fault } from '../../fault.ts'
import { type Catalog, defineCollection } from '../../ports/catalog.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { PublicKeys } from '../../proofs/index.ts'
import type { FailedFiles } from '../failed-files/index.ts'
import { checkDigest, type DigestFinding } from './check-digest.ts'
import type { FileMarks } from './file-marks.ts'
import { readObject } from './read-evidence.ts'
import type { Source } from './source.ts'

/** What checks found in a place that is followed. Key: `<follow>/<hash of kind and place>`. */
const collection = defineCollection<DigestFinding>('import-finding', { keepsHistory: false })

/** They are kept in memory, and a bucket of which everything is wrong is told by its first ones. */
export const findingsMax = 1_000

/** Digests under way. */
const digestsAtATime = 4

export interface DigestChecks {
  /**
   * Checks the digests among these, and remembers each whose check is done and whose findings are durable. Gives how
   * many could not be checked now: they are to come again.
   */
  check(digests: readonly ObjectHead[]): Promise<number>
  /** Checks again those whose key was not known: there may be more keys now. */
  again(): Promise<void>
  /** Digests that were checked since the start of the server. */
  checked(): number
}

export function isDigest(key: string): boolean {
  return parseDigestName(nameOfKey(key)) !== undefined
}

export function createDigestChecks(options: {
  /** The follow's id. */
  readonly id: string
  readonly source: Source
  readonly keys: PublicKeys
  readonly known: FileMarks
  readonly catalog: Catalog
  readonly failedFiles: FailedFiles
  readonly signal: AbortSignal
}): DigestChecks {
  const { id, source, keys, known, catalog, failedFiles, signal } = options
  let checked = 0
  const stored = () => catalog.list(collection, `${id}/`)

  /** Whether all of them are durable; there is room for so many. */
  async function note(findings: readonly DigestFinding[]): Promise<boolean> {
    for (const finding of findings) {
      if (isOfLogFile(finding.kind)) await markEvents(finding)
      const key = `${id}/${hash('sha256', `${finding.kind}\n${finding.place}`).slice(0, 16)}`
      if (catalog.get(collection, key) !== undefined) continue
      if (stored().length >= findingsMax) return false
      await catalog.change({ intentId: undefined }, (draft) => draft.put(collection, key, finding))
    }
    return true
  }

  async function markEvents({ kind, place, sentence, key }: DigestFinding): Promise<void> {
    const object = await readObject(source.store.objects, source.bucket, key)
    const { bytes } = object ?? {}
    if (bytes === undefined) return
    const pieces = (async function* () {
      yield bytes
    })()
    const files = (async function* () {
      yield { name: place, bytes: pieces }
    })()
    await failedFiles.mark({ kind, place, sentence }, files, signal)
  }

  async function checkOne(digest: Pick<ObjectHead, 'key'>): Promise<readonly DigestFinding[]> {
    const findings = await checkDigest(source, digest, { keys, signal })
    checked += 1
    return findings
  }

  return {
    async check(digests) {
      let failed = 0
      for (let from = 0; from < digests.length; from += digestsAtATime) {
        signal.throwIfAborted()
        const some = digests.slice(from, from + digestsAtATime)
        const results = await Promise.allSettled(some.map(checkOne))
        for (const [index, result] of results.entries()) {
          const digest = some[index]
          if (result.status === 'rejected' && !(result.reason instanceof Fault)) throw result.reason
          const isDone = result.status === 'fulfilled' && (await note(result.value))
          if (isDone && digest) await known.remember([digest])
          else failed += 1
        }
      }
      return failed
    },
    async again() {
      for (const { key, value } of stored()) {
        if (value.kind !== 'key-unknown') continue
        const findings = await checkOne(value)
        if (findings.some(({ kind }) => kind === 'key-unknown')) continue
        await note(findings)
        await catalog.change({ intentId: undefined }, (draft) => draft.delete(collection, key))
      }
    },
    checked: () => checked,
  }
}

/** What was found in a place that is followed. */
export function findingsOf(catalog: Catalog, id: string): readonly DigestFinding[] {
  return catalog.list(collection, `${id}/`).map(({ value }) => value)
}

/** Forgets what was found in a place that is followed no longer; the marks of events stay. */
export async function forgetFindings(catalog: Catalog, id: string): Promise<void> {
  await catalog.change({ intentId: undefined }, (draft) => {
    for (const { key } of draft.list(collection, `${id}/`)) draft.delete(collection, key)
  })
}
