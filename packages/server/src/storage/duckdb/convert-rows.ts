import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { rowLineBytesMax } from '@cairn/core/lake'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { EngineConversion, EngineFile, EngineOutput } from '../../ports/lake-engine.ts'

/** Rows of a row group: what a query holds in memory of a file at once, and the least it can skip. */
const groupRows = 122_880

/** What may be written beside the outputs while rows are sorted. */
const scratchBytesMax = 8 * 1024 * 1024 * 1024

/** Measured: 3 takes longer than 1 and saves nothing, for sorted rows repeat themselves nearby; 9 takes twice as long. */
const levels: Readonly<Record<EngineConversion['effort'], number>> = { fast: 1, thorough: 9 }

export async function convertRows(
  database: DuckDBConnection,
  conversion: EngineConversion,
): Promise<readonly EngineFile[]> {
  const { outputs, scratch } = conversion
  await database.run(`SET temp_directory = ${quoted(scratch)}`)
  await database.run(`SET max_temp_directory_size = '${scratchBytesMax} B'`)
  try {
    // Read once for several outputs; one output needs no copy of its rows.
    const kind = outputs.length === 1 ? 'VIEW' : 'TABLE'
    await database.run(`CREATE TEMP ${kind} input AS ${inputOf(conversion)}`)
    const files: EngineFile[] = []
    for (const output of outputs) files.push(await writeFile(database, output, levels[conversion.effort]))
    return files
  } catch (error) {
    for (const { path } of outputs) await rm(path, { force: true })
    throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function writeFile(database: DuckDBConnection, output: EngineOutput, level: number): Promise<EngineFile> {
  const { path, select } = output
  const temporary = `${path}.tmp`
  const folder = dirname(path)
  const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const written = await database.runAndReadAll(
      `COPY (${select}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${level}, ROW_GROUP_SIZE ${groupRows}, PARQUET_VERSION v2)`,
    )
    await syncPath(temporary)
    const sha256 = await hashFile(temporary)
    const { size: bytes } = await stat(temporary)
    await rename(temporary, path)
    await syncPath(folder)
    if (firstMade !== undefined) await syncPath(dirname(firstMade))
    return { rows: Number(written.getRows()[0]?.[0] ?? 0), bytes, sha256 }
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function inputOf({ lines, columns, parquet }: EngineConversion): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const types = columns.map(({ name, type }) => `${quoted(name)}: ${quoted(type)}`).join(', ')
  const parts: string[] = []
  if (lines.length > 0) {
    parts.push(
      `SELECT ${names} FROM read_json(${listed(lines)}, columns = {${types}}, format = 'newline_delimited', maximum_object_size = ${rowLineBytesMax})`,
    )
  }
  if (parquet.length > 0) parts.push(`SELECT ${names} FROM read_parquet(${listed(parquet)}, hive_partitioning = false)`)
  return parts.join(' UNION ALL ')
}

function listed(paths: readonly string[]): string {
  return `[${paths.map(quoted).join(', ')}]`
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
