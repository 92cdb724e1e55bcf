import type { EventDataStoreId, EventDataStoreKind } from '../stores/index.ts'

/**
 * The rows of one event data store at one moment: every row once, whatever ingestion and compaction do meanwhile. The
 * files stay until `release`.
 */
export interface TableSnapshot {
  readonly store: EventDataStoreId
  readonly kind: EventDataStoreKind
  /** Sealed rows, by UTC day of their event time. */
  readonly parquet: readonly ParquetPart[]
  /** Absolute paths of files of the newest rows, one JSON row of the same columns a line. */
  readonly lines: readonly string[]
  /** In all of these files. */
  readonly rows: number
  readonly bytes: number
  /** Idempotent. */
  release(): void
}

export interface ParquetPart {
  /** Absolute path. All columns of the schema but `eventjsonchecksum`, see `storedColumns` of core/lake. */
  readonly path: string
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly rows: number
  readonly bytes: number
  /** Least and greatest event time, epoch ms: files outside a query's bounds are not given to the engine. */
  readonly eventTimeMsMin: number
  readonly eventTimeMsMax: number
}

/** What queries ask of the tables. */
export interface LakeTables {
  /** @throws Fault `lake.table-damaged` when the manifest or a file is not as it was written */
  snapshot(store: EventDataStoreId): Promise<TableSnapshot>
}
