import { formatValue, type QueryStatement, readEngineError } from '@cairn/core/query'
import { Fault } from '../../fault.ts'
import type { EngineRun, EngineTable, LakeEngine } from '../../ports/lake-engine.ts'
import type { ResultRow, ResultWriter } from '../../ports/lake-results.ts'
import type { QueryState, QueryStatistics } from './query.ts'

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
  /** Where its rows go. */
  begin(): Promise<ResultWriter>
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
  readonly scanned: Scanned
  /** What the caller is not told: for the operator. */
  readonly cause?: Fault
}

export interface RunLimits {
  readonly timeoutMs: number
  readonly memoryBytesMax: number
  /** Characters of a result. */
  readonly resultCharsMax: number
}

/** Runs a statement to its end, whatever that is, and leaves its rows in a file. Throws only what is a defect. */
export async function runQuery(
  work: QueryWork,
  { engine, limits }: { readonly engine: LakeEngine; readonly limits: RunLimits },
): Promise<QueryOutcome> {
  const { statement, signal } = work
  const writer = await work.begin()
  let scanned: Scanned = { eventsMatched: 0, eventsScanned: 0, bytesScanned: 0 }
  const end = async (state: QueryOutcome['state'], error?: string): Promise<QueryOutcome> => {
    // A failed query has no result: half of one would be taken for a whole.
    await (state === 'FAILED' ? writer.discard() : writer.finish())
    const rows = state === 'FAILED' ? 0 : writer.rows
    return { state, rows, scanned, ...(error !== undefined && { error }) }
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
    let matched: number | undefined
    const read = () => {
      const progress = run.progress()
      const eventsScanned = Math.round(rows * progress)
      scanned = {
        eventsMatched: matched ?? Math.min(writer.rows, eventsScanned),
        eventsScanned,
        bytesScanned: Math.round(bytes * progress),
      }
      return scanned
    }
    try {
      signal.throwIfAborted()
      if (statement.countsMatches) matched = 0
      const noteMatched = (count: number) => {
        matched = count
      }
      await takeRows(run, work, writer, { resultCharsMax: limits.resultCharsMax, read, noteMatched })
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
    const reason = failureOf(error)
    return { ...(await end('FAILED', reason)), ...(reason === internalError && { cause: error }) }
  } finally {
    tables?.release()
  }
}

async function takeRows(
  run: EngineRun,
  { statement: { columns, countsMatches }, progress }: QueryWork,
  writer: ResultWriter,
  {
    resultCharsMax,
    read,
    noteMatched,
  }: Pick<RunLimits, 'resultCharsMax'> & { read(): Scanned; noteMatched(count: number): void },
): Promise<void> {
  const labels = columns.map(({ label }) => label)
  for await (const { rows } of run.batches) {
    for (const values of rows) await writer.add(shown(values, columns))
    if (countsMatches && rows.length > 0) noteMatched(Number(rows.at(-1)?.[columns.length] ?? 0))
    if (writer.chars > resultCharsMax) throw new Fault('lake.result-too-large', 'the result is too large')
    progress(labels, writer, read())
  }
}

function shown(values: readonly unknown[], columns: QueryStatement['columns']): ResultRow {
  return columns.map(({ type }, index) => formatValue(values[index], type) ?? null)
}

/** What the caller is told. @source CloudTrail User Guide: messages of failed queries, in their sense */
export function failureOf(fault: Fault): string {
  switch (fault.code) {
    case 'lake.query-failed':
      return failureText(String(fault.fields.message ?? ''))
    case 'lake.query-out-of-memory':
      return 'Query exhausted resources at this scale factor.'
    case 'lake.result-too-large':
      return 'Query response is too large. Narrow the query, or add a LIMIT.'
    default:
      return internalError
  }
}

/** Of the engine's own kinds of errors only those that a statement can cause: others tell of files and places. */
function failureText(message: string): string {
  if (/^(IO|Internal|Permission|HTTP|Serialization|Fatal|Catalog) Error/.test(message)) return internalError
  return readEngineError(message).slice(0, errorCharsMax) || internalError
}

export const internalError = 'The query failed because of an internal error. Try again.'

/** @source model: `ErrorMessage` has 4 to 1,000 characters */
const errorCharsMax = 1_000
