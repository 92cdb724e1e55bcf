import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { EngineConversion } from '../../ports/lake-engine.ts'

/** Longest line: an event of the largest size a store takes, escaped twice. */
const lineBytesMax = 16 * 1024 * 1024

/** Rows of a row group: what a query holds in memory of a file at once, and the least it can skip. */
const groupRows = 122_880

export interface Converted {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

export async function convertLines(database: DuckDBConnection, conversion: EngineConversion): Promise<Converted> {
  const { output, select } = conversion
  const temporary = `${output}.tmp`
  try {
    await database.run(`CREATE OR REPLACE TEMP VIEW input AS ${inputOf(conversion)}`)
    const written = await database.runAndReadAll(
      `COPY (${select}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 9, ROW_GROUP_SIZE ${groupRows}, PARQUET_VERSION v2)`,
    )
    const rows = Number(written.getRows()[0]?.[0] ?? 0)
    await syncPath(temporary)
    const sha256 = await hashFile(temporary)
    const { size: bytes } = await stat(temporary)
    await rename(temporary, output)
    await syncPath(dirname(output))
    return { rows, bytes, sha256 }
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function inputOf({ lines, columns, parquet = [] }: EngineConversion): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const types = columns.map(({ name, type }) => `${quoted(name)}: ${quoted(type)}`).join(', ')
  const parts: string[] = []
  if (lines.length > 0) {
    parts.push(
      `SELECT ${names} FROM read_json([${lines.map(quoted).join(', ')}], columns = {${types}}, format = 'newline_delimited', maximum_object_size = ${lineBytesMax})`,
    )
  }
  if (parquet.length > 0) parts.push(`SELECT ${names} FROM read_parquet([${parquet.map(quoted).join(', ')}])`)
  return parts.join(' UNION ALL ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
