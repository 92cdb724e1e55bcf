import { hash } from 'node:crypto'
import type { FindingKind } from '@cairn/core/digest'
import { type Catalog, defineCollection } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ImportDestination, ImportFile, Imports } from '../imports/index.ts'

/** What a verifier found of a file that was imported. */
export interface FileFinding {
  readonly kind: FindingKind
  /** The file, as a person finds it. */
  readonly place: string
  readonly sentence: string
}

export interface FailedFile extends FileFinding {
  readonly foundAtMs: number
  /** Events that were found in it. */
  readonly events: number
  /** Of those, the ones that are marked; fewer when there is no more room for marks. */
  readonly marked: number
}

/**
 * Imported files that are not what was delivered, and which events are from them. Evidence that was tampered with is
 * evidence: such events are in the history like all others, byte for byte, and what is said of them stands here.
 *
 * An event is known by its content, so it is marked also where a sound file holds the same. A mark is never taken away:
 * putting the right file in its place does not make the events of the wrong one right.
 */
export interface FailedFiles {
  /** Takes the file in, as any import does, and marks each of its events. Idempotent. Throws what `Imports.run` does. */
  mark(finding: FileFinding, files: AsyncIterable<ImportFile>, signal: AbortSignal): Promise<FailedFile>
  /** The files that an event was found in; nearly always none. */
  of(record: Uint8Array): readonly FailedFile[]
  list(): readonly FailedFile[]
}

interface StoredFile extends FailedFile {
  /** Base64 of the marks of its events, one behind the other. */
  readonly marks: string
}

/** Key: `<hash of place, kind and content>`. */
const collection = defineCollection<StoredFile>('import-failed-file', { keepsHistory: false })

/** Of an event's SHA-256. Among a million marks one in 10^13 events would be marked by accident. */
const markBytes = 8

/** Log files hold some thousand events. */
const marksPerFileMax = 20_000

/** In memory, some 100 bytes each. */
const marksMax = 200_000

export function createFailedFiles(options: {
  readonly catalog: Catalog
  readonly imports: Imports
  /** What an import adds nothing twice by. */
  readonly seen: ImportDestination['seen']
  readonly clock: Clock
}): FailedFiles {
  const { catalog, imports, seen, clock } = options
  const filesOfMark = new Map<string, readonly FailedFile[]>()
  const known = new Set<string>()
  for (const { key, value } of catalog.list(collection)) hold(key, value)

  function hold(id: string, { marks: text, ...file }: StoredFile): void {
    known.add(id)
    const marks = Buffer.from(text, 'base64')
    for (let at = 0; at < marks.length; at += markBytes) {
      const mark = marks.toString('latin1', at, at + markBytes)
      filesOfMark.set(mark, [...(filesOfMark.get(mark) ?? []), file])
    }
  }

  /** Imports, and gives the marks of all records that it met. */
  async function take(files: AsyncIterable<ImportFile>, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const marks = new Set<string>()
    const destination: ImportDestination = {
      audience: { kind: 'history' },
      seen: {
        recognise(keys) {
          for (const { contentHash } of keys) marks.add(markOf(contentHash))
          return seen.recognise(keys)
        },
        caughtUp: (end) => seen.caughtUp(end),
      },
    }
    for await (const _ of imports.run({ files, isPlan: false, signal, destination })) signal.throwIfAborted()
    return marks
  }

  return {
    async mark({ kind, place, sentence }, files, signal) {
      const marks = [...(await take(files, signal))].sort()
      const room = Math.max(0, Math.min(marksPerFileMax, marksMax - filesOfMark.size))
      const kept = Buffer.from(marks.slice(0, room).join(''), 'latin1')
      const counts = { events: marks.length, marked: kept.length / markBytes }
      const file: FailedFile = { kind, place, sentence, foundAtMs: clock.nowMs(), ...counts }
      const id = hash('sha256', `${place}\n${kind}\n${marks.join('')}`).slice(0, 32)
      if (known.has(id)) return file
      const stored = { ...file, marks: kept.toString('base64') }
      await catalog.change({ intentId: undefined }, (draft) => draft.put(collection, id, stored))
      hold(id, stored)
      return file
    },
    of: (record) => (filesOfMark.size === 0 ? [] : (filesOfMark.get(markOf(hash('sha256', record, 'buffer'))) ?? [])),
    list: () => catalog.list(collection).map(({ value: { marks: _, ...file } }) => file),
  }
}

function markOf(contentHash: Uint8Array): string {
  return Buffer.from(contentHash.buffer, contentHash.byteOffset, markBytes).toString('latin1')
}
