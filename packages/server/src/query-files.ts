import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FilesQuery, queryFiles as runOverFiles } from './lake/files/index.ts'
import type { QueryEvent } from './lake/queries/index.ts'
import { createDuckdbEngine } from './storage/duckdb/index.ts'
import { systemTimer } from './storage/system/timer.ts'

export { type QueriedFile, refusalOf, type ScannedFile } from './lake/files/index.ts'

const hourMs = 3_600_000

/** Runs a statement over log files without an installation, in this process, its threads and one of the engine. */
export async function* queryFiles(
  query: Pick<FilesQuery, 'statement' | 'parameters' | 'files' | 'signal' | 'nowMs' | 'scanned'>,
): AsyncGenerator<QueryEvent> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-query-'))
  const engine = createDuckdbEngine({ timer: systemTimer })
  try {
    yield* runOverFiles({ ...query, engine, folder, timeoutMs: hourMs, memoryBytesMax })
  } finally {
    await engine[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
}

/** On a person's own machine, where nothing else of ours runs. */
const memoryBytesMax = 4 * 1024 ** 3

/** Writes lines of JSON, an object each, as a Parquet file. `folder` is for what does not fit into memory. */
export async function writeParquet(options: {
  readonly lines: string
  /** With the engine's names of their types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly path: string
  readonly folder: string
}): Promise<void> {
  const { lines, columns, path, folder } = options
  const engine = createDuckdbEngine({ timer: systemTimer })
  try {
    await engine.convert({
      lines: [lines],
      parquet: [],
      columns,
      outputs: [{ select: 'SELECT * FROM input', path }],
      effort: 'fast',
      scratch: join(folder, 'scratch'),
      memoryBytesMax,
    })
  } finally {
    await engine[Symbol.asyncDispose]()
  }
}
