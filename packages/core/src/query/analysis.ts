import type { Scope } from './scope.ts'
import type { SqlType, TableSchema } from './sql-type.ts'
import type { FindTable, TableUse } from './statement.ts'
import type { ExpressionNode, QueryNode, SelectNode, WindowNode } from './syntax-tree.ts'
import type { Typed } from './typed.ts'

/** What is gathered over a whole statement. */
export interface Analysis {
  readonly tables: FindTable
  readonly dialect: 'lake' | 'athena'
  /** By table. */
  readonly uses: Map<string, MutableTableUse>
  /** Whose matches are to be counted. */
  readonly counted?: SelectNode | undefined
  /** A name for the engine that nothing else in the statement has. */
  newName(prefix: 'r' | 'w'): string
  /** Understands a query inside an expression, which sees the tables of WITH around it. */
  query(node: QueryNode, parent: Scope): AnalysedQuery
  queryIn(node: QueryNode, tables: CommonTables, parent: Scope | undefined): AnalysedQuery
}

/** Tables of WITH that can be named at some place. */
export interface CommonTables {
  readonly found: ReadonlyMap<string, { readonly text: string; readonly columns: readonly QueryColumn[] }>
}

export interface MutableTableUse {
  readonly schema: TableSchema
  readonly columns: Set<string>
  /** By the name of a column that is a row: the paths of its fields that are read, as keys; '' is the row itself. */
  readonly paths: Map<string, Map<string, readonly string[]>>
  /** Of each place where the table is scanned. */
  readonly scans: ScanBounds[]
}

/** What of a table can matter at one place. */
export type ScanBounds = Pick<TableUse, 'eventTime' | 'partitions'>

export interface AnalysedQuery {
  /** A whole SELECT whose columns are named c0, c1, … */
  readonly text: string
  readonly columns: readonly QueryColumn[]
  /** It has one more column, see `QueryStatement.countsMatches`. */
  readonly countsMatches?: true
}

export interface QueryColumn {
  /** Lower case; absent where the query gives it none. */
  readonly name?: string
  readonly label: string
  readonly type: SqlType
}

/** Where an expression stands. */
export interface Surroundings {
  readonly analysis: Analysis
  readonly scope: Scope
  /**
   * Set in a query with groups: texts of what it groups by → the text that answers it. Anything else must be
   * aggregated.
   */
  readonly grouping?: ReadonlyMap<string, string>
  /** Absent where aggregates can't stand; says where that is. */
  readonly noAggregates?: string
  readonly noWindows?: string
  readonly windows: ReadonlyMap<string, WindowNode>
  readonly lambdaDepth: number
  /** Set while looking whether an expression is grouped by: aggregates in it are no mistake. */
  readonly isProbe?: boolean
  /** Set where a field of the expression, which is a row, is all that is wanted of it: its path. */
  readonly wanted?: readonly string[]
}

/** `analyseExpression`, handed to what it calls. */
export type Analyse = (node: ExpressionNode, at: Surroundings) => Typed

/**
 * A statement's text for the engine. Some functions say an argument twice, so calls in calls could grow without bound;
 * what people write stays below a tenth of this.
 */
export const textMax = 400_000
