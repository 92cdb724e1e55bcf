import { formatValue, readStatement, requiredTexts } from '@cairn/core/query'
import { Fault } from '../../fault.ts'
import type { LakeEngine } from '../../ports/lake-engine.ts'
import { columnsEvent, failureOf, type QueryEvent } from '../queries/index.ts'
import { snapshotTable, storeSchema } from '../sql/index.ts'
import { type QueriedFile, type ScannedFiles, scanFiles } from './scan-files.ts'
import type { ScannedFile } from './scan-protocol.ts'

export interface FilesQuery {
  readonly statement: string
  readonly parameters?: readonly string[]
  readonly files: AsyncIterable<QueriedFile>
  readonly engine: LakeEngine
  /** An empty folder for what lies between files and engine. */
  readonly folder: string
  readonly timeoutMs: number
  readonly memoryBytesMax: number
  readonly signal: AbortSignal
  nowMs(): number
  /** Called after each file. */
  scanned(file: ScannedFile): void
}

/** Why a statement is not run, before anything is read. */
export function refusalOf({ statement, parameters }: Pick<FilesQuery, 'statement' | 'parameters'>): string | undefined {
  const read = readOverFiles(statement, parameters)
  if (read.kind === 'query') return undefined
  return read.kind === 'refused' ? read.message : 'Only SELECT statements are supported.'
}

/** Any name is a table, and all of them are the files. */
function readOverFiles(statement: string, parameters: readonly string[] | undefined) {
  return readStatement(statement.replaceAll('$EDS_ID', 'events'), {
    dialect: 'lake',
    ...(parameters && { parameters }),
    tables: () => storeSchema('events'),
  })
}

/** Runs a statement over log files where they lie. Nothing is imported, and nothing of it stays. */
export async function* queryFiles(query: FilesQuery): AsyncGenerator<QueryEvent> {
  const { statement: text, parameters, engine, signal, nowMs } = query
  const startedAtMs = nowMs()
  const read = readOverFiles(text, parameters)
  if (read.kind !== 'query') throw new Fault('lake.query-failed', 'the statement is refused', { message: 'refused' })
  yield columnsEvent(read)
  const needs = parameters === undefined ? requiredTexts(text.replaceAll('$EDS_ID', 'events')) : []
  const { folder, files } = query
  const columns = [...new Set(read.tables.flatMap((use) => use.columns))]
  const scanned = await scanFiles({ files, columns, needs, folder, signal, scanned: query.scanned })
  const parts = read.tables.map((use) => snapshotTable(use, scanned.snapshot))
  let rows = 0
  const end = (state: 'FINISHED' | 'FAILED' | 'TIMED_OUT', error?: string): QueryEvent => ({
    kind: 'end',
    state,
    rows,
    statistics: {
      eventsMatched: Math.min(rows, scanned.snapshot.rows),
      eventsScanned: scanned.snapshot.rows,
      bytesScanned: scanned.fileBytes,
      executionMs: nowMs() - startedAtMs,
    },
    notes: notesOf(scanned),
    ...(error !== undefined && { error }),
  })
  try {
    await using run = engine.run({
      statement: read.text,
      tables: parts.map(({ table }) => table),
      files: [...new Set(parts.flatMap(({ files: used }) => used))],
      timeoutMs: query.timeoutMs,
      memoryBytesMax: query.memoryBytesMax,
    })
    const stop = () => void run.stop()
    signal.addEventListener('abort', stop, { once: true })
    for await (const batch of run.batches) {
      rows += batch.rows.length
      const shown = batch.rows.map((row) => read.columns.map(({ type }, at) => formatValue(row[at], type) ?? null))
      yield { kind: 'rows', rows: shown }
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof Fault)) throw error
    yield error.code === 'lake.query-timed-out' ? end('TIMED_OUT') : end('FAILED', failureOf(error))
    return
  }
  yield end('FINISHED')
}

function notesOf({ problems }: ScannedFiles): readonly string[] {
  return problems.map(({ name, problem, problems: count }) => {
    const more = count > 1 ? `, and ${count - 1} more` : ''
    return `${name}: ${problem?.code ?? 'unreadable'} at byte ${problem?.offset ?? 0}${more}`
  })
}
