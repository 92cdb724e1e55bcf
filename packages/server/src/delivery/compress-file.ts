import { subtle } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { assembleLogFile } from '@cairn/core/log-file'
import { giveBack } from '../runtime/give-back.ts'
import { createSlots } from './slots.ts'

/** @source files of the real service: one gzip member; 6 is zlib's own default */
const gzipLevel = 6

/** Most files fit into one or two pieces of output; zlib's own 16 KiB cost a turn of the event loop each. */
const chunkSize = 512 * 1024

/** Of the four threads that read, write and compress for the whole process, half: reads must not wait behind files. */
const filesAtOnce = 2

const compress = promisify(gzip)

export interface CompressedFile {
  /** Before compression. */
  readonly contentBytes: number
  /** Hex, of the content. */
  readonly sha256: string
  readonly bytes: Uint8Array
}

/** Makes log files of records, two at a time. */
export function createFileCompressor(): (records: readonly Uint8Array[]) => Promise<CompressedFile> {
  const slots = createSlots(filesAtOnce)

  async function make(records: readonly Uint8Array[]): Promise<CompressedFile> {
    const content = assembleLogFile(records, { includes, allocate: Buffer.allocUnsafeSlow })
    // Both on the thread pool: hashing a file here would hold up everybody for milliseconds.
    const [hash, bytes] = await Promise.all([
      subtle.digest('SHA-256', content),
      compress(content, { level: gzipLevel, chunkSize }),
    ])
    const contentBytes = content.length
    // Some megabytes: given back at once, they are the next file's, and nothing that the collector goes to work for.
    giveBack(content)
    return { contentBytes, sha256: Buffer.from(hash).toString('hex'), bytes }
  }

  return (records) => slots.run(() => make(records))
}

/** Ten times as quick as that of typed arrays. */
function includes({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>, byte: number): boolean {
  return Buffer.from(buffer, byteOffset, length).includes(byte)
}
