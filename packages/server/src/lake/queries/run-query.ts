import { rm } from 'node:fs/promises'
import type { QueryStatement, SqlType } from '@cairn/core/query'
import { Fault } from '../../fault.ts'
import type { EngineRun, EngineTable, LakeEngine } from '../../ports/lake-engine.ts'
import type { QueryState, QueryStatistics } from './query.ts'
import { createResultWriter, type ResultBlock, type ResultRow, type ResultWriter } from './result-file.ts'

/** The rows that a statement may see, held still until `release`. */
export interface OpenTables {
  readonly tables: readonly EngineTable[]
  /** Statements that come before them; the same for every query. */
  readonly prelude?: readonly string[]
  /** Absolute paths of what they read. */
  readonly files: readonly string[]
  /** Rows in those files, and what the files have on disk. */
  readonly rows: number
  readonly bytes: number
  release(): void
}

export interface QueryWork {
  readonly statement: QueryStatement
  readonly resultPath: string
  openTables(): Promise<OpenTables>
  /** Told the labels before the first row, and again whenever there is more to read. */
  progress(labels: readonly string[], writer: ResultWriter, statistics: Scanned): void
  readonly signal: AbortSignal
}

export type Scanned = Pick<QueryStatistics, 'eventsMatched' | 'eventsScanned' | 'bytesScanned'>

export interface QueryOutcome {
  readonly state: Exclude<QueryState, 'QUEUED' | 'RUNNING'>
  readonly error?: string
  readonly rows: number
  readonly blocks: readonly ResultBlock[]
  readonly scanned: Scanned
}

export interface RunLimits {
  readonly timeoutMs: number
  readonly memoryBytesMax: number
  /** Characters of a result. */
  readonly resultCharsMax: number
}

/** The value of a result as clients see it; `null` for SQL's NULL. */
export type FormatValue = (value: unknown, type: SqlType) => string | null

/** Runs a statement to its end, whatever that is, and leaves its rows in a file. Throws only what is a defect. */
export async function runQuery(
  work: QueryWork,
  { engine, format, limits }: { readonly engine: LakeEngine; readonly format: FormatValue; readonly limits: RunLimits },
): Promise<QueryOutcome> {
  const { statement, signal } = work
  const writer = await createResultWriter(work.resultPath)
  let scanned: Scanned = { eventsMatched: 0, eventsScanned: 0, bytesScanned: 0 }
  const end = async (state: QueryOutcome['state'], error?: string): Promise<QueryOutcome> => {
    await writer.finish()
    // A failed query has no result: half of one would be taken for a whole.
    if (state === 'FAILED') await rm(work.resultPath, { force: true })
    const [rows, blocks] = state === 'FAILED' ? [0, []] : [writer.rows, writer.blocks]
    return { state, rows, blocks, scanned, ...(error !== undefined && { error }) }
  }
  let tables: OpenTables | undefined
  try {
    tables = await work.openTables()
    await using run = engine.run({
      statement: statement.text,
      tables: tables.tables,
      files: tables.files,
      ...(tables.prelude && { prelude: tables.prelude }),
      timeoutMs: limits.timeoutMs,
      memoryBytesMax: limits.memoryBytesMax,
    })
    const stop = () => void run.stop()
    signal.addEventListener('abort', stop, { once: true })
    const { rows, bytes } = tables
    const read = () => {
      const progress = run.progress()
      const eventsScanned = Math.round(rows * progress)
      scanned = {
        eventsMatched: Math.min(writer.rows, eventsScanned),
        eventsScanned,
        bytesScanned: Math.round(bytes * progress),
      }
      return scanned
    }
    try {
      signal.throwIfAborted()
      await takeRows(run, work, writer, { format, resultCharsMax: limits.resultCharsMax, read })
    } finally {
      signal.removeEventListener('abort', stop)
      read()
    }
    return await end('FINISHED')
  } catch (error) {
    if (signal.aborted) return await end('CANCELLED')
    if (!(error instanceof Fault)) {
      await end('FAILED')
      throw error
    }
    if (error.code === 'lake.query-timed-out') return await end('TIMED_OUT')
    return await end('FAILED', reasonOf(error))
  } finally {
    tables?.release()
  }
}

async function takeRows(
  run: EngineRun,
  { statement: { columns }, progress }: QueryWork,
  writer: ResultWriter,
  {
    format,
    resultCharsMax,
    read,
  }: Pick<RunLimits, 'resultCharsMax'> & {
    readonly format: FormatValue
    read(): Scanned
  },
): Promise<void> {
  const labels = columns.map(({ label }) => label)
  for await (const { rows } of run.batches) {
    for (const values of rows) await writer.add(shown(values, columns, format))
    if (writer.chars > resultCharsMax) throw new Fault('lake.result-too-large', 'the result is too large')
    progress(labels, writer, read())
  }
}

function shown(values: readonly unknown[], columns: QueryStatement['columns'], format: FormatValue): ResultRow {
  return columns.map(({ type }, index) => format(values[index], type))
}

/** What the caller is told. @source CloudTrail User Guide: messages of failed queries, in their sense */
function reasonOf(fault: Fault): string {
  switch (fault.code) {
    case 'lake.query-failed':
      return String(fault.fields.message ?? 'The query failed.').slice(0, errorCharsMax)
    case 'lake.query-out-of-memory':
      return 'Query exhausted resources at this scale factor.'
    case 'lake.result-too-large':
      return 'Query response is too large. Narrow the query, or add a LIMIT.'
    default:
      return 'The query failed because of an internal error. Try again.'
  }
}

/** @source model: `ErrorMessage` has 4 to 1,000 characters */
const errorCharsMax = 1_000
