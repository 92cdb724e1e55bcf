import type { EventDataStoreId } from '../stores/index.ts'

/*
 *              ┌──────────────► CANCELLED
 *   QUEUED ────┤                    ▲
 *              └─► RUNNING ─────────┼──► FINISHED
 *                                   ├──► FAILED       also what a restart finds QUEUED or RUNNING
 *                                   └──► TIMED_OUT    its first rows stay readable, as those of CANCELLED
 */
export type QueryState = 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT'

/**
 * What became of a result on its way to a bucket:
 *
 * | state | cause |
 * | --- | --- |
 * | `PENDING` | the query or the delivery is still under way |
 * | `SUCCESS` | all files and the sign file are there |
 * | `ACCESS_DENIED`, `ACCESS_DENIED_SIGNING_FILE` | the bucket's policy keeps the result files, or only the sign file, out |
 * | `RESOURCE_NOT_FOUND` | the bucket is gone |
 * | `FAILED`, `FAILED_SIGNING_FILE` | writing the files, or the sign file, failed for another reason |
 * | `CANCELLED` | the query did not finish: there is nothing to deliver |
 * | `UNKNOWN` | the server stopped while it delivered |
 */
export type DeliveryState =
  | 'PENDING'
  | 'SUCCESS'
  | 'ACCESS_DENIED'
  | 'ACCESS_DENIED_SIGNING_FILE'
  | 'RESOURCE_NOT_FOUND'
  | 'FAILED'
  | 'FAILED_SIGNING_FILE'
  | 'CANCELLED'
  | 'UNKNOWN'

/** Where a result goes besides its own place. */
export interface ResultDestination {
  /** As asked for: `s3://bucket[/prefix]`. */
  readonly uri: string
  readonly bucket: string
  /** Key prefix without a slash at its end. */
  readonly prefix?: string
}

export interface QueryStatistics {
  /**
   * Events that WHERE let in, where they are counted; else rows of the result, at most `eventsScanned`.
   *
   * @quirk `EventsMatched` is the number of rows of the result, except for groups of one event data store without
   * HAVING: of other statements the engine does not tell how many events matched
   */
  readonly eventsMatched: number
  /** Rows of the files that could matter by their time, and what those have on disk; an estimate while it runs. */
  readonly eventsScanned: number
  readonly bytesScanned: number
  readonly executionMs: number
}

/** A query as it is kept: its record is one file. Optional members are absent when unset. */
export interface LakeQuery {
  readonly id: string
  /** Owner of the stores: who else sees the query is decided by their policies. */
  readonly account: string
  readonly region: string
  /** ARN of who asked. */
  readonly caller: string
  readonly stores: readonly EventDataStoreId[]
  /** As sent, parameters unfilled. */
  readonly statement: string
  readonly state: QueryState
  readonly createdAtMs: number
  readonly endedAtMs?: number
  /** Why it failed, in words its caller may see. */
  readonly error?: string
  readonly statistics: QueryStatistics
  /** Labels of the result, and Trino's names of their types, once they are known. */
  readonly columns: readonly string[]
  readonly columnTypes: readonly string[]
  readonly rows: number
  readonly delivery?: ResultDestination & { readonly state: DeliveryState }
  /** Set on queries of Athena's calls, which Lake's know nothing of. */
  readonly athena?: AthenaFacts
}

export interface AthenaFacts {
  readonly database?: string
  readonly catalog?: string
  /** In place of `?`. */
  readonly parameters?: readonly string[]
  /** A statement that defined something. */
  readonly isDefinition?: true
  /** A statement that listed names: its result has no heading. */
  readonly utility?: 'SHOW_DATABASES' | 'SHOW_TABLES'
}

export function hasEnded({ state }: Pick<LakeQuery, 'state'>): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING'
}
