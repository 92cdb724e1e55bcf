import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { centralHeader, ending, localHeader, type ZipEntry } from './zip-format.ts'

/** Writes a pack's file, entry by entry. It is no pack before `finish`. */
export interface ZipWriter {
  add(name: string, content: Uint8Array): Promise<void>
  /** Writes the directory and makes the file durable. */
  finish(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Entries are written together until they are this many bytes: a system call each would cost more than small files. */
const bufferedBytesMax = 1024 * 1024

/** Makes a file that must not be there yet. */
export async function createZip(path: string): Promise<ZipWriter> {
  const file: FileHandle = await open(path, 'wx', 0o600)
  const entries: ZipEntry[] = []
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let offset = 0

  async function write(...chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      waiting.push(chunk)
      waitingBytes += chunk.length
      offset += chunk.length
    }
    if (waitingBytes >= bufferedBytesMax) await flush()
  }

  async function flush(): Promise<void> {
    await file.writev(waiting)
    waiting = []
    waitingBytes = 0
  }

  return {
    async add(name, content) {
      const entry = { name, size: content.length, crc32: crc32(content), offset }
      entries.push(entry)
      await write(localHeader(entry), content)
    },
    async finish() {
      const directory = Buffer.concat(entries.map(centralHeader))
      const ends = ending({ entries: entries.length, offset, bytes: directory.length })
      await write(directory, ends)
      await flush()
      await file.sync()
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}
