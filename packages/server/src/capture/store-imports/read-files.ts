import { Fault } from '../../fault.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { ImportFile } from '../imports/index.ts'
import type { Source } from './source.ts'

/** Files up to this size are fetched whole and ahead, because fetching takes longer than reading them. */
const smallBytesMax = 1024 * 1024

/** Requests under way, and files in memory. */
const aheadMax = 24

/** So many files in a row that cannot be read are not the files' fault. */
const failuresInARowMax = 16

export interface FileReader {
  /** The files as an import takes them, in the order given. */
  files(heads: AsyncIterable<ObjectHead>): AsyncGenerator<ImportFile>
  /** By the name an import uses: what was read to its end. Asking forgets it. */
  finished(name: string): ObjectHead | undefined
}

type Fetched =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly fault: Fault }

/**
 * Reads files of a store. One that cannot be read is given up as unreadable, and the next follows; the whole import fails
 * when nothing can be read any more. `keep` is handed the content of each small file.
 */
export function createFileReader(
  { store, bucket }: Source,
  keep: (head: ObjectHead, bytes: Uint8Array) => Promise<void>,
): FileReader {
  const finished = new Map<string, ObjectHead>()
  let failuresInARow = 0

  async function fetch(listed: ObjectHead): Promise<Fetched> {
    let head: ObjectHead
    const pieces: Uint8Array[] = []
    try {
      const opened = await open(listed)
      head = opened.head
      for await (const piece of opened.body) pieces.push(piece)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return { kind: 'failed', fault: error }
    }
    const bytes = Buffer.concat(pieces)
    // What fails here is ours, not the file's: it ends the import.
    await keep(head, bytes)
    return { kind: 'whole', bytes }
  }

  async function open({ key, etag }: ObjectHead) {
    const opened = await store.objects.open(bucket, key)
    if (opened === undefined) throw new Fault('object.changed', 'the object is gone', { isThere: false })
    // What is remembered is the file that was listed: one that replaced it is for the next listing.
    if (opened.head.etag !== etag) {
      await opened.close()
      throw new Fault('object.changed', 'the object was replaced', { isThere: true })
    }
    return { head: opened.head, body: opened.read() }
  }

  async function* content(listed: ObjectHead, name: string, fetching: Promise<Fetched> | undefined) {
    const fetched = await fetching
    try {
      if (fetched === undefined) yield* (await open(listed)).body
      else if (fetched.kind === 'whole') yield fetched.bytes
      else throw fetched.fault
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause
      failuresInARow += 1
      if (failuresInARow >= failuresInARowMax) throw cause
      throw new Fault('import.file-unreadable', 'file could not be read to its end', { name }, { cause })
    }
    failuresInARow = 0
    finished.set(name, listed)
  }

  return {
    async *files(heads) {
      const ahead: { readonly head: ObjectHead; readonly fetched: Promise<Fetched> | undefined }[] = []
      const file = ({ head, fetched }: (typeof ahead)[number]): ImportFile => {
        const name = `s3://${bucket}/${head.key}`
        return { name, bytes: content(head, name, fetched) }
      }
      for await (const head of heads) {
        const fetched = head.size > smallBytesMax ? undefined : fetch(head)
        fetched?.catch(() => {})
        ahead.push({ head, fetched })
        const first = ahead.length >= aheadMax ? ahead.shift() : undefined
        if (first !== undefined) yield file(first)
      }
      for (const one of ahead) yield file(one)
    },
    finished(name) {
      const head = finished.get(name)
      finished.delete(name)
      return head
    },
  }
}
