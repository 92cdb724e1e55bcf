import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { ShownColumn } from '@cairn/server/queries'
import { writeParquet } from '@cairn/server/query-files'
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
  'timestamp(3)': 'TIMESTAMP',
  'timestamp(6)': 'TIMESTAMP',
}

/** A Parquet file, written when the result is whole. */
export async function createParquetForm(path: string): Promise<ResultForm & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-parquet-'))
  const lines = join(folder, 'rows.ndjson')
  const stream = createWriteStream(lines, { mode: 0o600 })
  const output = createOutput(stream, {})
  let shown: readonly ShownColumn[] = []
  let names: readonly string[] = []
  return {
    async columns(columns) {
      shown = columns
      names = distinctNames(columns)
    },
    rows: (rows) =>
      output.write(
        rows
          .map((row) => `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))}\n`)
          .join(''),
      ),
    async end() {
      stream.end()
      await finished(stream)
      const columns = shown.map(({ type }, at) => ({ name: names[at] ?? '', type: fileTypes[type] ?? 'VARCHAR' }))
      await writeParquet({ lines, columns, path, folder })
    },
    async [Symbol.asyncDispose]() {
      stream.destroy()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
