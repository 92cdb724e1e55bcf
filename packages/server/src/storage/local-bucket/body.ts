import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Fault } from '../../fault.ts'
import type { ObjectRange, SealedBody } from '../../ports/object-store.ts'
import { type DiskFile, isNoSpace, readRange } from '../disk/index.ts'

/** Small chunks are gathered to this size: a write per network packet would cost a thread hop each. */
const writeBytes = 256 * 1024
const readBytes = 256 * 1024

/** A body on its way to the disk: `rest` is its end, to be written together with what comes behind it. */
export interface WrittenBody extends SealedBody {
  readonly rest: readonly Uint8Array[]
}

/** Writes the body to the start of `file` but for its rest; what the body throws passes through unchanged. */
export async function writeBody(file: FileHandle, body: AsyncIterable<Uint8Array>): Promise<WrittenBody> {
  const md5 = createHash('md5')
  let size = 0
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  const flush = async () => {
    const chunk = Buffer.concat(pending)
    pending = []
    pendingBytes = 0
    await inputOutput(() => writeFully(file, chunk))
  }
  for await (const chunk of body) {
    md5.update(chunk)
    size += chunk.length
    pending.push(chunk)
    pendingBytes += chunk.length
    if (pendingBytes >= writeBytes) await flush()
  }
  return { size, md5: md5.digest('hex'), rest: pending }
}

export async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written, bytes.length - written)).bytesWritten
  }
}

/** Bytes of the body; the file is closed when they end, fail or are given up. */
export function readBody(file: DiskFile, size: number, range?: ObjectRange): AsyncIterable<Uint8Array> {
  const end = range ? range.last + 1 : size
  let position = range?.first ?? 0
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      if (position >= end) {
        await file.close()
        return { done: true, value: undefined }
      }
      const value = await readRange(file, position, Math.min(position + readBytes, end))
      if (value.length === 0) throw new Fault('object.damaged', 'object file ends within its body', { position, end })
      position += value.length
      return { done: false, value }
    },
    async return() {
      position = end
      await file.close()
      return { done: true, value: undefined }
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

/**
 * Names what the disk refused. Nothing is retried on the same file: after a failed fsync its pages may be gone, so the
 * put fails and the client's next attempt writes a new file.
 */
export async function inputOutput<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (isNoSpace(cause)) {
      throw new Fault('object.disk-full', 'no room for the object', {}, { cause })
    }
    if (cause instanceof Error && 'errno' in cause) {
      throw new Fault(
        'object.io-failed',
        'the file system refused',
        { code: String('code' in cause && cause.code) },
        { cause },
      )
    }
    throw cause
  }
}
