import { lakeTableSchemas } from '@cairn/core/lake'
import type { TableSchema } from '@cairn/core/query'
import type { EventDataStoreKind } from '../stores/index.ts'

export { athenaPartitions, athenaSchema, athenaTable, storeColumnsOf } from './athena-table.ts'
export { type SnapshotTable, snapshotTable } from './snapshot-table.ts'

/** The columns of an event data store's table. */
export function storeSchema(kind: EventDataStoreKind): TableSchema {
  return lakeTableSchemas[kind]
}
