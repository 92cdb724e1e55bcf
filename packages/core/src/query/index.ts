export { readEngineError } from './engine-error.ts'
export { formatValue } from './format-value.ts'
export { readStatement } from './read-statement.ts'
export { type RequiredText, requiredTexts } from './required-texts.ts'
export {
  arrayOf,
  bigint,
  boolean,
  double,
  integer,
  mapOf,
  type RowField,
  rowOf,
  type SimpleKind,
  type SqlType,
  type TableColumn,
  type TableSchema,
  timestamp,
  typeText,
  varchar,
} from './sql-type.ts'
export type {
  DatabaseDefinition,
  Definition,
  Listing,
  PartitionValues,
  QueryStatement,
  ReadOptions,
  ReadStatement,
  RefusedStatement,
  ResultColumn,
  TableDefinition,
  TableUse,
  TimeBounds,
} from './statement.ts'
export { zonedInstant } from './zoned-time.ts'
