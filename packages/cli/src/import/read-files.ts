import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { FileStreamPart } from '@cairn/server/imports'
import type { FoundFile } from './find-files.ts'

/** Files up to this size are read whole and ahead, so that the disk works while others are sent. */
const smallBytesMax = 1024 * 1024
const aheadMax = 8

type Opened =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'stream' }
  | { readonly kind: 'unreadable' }

/**
 * The files as parts of an import's stream, a bounded number of them read ahead. One that cannot be read ends as such
 * and the next follows.
 */
export async function* readFiles(
  files: AsyncIterable<FoundFile>,
  stdin: AsyncIterable<Uint8Array>,
): AsyncGenerator<FileStreamPart> {
  const ahead: { readonly file: FoundFile; readonly opened: Promise<Opened> }[] = []
  for await (const file of files) {
    ahead.push({ file, opened: open(file) })
    const first = ahead.length >= aheadMax ? ahead.shift() : undefined
    if (first !== undefined) yield* parts(first.file, await first.opened, stdin)
  }
  for (const { file, opened } of ahead) yield* parts(file, await opened, stdin)
}

async function open(file: FoundFile): Promise<Opened> {
  if (file.path === '-' || file.bytes > smallBytesMax) return { kind: 'stream' }
  try {
    return { kind: 'whole', bytes: await readFile(file.path) }
  } catch {
    return { kind: 'unreadable' }
  }
}

async function* parts(
  file: FoundFile,
  opened: Opened,
  stdin: AsyncIterable<Uint8Array>,
): AsyncGenerator<FileStreamPart> {
  yield { kind: 'file', name: file.name }
  let isUnreadable = opened.kind === 'unreadable'
  if (opened.kind === 'whole') yield { kind: 'bytes', bytes: opened.bytes }
  else if (opened.kind === 'stream') {
    const source = file.path === '-' ? stdin : createReadStream(file.path, { highWaterMark: 256 * 1024 })
    const pieces = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    for (;;) {
      const next = await pieces.next().catch(() => undefined)
      if (next === undefined) isUnreadable = true
      if (next === undefined || next.done) break
      yield { kind: 'bytes', bytes: next.value }
    }
  }
  yield { kind: 'end', isUnreadable }
}
