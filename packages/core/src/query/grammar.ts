import type { Cursor } from './cursor.ts'
import type { ExpressionNode, QueryNode } from './syntax-tree.ts'

/** The two ends of the grammar: expressions hold queries and queries hold expressions. Handed down to every parser. */
export interface Grammar {
  query(cursor: Cursor): QueryNode
  expression(cursor: Cursor): ExpressionNode
}
