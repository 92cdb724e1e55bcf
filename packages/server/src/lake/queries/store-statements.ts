import { type QueryStatement, type RefusedStatement, readStatement, type TableUse } from '@cairn/core/query'
import { Fault } from '../../fault.ts'
import { type SnapshotTable, snapshotTable, storeSchema } from '../sql/index.ts'
import type { EventDataStore, EventDataStores } from '../stores/index.ts'
import type { LakeTables, TableSnapshot } from '../tables/index.ts'
import type { OpenTables } from './run-query.ts'

/** A SELECT over event data stores. */
export interface StoreStatement {
  readonly kind: 'query'
  readonly statement: QueryStatement
  /** In the order of the statement. Of any account and in any state: whoever asks checks what the caller may do. */
  readonly stores: readonly EventDataStore[]
}

/** Statements of event data stores: their ids are the tables. */
export interface StoreStatements {
  read(text: string, parameters?: readonly string[]): StoreStatement | RefusedStatement
  /** Holds still what the statement reads. @throws Fault `lake.table-damaged`, `lake.store-gone` */
  open(statement: StoreStatement): Promise<OpenTables>
}

export function createStoreStatements({
  stores,
  tables,
}: {
  readonly stores: Pick<EventDataStores, 'find'>
  readonly tables: LakeTables
}): StoreStatements {
  return {
    read(text, parameters) {
      const read = readStatement(text, {
        dialect: 'lake',
        countsMatches: true,
        ...(parameters && { parameters }),
        tables(name) {
          const store = stores.find(name)
          return store && storeSchema(store.kind)
        },
      })
      if (read.kind === 'refused') return read
      if (read.kind !== 'query')
        return { kind: 'refused', message: 'Only SELECT statements are supported.', isSyntax: true }
      const used = read.tables.map(({ name }) => stores.find(name)).filter((store) => store !== undefined)
      return { kind: 'query', statement: read, stores: used }
    },
    open: ({ statement, stores: used }) =>
      openSnapshots(
        used.map(
          ({ id }) =>
            () =>
              tables.snapshot(id),
        ),
        statement,
        snapshotTable,
      ),
  }
}

/** Takes a snapshot for each table of a statement, in their order: all of them, or none. */
export async function openSnapshots(
  take: readonly (() => Promise<TableSnapshot>)[],
  { tables: uses }: QueryStatement,
  tableOf: (use: TableUse, snapshot: TableSnapshot) => SnapshotTable,
): Promise<OpenTables> {
  const taken: TableSnapshot[] = []
  const release = () => {
    for (const snapshot of taken) snapshot.release()
  }
  try {
    for (const snapshot of take) taken.push(await snapshot())
    const parts = uses.map((use, index) => {
      const snapshot = taken[index]
      if (snapshot === undefined) throw new Fault('lake.store-gone', 'a table of a query is gone', { name: use.name })
      return tableOf(use, snapshot)
    })
    return {
      tables: parts.map(({ table }) => table),
      files: [...new Set(parts.flatMap(({ files }) => files))],
      rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}
