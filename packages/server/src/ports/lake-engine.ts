/**
 * The engine behind Lake's SQL. It works on files only and outside the server's process: one process per query, killed
 * at the deadline; others turn lines of JSON into typed Parquet.
 */

/** A table as a query sees it. The engine reads these files and nothing else. */
export interface EngineTable {
  /** What the statement calls it, unquoted: an event data store's id, or `cloudtrail_logs`. */
  readonly name: string
  /** Statement text of the engine's dialect that answers the table's rows; made by `lake/sql` from a snapshot's files. */
  readonly source: string
}

export interface EngineQuery {
  /** One SELECT in the engine's dialect, already judged and rewritten. The engine refuses every other statement. */
  readonly statement: string
  readonly tables: readonly EngineTable[]
  /**
   * Statements of our own that come before the tables: macros. A process that waits for its query has run those of the
   * query before, so they cost nothing when every query hands in the same.
   */
  readonly prelude?: readonly string[]
  /** Absolute paths the process may read; everything else is closed to it. */
  readonly files: readonly string[]
  readonly timeoutMs: number
  /** Of the whole process. Above it, it is ended. */
  readonly memoryBytesMax: number
}

export interface EngineColumn {
  readonly name: string
  /** The engine's name of the type, e.g. `BIGINT`, `MAP(VARCHAR, VARCHAR)`, `STRUCT("type" VARCHAR)[]`. */
  readonly type: string
}

/**
 * Null, boolean, number, bigint (all integers wider than 32 bits), string, or nested: arrays for lists, objects for
 * structs, Maps for maps. Decimals, times, dates, intervals and UUIDs are the engine's text of them (`2026-02-03
 * 04:05:06.123`), blobs are Uint8Array.
 */
export type EngineValue = unknown

export interface EngineBatch {
  /** One array per row, a value per column. */
  readonly rows: readonly (readonly EngineValue[])[]
}

/** A query under way. */
export interface EngineRun extends AsyncDisposable {
  /** Known before the first batch. Rejects as `batches` does. */
  readonly columns: Promise<readonly EngineColumn[]>
  /**
   * Iterable once; the engine waits for its reader. Batches that came before a failure are whole and right.
   * @throws Fault `lake.query-failed` with the engine's `message`; `lake.query-timed-out`; `lake.query-out-of-memory`;
   * `lake.query-stopped` after `stop`; `lake.engine-died`
   */
  readonly batches: AsyncIterable<EngineBatch>
  /** Ends the process within a second, whatever it does. Idempotent. */
  stop(): Promise<void>
  /** How much of the files was read, 0 to 1: an estimate that never falls, 1 once the query has ended well. */
  progress(): number
}

/** Rows from lines of JSON and from other Parquet files into new Parquet files. */
export interface EngineConversion {
  /** Absolute paths of files of lines, a row each. */
  readonly lines: readonly string[]
  /** Absolute paths. */
  readonly parquet: readonly string[]
  /** Columns of all of them with the engine's names of their types, in order. */
  readonly columns: readonly EngineColumn[]
  /** In their order. */
  readonly outputs: readonly EngineOutput[]
  /** Higher is smaller and slower. */
  readonly effort: 'fast' | 'thorough'
  /** Folder for what does not fit into memory; made and emptied by the engine. */
  readonly scratch: string
  readonly memoryBytesMax: number
}

export interface EngineOutput {
  /** Text of the engine's dialect that answers the output's rows out of the table `input`. */
  readonly select: string
  /** Absolute path. Written to a temporary name beside it, synced and renamed; its folder is made and synced. */
  readonly path: string
}

export interface EngineFile {
  readonly rows: number
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export interface LakeEngine {
  run(query: EngineQuery): EngineRun
  /**
   * The files of the outputs, in their order; none is left when it fails.
   * @throws Fault `lake.conversion-failed`, `lake.engine-died`, `lake.disk-full`
   */
  convert(conversion: EngineConversion): Promise<readonly EngineFile[]>
  [Symbol.asyncDispose](): Promise<void>
}
