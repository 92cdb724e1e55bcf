import { type FileHandle, open, readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { Fault } from '../../fault.ts'
import type { ResultRow, ResultWriter } from '../../ports/lake-results.ts'

/*
 *   rows.zst    block*
 *   block       zstd frame with checksum, of lines: a JSON array of texts and nulls for each row
 *   rows.json   where the blocks stand, written behind the last one: a result without it has no rows
 */

/** Where a block stands in the file, and how many rows it has. */
type ResultBlock = readonly [offset: number, bytes: number, rows: number]

/** A page has at most so many rows, so that one or two blocks are read for it. */
const blockRowsMax = 1_000
/** A row may hold a whole event of a megabyte: blocks end early then, or a page would inflate a gigabyte. */
const blockCharsMax = 4 * 1024 * 1024

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const checksummed = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
}

/** @param folder of the query; it exists */
export async function createResultWriter(folder: string): Promise<ResultWriter> {
  const path = `${folder}/rows.zst`
  const file = await open(path, 'w', 0o600)
  const blocks: ResultBlock[] = []
  let pending: ResultRow[] = []
  let lines: string[] = []
  let pendingChars = 0
  let offset = 0
  let rows = 0
  let chars = 0
  let isDiscarded = false

  async function seal(): Promise<void> {
    if (pending.length === 0) return
    const bytes = await compress(Buffer.from(lines.join('\n')), checksummed)
    await file.write(bytes, 0, bytes.length, offset)
    blocks.push([offset, bytes.length, pending.length])
    offset += bytes.length
    pending = []
    lines = []
    pendingChars = 0
  }

  return {
    get rows() {
      return rows
    },
    get chars() {
      return chars
    },
    async add(row) {
      const line = JSON.stringify(row)
      pending.push(row)
      lines.push(line)
      rows += 1
      chars += line.length
      pendingChars += line.length
      if (pending.length >= blockRowsMax || pendingChars >= blockCharsMax) await seal()
    },
    async read(from, rowsMax, charsMax) {
      // Taken before the first wait: sealing meanwhile moves rows from `pending` into a block.
      const [sealed, rest] = [blocks.slice(), pending.slice()]
      const first = sealed.reduce((sum, [, , count]) => sum + count, 0)
      // A handle of its own: the writer's may be closed meanwhile.
      await using own = isDiscarded ? undefined : await open(path, 'r').catch(undefinedWhenGone)
      // Discarded, if need be while this waited.
      if (own === undefined) return []
      return await takeRows(blockRows(own, sealed, from), from, rowsMax, charsMax, { first, rows: rest })
    },
    async finish() {
      await seal()
      // A result without rows is one without files. Which of the two is durable first does not matter: until the query's
      // document says that it ended, neither counts.
      if (blocks.length > 0) {
        const list = writeFile(`${folder}/rows.json`, JSON.stringify(blocks), { mode: 0o600, flush: true })
        await Promise.all([file.sync(), list])
      }
      await file.close()
    },
    async discard() {
      isDiscarded = true
      await file.close()
      await rm(path, { force: true })
    },
  }
}

function undefinedWhenGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

export async function readResult(
  folder: string,
  from: number,
  rowsMax: number,
  charsMax: number,
): Promise<readonly ResultRow[]> {
  const blocks = await readBlocks(folder)
  if (blocks === undefined) return []
  await using file = await open(`${folder}/rows.zst`, 'r')
  return await takeRows(blockRows(file, blocks, from), from, rowsMax, charsMax)
}

export async function* resultRows(folder: string): AsyncGenerator<readonly ResultRow[]> {
  const blocks = await readBlocks(folder)
  if (blocks === undefined) return
  await using file = await open(`${folder}/rows.zst`, 'r')
  for await (const { rows } of blockRows(file, blocks, 0)) yield rows
}

async function readBlocks(folder: string): Promise<readonly ResultBlock[] | undefined> {
  const text = await readFile(`${folder}/rows.json`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as readonly ResultBlock[]
  } catch (cause) {
    throw new Fault('lake.result-damaged', 'a stored result is not as it was written', { folder }, { cause })
  }
}

interface PlacedRows {
  /** Number of the first one. */
  readonly first: number
  readonly rows: readonly ResultRow[]
}

async function* blockRows(file: FileHandle, blocks: readonly ResultBlock[], from: number): AsyncGenerator<PlacedRows> {
  let first = 0
  for (const [offset, length, count] of blocks) {
    if (first + count > from) yield { first, rows: await readBlock(file, offset, length, count) }
    first += count
  }
}

async function readBlock(file: FileHandle, offset: number, length: number, count: number): Promise<ResultRow[]> {
  const bytes = Buffer.alloc(length)
  try {
    const { bytesRead } = await file.read(bytes, 0, length, offset)
    if (bytesRead !== length) throw new RangeError('the file is too short')
    const text = (await decompress(bytes)).toString()
    const rows = text.split('\n').map((line) => JSON.parse(line) as ResultRow)
    if (rows.length !== count) throw new RangeError('a block has another number of rows')
    return rows
  } catch (cause) {
    throw new Fault('lake.result-damaged', 'a stored result is not as it was written', { offset }, { cause })
  }
}

async function takeRows(
  blocks: AsyncIterable<PlacedRows>,
  from: number,
  rowsMax: number,
  charsMax: number,
  last: PlacedRows = { first: 0, rows: [] },
): Promise<readonly ResultRow[]> {
  const taken: ResultRow[] = []
  let chars = 0
  const isFull = () => taken.length >= rowsMax || chars >= charsMax
  const take = ({ first, rows }: PlacedRows): void => {
    for (const row of rows.slice(Math.max(0, from - first))) {
      if (isFull()) return
      taken.push(row)
      chars += row.reduce((sum, value) => sum + (value?.length ?? 0), 0)
    }
  }
  for await (const block of blocks) {
    take(block)
    if (isFull()) return taken
  }
  take(last)
  return taken
}
