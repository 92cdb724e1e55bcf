import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Fault } from '../../fault.ts'
import type { PartFile, TableState, TailFile } from '../../ports/lake-files.ts'
import { type Disk, type DiskFile, errorCode } from '../disk/index.ts'
import { droppedSuffix, isTableFile, readState } from './table-writer.ts'

const chunkBytes = 1024 * 1024

/**
 * Reads all tables below `folder` and yields what is not as it was written, a sentence each. What a crash leaves behind
 * and the next start puts right is no problem. Changes nothing; no other process may write the tables meanwhile, unless
 * they are a copy.
 */
export async function* checkTables(disk: Disk, folder: string): AsyncGenerator<string> {
  for (const store of (await disk.list(folder)).filter((name) => !name.endsWith(droppedSuffix)).toSorted()) {
    const state = await stateOf(disk, `${folder}/${store}`)
    if (typeof state === 'string') yield `${store}: ${state}`
    else if (state !== undefined) {
      for await (const problem of checkTable(disk, `${folder}/${store}`, state)) yield `${store}/${problem}`
    }
  }
}

/** `undefined` for what is no table; a sentence for one whose manifest cannot be read. */
async function stateOf(disk: Disk, folder: string): Promise<TableState | string | undefined> {
  try {
    return await readState(disk, folder)
  } catch (error) {
    if (error instanceof Fault) return `${error.message}: ${error.fields.problem ?? error.code}`
    const code = errorCode(error)
    if (code === 'ENOTDIR') return undefined
    if (code !== 'ENOENT') throw error
    return (await disk.list(folder)).some(isTableFile) ? 'the manifest is missing' : undefined
  }
}

async function* checkTable(disk: Disk, folder: string, state: TableState): AsyncGenerator<string> {
  const { tail, sealed, parts } = state
  for (const file of sealed) yield* checkFile(disk, folder, file, crcOf)
  // Behind what is recorded there may be rows that were never acknowledged.
  if (tail !== undefined) yield* checkFile(disk, folder, tail, crcOf, { mayBeLonger: true })
  for (const file of parts) yield* checkFile(disk, folder, file, sha256Of)
}

async function* checkFile<File extends TailFile | PartFile>(
  disk: Disk,
  folder: string,
  expected: File,
  isAsWritten: (file: DiskFile, expected: File) => Promise<boolean>,
  { mayBeLonger = false } = {},
): AsyncGenerator<string> {
  let file: DiskFile
  try {
    file = await disk.open(`${folder}/${expected.file}`, 'read')
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    yield `${expected.file} is missing`
    return
  }
  try {
    const size = await file.size()
    const { bytes } = expected
    if (size < bytes || (size > bytes && !mayBeLonger)) yield `${expected.file} has ${size} bytes instead of ${bytes}`
    else if (!(await isAsWritten(file, expected))) yield `${expected.file} is not as it was written`
  } finally {
    await file.close()
  }
}

async function crcOf(file: DiskFile, expected: TailFile): Promise<boolean> {
  let sum = 0
  for await (const chunk of chunksOf(file, expected.bytes)) sum = crc32(chunk, sum)
  return sum === expected.crc32
}

async function sha256Of(file: DiskFile, expected: PartFile): Promise<boolean> {
  const hash = createHash('sha256')
  for await (const chunk of chunksOf(file, expected.bytes)) hash.update(chunk)
  return hash.digest('hex') === expected.sha256
}

async function* chunksOf(file: DiskFile, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += chunkBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, bytes - at))
    await file.read(chunk, at)
    yield chunk
  }
}
