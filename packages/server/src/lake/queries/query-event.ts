import { type QueryStatement, typeText } from '@cairn/core/query'
import type { ResultRow } from '../../ports/lake-results.ts'
import type { QueryState, QueryStatistics } from './query.ts'

/** What happens in a query, as the command line hears it: columns, then rows, then the end; progress in between. */
export type QueryEvent =
  | { readonly kind: 'columns'; readonly columns: readonly ShownColumn[] }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'rows'; readonly rows: readonly ResultRow[] }
  | {
      readonly kind: 'end'
      readonly state: Exclude<QueryState, 'QUEUED' | 'RUNNING'>
      readonly rows: number
      readonly statistics: QueryStatistics
      readonly error?: string
      /** What a person should know, a sentence each. */
      readonly notes: readonly string[]
    }

export interface ShownColumn {
  readonly label: string
  /** As Trino writes it: `map(varchar, bigint)`. */
  readonly type: string
}

export function columnsEvent({ columns }: QueryStatement): QueryEvent {
  return { kind: 'columns', columns: columns.map(({ label, type }) => ({ label, type: typeText(type) })) }
}
