/**
 * Where queries and their results are kept for some days: a document for each query, and the rows it gave. Everything of a
 * query goes together.
 */

/** One value per column as clients see it; `null` for SQL's NULL. */
export type ResultRow = readonly (string | null)[]

/** A result that grows and can be read meanwhile. One caller adds; any number read. */
export interface ResultWriter {
  readonly rows: number
  /** Characters of all rows as JSON. */
  readonly chars: number
  add(row: ResultRow): Promise<void>
  /** Rows `from` on, at most `rowsMax` of them and about `charsMax` characters, at least one if there is any. */
  read(from: number, rowsMax: number, charsMax: number): Promise<readonly ResultRow[]>
  /** Makes everything added durable; nothing can be added any more. */
  finish(): Promise<void>
  /** Takes the rows away. */
  discard(): Promise<void>
}

export interface StoredQuery {
  readonly id: string
  /** Plain JSON data of the caller's. */
  readonly document: unknown
  /** On disk, rows included. */
  readonly bytes: number
}

export interface ScratchFolder extends AsyncDisposable {
  /** Absolute. */
  readonly path: string
}

export interface LakeResults {
  /** What an earlier process kept, in no order. What is damaged is left out. */
  stored(): Promise<readonly StoredQuery[]>
  /** Durable when it resolves; replaces an earlier one. Answers what the query has on disk now. */
  save(id: string, document: unknown): Promise<number>
  load(id: string): Promise<unknown>
  /** Begins the rows of a query that was saved. Rows that are not finished when the process ends are gone. */
  write(id: string): Promise<ResultWriter>
  /**
   * Rows of a finished result, as {@link ResultWriter.read}. None where there is no result.
   * @throws Fault `lake.result-damaged`
   */
  read(id: string, from: number, rowsMax: number, charsMax: number): Promise<readonly ResultRow[]>
  /** All of them, in order, some at a time. @throws Fault `lake.result-damaged` */
  readAll(id: string): AsyncIterable<readonly ResultRow[]>
  /** Idempotent. */
  remove(id: string): Promise<void>
  /**
   * A new, empty folder for what lies between files and engine while a query runs. Gone when disposed, or at the next
   * start.
   */
  scratch(): Promise<ScratchFolder>
}
