import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import {
  centralHeader,
  end64Bytes,
  endBytes,
  ending,
  localHeader,
  locator64Bytes,
  readCentralHeaders,
  readEnding,
  type ZipEntry,
} from './zip-format.ts'

/** A pack's file, opened. */
export interface ZipReader {
  /** In the order in which they lie in the file. */
  readonly entries: readonly ZipEntry[]
  /** Whether every byte of the directory is as the writer writes it for these entries. */
  readonly isDirectoryIntact: boolean
  /** `isIntact`: header and checksum are what the directory says. */
  read(entry: ZipEntry): Promise<{ readonly content: Buffer<ArrayBuffer>; readonly isIntact: boolean }>
  [Symbol.asyncDispose](): Promise<void>
}

/** `undefined` when the file is no pack, or its directory cannot be read any more. */
export async function openZip(path: string): Promise<ZipReader | undefined> {
  const file = await open(path, 'r')
  const found = await readDirectory(file)
  if (found === undefined) {
    await file.close()
    return undefined
  }
  return {
    ...found,
    async read(entry) {
      const header = localHeader(entry)
      const bytes = await readAt(file, entry.offset, header.length + entry.size)
      const content = Buffer.from(bytes.subarray(header.length))
      const isIntact =
        content.length === entry.size &&
        header.equals(bytes.subarray(0, header.length)) &&
        crc32(content) === entry.crc32
      return { content, isIntact }
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

async function readDirectory(file: FileHandle): Promise<Pick<ZipReader, 'entries' | 'isDirectoryIntact'> | undefined> {
  const { size } = await file.stat()
  const tailBytes = Math.min(size, endBytes + locator64Bytes + end64Bytes)
  const place = readEnding(await readAt(file, size - tailBytes, tailBytes))
  if (place === undefined || place.offset + place.bytes > size) return undefined
  const directory = await readAt(file, place.offset, size - place.offset)
  const entries = readCentralHeaders(directory.subarray(0, place.bytes))
  if (entries === undefined) return undefined
  const headers = Buffer.concat(entries.map(centralHeader))
  const ends = ending({ entries: entries.length, offset: place.offset, bytes: headers.length })
  return {
    entries,
    isDirectoryIntact: directory.equals(Buffer.concat([headers, ends])) && areGapless(entries, place.offset),
  }
}

/** Bytes between entries would be nobody's. */
function areGapless(entries: readonly ZipEntry[], endsAt: number): boolean {
  let at = 0
  for (const entry of entries) {
    if (entry.offset !== at) return false
    at += localHeader(entry).length + entry.size
  }
  return at === endsAt
}

/** What there is of it: a file that was cut short gives fewer bytes. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await file.stat()
  const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)))
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled)
    if (bytesRead === 0) return bytes.subarray(0, filled)
    filled += bytesRead
  }
  return bytes
}
