import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { zonedInstant } from '@cairn/core/query'
import { writeParquet } from '@cairn/server/query-files'
import { exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { isFolder } from '../is-folder.ts'
import { createOutput } from '../output/output.ts'
import type { ResultForm } from './result-form.ts'
import { distinctNames } from './text-forms.ts'

/** Types that the file has too; everything else is text in it. */
const fileTypes: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  real: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
}

interface FileColumn {
  readonly name: string
  /** The engine's. */
  readonly type: string
  /** Text of a value as the engine reads it. */
  readonly read: (text: string) => string | undefined
}

function fileColumn(name: string, type: string): FileColumn {
  const asShown = (text: string) => text
  // An instant: Parquet has no zones to show it in.
  if (/^timestamp\(\d+\) with time zone$/.test(type)) return { name, type: 'TIMESTAMPTZ', read: zonedInstant }
  if (/^timestamp\(\d+\)$/.test(type)) return { name, type: 'TIMESTAMP', read: asShown }
  if (/^decimal\(\d+,\d+\)$/.test(type)) return { name, type: type.toUpperCase(), read: asShown }
  return { name, type: fileTypes[type] ?? 'VARCHAR', read: asShown }
}

function wrongPlace(problem: string): CommandFailure {
  return new CommandFailure(problem, { exitCode: exitCodes.usage })
}

/** A Parquet file, written when the result is whole. @throws CommandFailure for a place where none can be */
export async function createParquetForm(path: string): Promise<ResultForm & AsyncDisposable> {
  // A folder that is misspelt should be told before the query is run, and not be made.
  if (!(await isFolder(dirname(path)))) throw wrongPlace(`There is no folder ${dirname(path)}.`)
  if (await isFolder(path)) throw wrongPlace(`${path} is a folder.`)
  const folder = await mkdtemp(join(tmpdir(), 'cairn-parquet-'))
  const lines = join(folder, 'rows.ndjson')
  const stream = createWriteStream(lines, { mode: 0o600 })
  const output = createOutput(stream, {})
  let columns: readonly FileColumn[] = []
  const lineOf = (row: readonly (string | null)[]) =>
    `${JSON.stringify(Object.fromEntries(columns.map(({ name, read }, at) => [name, cellOf(row[at], read)])))}\n`
  return {
    async columns(shown) {
      columns = distinctNames(shown).map((name, at) => fileColumn(name, shown[at]?.type ?? ''))
    },
    rows: (rows) => output.write(rows.map(lineOf).join('')),
    async end() {
      stream.end()
      await finished(stream)
      await writeParquet({ lines, columns: columns.map(({ name, type }) => ({ name, type })), path, folder })
    },
    async [Symbol.asyncDispose]() {
      stream.destroy()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function cellOf(text: string | null | undefined, read: FileColumn['read']): string | null {
  return text === null || text === undefined ? null : (read(text) ?? null)
}
