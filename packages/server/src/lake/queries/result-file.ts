import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { Fault } from '../../fault.ts'

/*
 *   file  = block*
 *   block = zstd frame with checksum, of lines: a JSON array of texts and nulls for each row
 *
 * Where blocks begin is in the query's record, which is written when the last block is durable: a file without a record
 * of its end is an unfinished result and goes.
 */

/** One value per column as clients see it; `null` for SQL's NULL. */
export type ResultRow = readonly (string | null)[]

/** Where a block stands in the file, and how many rows it has. */
export type ResultBlock = readonly [offset: number, bytes: number, rows: number]

/** A page has at most so many rows, so that one or two blocks are read for it. */
const blockRowsMax = 1_000
/** A row may hold a whole event of a megabyte: blocks end early then, or a page would inflate a gigabyte. */
const blockCharsMax = 4 * 1024 * 1024

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const checksummed = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
}

/** A result that grows and can be read meanwhile. One caller adds; any number read. */
export interface ResultWriter {
  readonly rows: number
  /** Characters of all rows as JSON, before compression. */
  readonly chars: number
  /** What was sealed; whole once `finish` resolved. */
  readonly blocks: readonly ResultBlock[]
  add(row: ResultRow): Promise<void>
  read(from: number, rowsMax: number, charsMax: number): Promise<readonly ResultRow[]>
  /** Makes everything added durable and closes the file. */
  finish(): Promise<void>
}

export async function createResultWriter(path: string): Promise<ResultWriter> {
  const file = await open(path, 'w', 0o600)
  const blocks: ResultBlock[] = []
  let pending: ResultRow[] = []
  let lines: string[] = []
  let pendingChars = 0
  let offset = 0
  let rows = 0
  let chars = 0

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
    blocks,
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
      await using own = await open(path, 'r')
      return await takeRows(blockRows(own, sealed, from), from, rowsMax, charsMax, { first, rows: rest })
    },
    async finish() {
      await seal()
      await file.sync()
      await file.close()
    },
  }
}

/** Rows `from` on of a finished result, at most `rowsMax` of them and about `charsMax` characters, at least one. */
export async function readResult(
  path: string,
  blocks: readonly ResultBlock[],
  from: number,
  rowsMax: number,
  charsMax: number,
): Promise<readonly ResultRow[]> {
  await using file = await open(path, 'r')
  return await takeRows(blockRows(file, blocks, from), from, rowsMax, charsMax)
}

/** All rows of a finished result, in order. */
export async function* resultRows(path: string, blocks: readonly ResultBlock[]): AsyncGenerator<readonly ResultRow[]> {
  await using file = await open(path, 'r')
  for await (const { rows } of blockRows(file, blocks, 0)) yield rows
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
