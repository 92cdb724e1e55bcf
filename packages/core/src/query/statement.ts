import type { SqlType, TableSchema } from './sql-type.ts'

/** What a statement turned out to be. */
export type ReadStatement = QueryStatement | Definition | Listing | RefusedStatement

/** Athena's statements that are no queries. */
export type Definition = DatabaseDefinition | TableDefinition | TableDrop | PartitionsAdded

/** One SELECT, allowed, understood and rewritten for the engine. */
export interface QueryStatement {
  readonly kind: 'query'
  /** Every table it reads, once. */
  readonly tables: readonly TableUse[]
  readonly columns: readonly ResultColumn[]
  /** In the engine's dialect; calls tables by `TableUse.name`, quoted. Its columns stand in the order of `columns`. */
  readonly text: string
  /** Behind `columns`, each row has one more: how many rows WHERE let into the groups, the same in all rows. */
  readonly countsMatches?: true
}

export interface TableUse {
  /** Lower case, unquoted; what qualifies it stands before it, with dots between. */
  readonly name: string
  readonly schema: TableSchema
  /** Names of the columns that are read, as the schema spells them. */
  readonly columns: readonly string[]
  /** Of those that are rows and not read whole, by name: the paths of the fields that are read. */
  readonly fields: Readonly<Record<string, readonly (readonly string[])[]>>
  /** Rows outside can't matter. Epoch ms; both ends inclusive, absent where open. */
  readonly eventTime: TimeBounds
  /** Rows with other values in these partition columns can't matter. */
  readonly partitions: PartitionValues
}

/** Values by the name of the column; of one that is not named, any value can matter. */
export type PartitionValues = Readonly<Record<string, readonly string[]>>

export interface TimeBounds {
  readonly fromMs?: number
  readonly toMs?: number
}

export interface ResultColumn {
  /** As typed in the query: alias, name of the column, or `_col<n>`. Not unique. */
  readonly label: string
  readonly type: SqlType
}

/** Athena's `CREATE EXTERNAL TABLE` over log files. */
export interface TableDefinition {
  readonly kind: 'create-table'
  /** Lower case. */
  readonly name: string
  readonly database?: string
  /** `s3://bucket/prefix/` */
  readonly location: string
  readonly isIfNotExists: boolean
}

/** Athena's `CREATE DATABASE`. */
export interface DatabaseDefinition {
  readonly kind: 'create-database'
  /** Lower case. */
  readonly name: string
  readonly isIfNotExists: boolean
}

/** Athena's `DROP TABLE`. The files stay. */
export interface TableDrop {
  readonly kind: 'drop-table'
  /** Lower case. */
  readonly name: string
  readonly database?: string
  readonly isIfExists: boolean
}

/** Athena's `ALTER TABLE … ADD PARTITION`, and `MSCK REPAIR TABLE`, which names no places. */
export interface PartitionsAdded {
  readonly kind: 'add-partitions'
  /** Lower case. */
  readonly name: string
  readonly database?: string
  /** `s3://bucket/prefix/` of those partitions that have one said. */
  readonly locations: readonly string[]
}

/** Athena's `SHOW DATABASES` and `SHOW TABLES`. */
export interface Listing {
  readonly kind: 'listing'
  readonly of: 'databases' | 'tables'
  /** Lower case. */
  readonly database?: string
  /** `*` for any text, `|` between alternatives. */
  readonly pattern?: string
}

/** Not a statement that Lake runs. */
export interface RefusedStatement {
  readonly kind: 'refused'
  /** As Lake says it: `line 1:8: Column 'x' cannot be resolved`. */
  readonly message: string
  /** Whether it is no statement at all; otherwise it is one that means nothing, or nothing that runs here. */
  readonly isSyntax: boolean
}

export interface ReadOptions {
  /** Stand for `?` in order, as text. */
  readonly parameters?: readonly string[]
  /** `athena` knows double-quoted databases before table names and `CREATE EXTERNAL TABLE`. */
  readonly dialect: 'lake' | 'athena'
  /**
   * By lower-case name and, in Athena's dialect, what qualifies it: a database, before it maybe a catalogue. A table that
   * the caller may not see is one that is not there; a text says what is not there.
   */
  readonly tables: FindTable
  /**
   * Whether to have it counted what matched, where rows do not tell and it costs next to nothing: in groups of one
   * table.
   */
  readonly countsMatches?: boolean
}

export type FindTable = (name: string, qualifiers: readonly string[]) => TableSchema | string | undefined
