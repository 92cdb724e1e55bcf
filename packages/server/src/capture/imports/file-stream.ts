import { Fault } from '../../fault.ts'

/*
 * Several files in one body, each of unknown size:
 *
 *     stream := file*
 *     file   := head chunk* end
 *     head   := JSON object {"name": text} on one line, LF
 *     chunk  := length, that many bytes              length: 32 bits, most significant byte first, 1 … 2^31
 *     end    := 32 bits 0                            the file is complete
 *             | 32 bits of ones                      its writer could not read it any further
 *
 * A body that stops inside a file is broken; between files it is finished.
 */

const headBytesMax = 64 * 1024
const chunkBytesMax = 2 ** 31
const unreadable = 0xffff_ffff

/** Chunks up to this size are given whole, so that a small file is one piece. */
const pieceBytesMax = 256 * 1024

/** One file to import. Its form is told by its content; the name is for messages. */
export interface ImportFile {
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/** A piece of the stream to write. */
export type FileStreamPart =
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly isUnreadable: boolean }

/** Writes the form above. */
export async function* writeFileStream(parts: AsyncIterable<FileStreamPart>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    if (part.kind === 'file') yield Buffer.from(`${JSON.stringify({ name: part.name })}\n`)
    else if (part.kind === 'end') yield word(part.isUnreadable ? unreadable : 0)
    else if (part.bytes.length > 0) {
      yield word(part.bytes.length)
      yield part.bytes
    }
  }
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/**
 * Reads the form above. A file's bytes must be read to their end before the next file is asked for; what is left of
 * one that is not wanted is skipped.
 *
 * @throws Fault `import.stream-broken` where the body does not follow the form
 * @throws Fault `import.file-unreadable` from the bytes of a file that its writer gave up
 */
export async function* readFileStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<ImportFile> {
  const reader = createReader(body)
  for (;;) {
    const head = await reader.line(headBytesMax)
    if (head === undefined) return
    const bytes = fileBytes(reader)
    yield { name: nameOf(head), bytes }
    try {
      for await (const _ of bytes);
    } catch (error) {
      if (!isUnreadable(error)) throw error
    }
  }
}

/** Whether only this file failed and the stream goes on. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof Fault && error.code === 'import.file-unreadable'
}

async function* fileBytes(reader: Reader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const length = Buffer.from(await reader.exactly(4)).readUInt32BE()
    if (length === 0) return
    if (length === unreadable) throw new Fault('import.file-unreadable', 'file could not be read to its end')
    if (length > chunkBytesMax) throw broken('chunk is too long')
    for (let left = length; left > 0; ) {
      const piece = left <= pieceBytesMax ? await reader.exactly(left) : await reader.some(left)
      left -= piece.length
      yield piece
    }
  }
}

function nameOf(head: Uint8Array): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(head).toString('utf8'))
    if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string') {
      return value.name
    }
  } catch {
    // Falls through to the same complaint.
  }
  throw broken('head of a file is not {"name": …}')
}

function broken(problem: string): Fault {
  return new Fault('import.stream-broken', 'the stream of files does not follow its form', { problem })
}

interface Reader {
  /** Up to and without the next LF; `undefined` at the end of the body. */
  line(bytesMax: number): Promise<Uint8Array | undefined>
  exactly(count: number): Promise<Uint8Array>
  /** At least one byte, at most `bytesMax`. */
  some(bytesMax: number): Promise<Uint8Array>
}

function createReader(body: AsyncIterable<Uint8Array>): Reader {
  const source = body[Symbol.asyncIterator]()
  let held: Uint8Array = new Uint8Array(0)

  async function more(): Promise<boolean> {
    const next = await source.next()
    if (next.done) return false
    held = held.length === 0 ? next.value : Buffer.concat([held, next.value])
    return true
  }

  function take(count: number): Uint8Array {
    const bytes = held.subarray(0, count)
    held = held.subarray(count)
    return bytes
  }

  return {
    async line(bytesMax) {
      for (;;) {
        const end = held.indexOf(0x0a)
        if (end >= 0) {
          const line = take(end)
          take(1)
          return line
        }
        if (held.length > bytesMax) throw broken('head of a file is too long')
        if (await more()) continue
        if (held.length === 0) return undefined
        throw broken('the body ends inside the head of a file')
      }
    },
    async exactly(count) {
      while (held.length < count) if (!(await more())) throw broken('the body ends inside a file')
      return take(count)
    },
    async some(bytesMax) {
      while (held.length === 0) if (!(await more())) throw broken('the body ends inside a file')
      return take(Math.min(bytesMax, held.length))
    },
  }
}
