import type { Place } from './refusal.ts'
import type { SqlType } from './sql-type.ts'

/*
 * The tree of one SELECT. What is not here can't be said, so what the grammar does not know never gets to the engine.
 */

export interface Name extends Place {
  /** As typed, without quotes. */
  readonly text: string
  /** Lower case: what names are compared by. */
  readonly key: string
}

export interface QueryNode extends Place {
  readonly with?: readonly CommonTable[]
  readonly body: BodyNode
  readonly orderBy: readonly SortItem[]
  readonly offset?: string
  readonly limit?: string
}

export interface CommonTable {
  readonly name: Name
  readonly columns?: readonly Name[]
  readonly query: QueryNode
}

export type BodyNode = SelectNode | SetOperationNode | ValuesNode | NestedQueryNode

export interface SetOperationNode extends Place {
  readonly kind: 'set-operation'
  readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT'
  readonly isAll: boolean
  readonly left: BodyNode
  readonly right: BodyNode
}

export interface ValuesNode extends Place {
  readonly kind: 'values'
  readonly rows: readonly ExpressionNode[]
}

export interface NestedQueryNode extends Place {
  readonly kind: 'nested'
  readonly query: QueryNode
}

export interface SelectNode extends Place {
  readonly kind: 'select'
  readonly isDistinct: boolean
  readonly items: readonly SelectItem[]
  readonly from: readonly RelationNode[]
  readonly where?: ExpressionNode
  readonly groupBy?: GroupBy
  readonly having?: ExpressionNode
  readonly windows: ReadonlyMap<string, WindowNode>
}

export type SelectItem =
  | (Place & { readonly kind: 'all'; readonly of?: ExpressionNode })
  | (Place & { readonly kind: 'one'; readonly expression: ExpressionNode; readonly alias?: Name })

export interface GroupBy {
  readonly elements: readonly GroupingElement[]
}

export type GroupingElement =
  | { readonly kind: 'simple'; readonly expressions: readonly ExpressionNode[] }
  | { readonly kind: 'ROLLUP' | 'CUBE'; readonly expressions: readonly ExpressionNode[] }
  | { readonly kind: 'sets'; readonly sets: readonly (readonly ExpressionNode[])[] }

export interface SortItem {
  readonly expression: ExpressionNode
  readonly isDescending: boolean
  readonly isNullsFirst: boolean
}

export type RelationNode =
  | (Place & { readonly kind: 'table'; readonly parts: readonly Name[] })
  | (Place & { readonly kind: 'subquery'; readonly query: QueryNode; readonly isLateral: boolean })
  | (Place & {
      readonly kind: 'unnest'
      readonly expressions: readonly ExpressionNode[]
      readonly hasOrdinality: boolean
    })
  | (Place & {
      readonly kind: 'aliased'
      readonly relation: RelationNode
      readonly alias: Name
      readonly columns?: readonly Name[]
    })
  | (Place & {
      readonly kind: 'join'
      readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS'
      readonly left: RelationNode
      readonly right: RelationNode
      readonly on?: ExpressionNode
      readonly using?: readonly Name[]
    })

export interface WindowNode extends Place {
  /** A window of the WINDOW clause that this one goes on from. */
  readonly base?: Name
  readonly partitionBy: readonly ExpressionNode[]
  readonly orderBy: readonly SortItem[]
  readonly frame?: FrameNode
}

export interface FrameNode {
  readonly unit: 'ROWS' | 'RANGE' | 'GROUPS'
  readonly start: FrameBound
  readonly end?: FrameBound
}

export type FrameBound =
  | { readonly kind: 'UNBOUNDED PRECEDING' | 'UNBOUNDED FOLLOWING' | 'CURRENT ROW' }
  | { readonly kind: 'PRECEDING' | 'FOLLOWING'; readonly value: ExpressionNode }

export interface CallNode extends Place {
  readonly kind: 'call'
  /** Lower case. */
  readonly name: string
  readonly args: readonly ExpressionNode[]
  /** `count(*)` */
  readonly isStar: boolean
  readonly isDistinct: boolean
  readonly orderBy: readonly SortItem[]
  readonly filter?: ExpressionNode
  readonly nulls?: 'IGNORE' | 'RESPECT'
  readonly over?: WindowNode
}

/** JSON_VALUE or JSON_EXISTS. */
export interface JsonCallNode extends Place {
  readonly kind: 'json-call'
  readonly form: 'value' | 'exists'
  readonly of: ExpressionNode
  readonly path: string
  readonly pathPlace: Place
  readonly returning: SqlType
  readonly onEmpty: JsonFallback
  readonly onError: JsonFallback
}

export type JsonFallback =
  | { readonly kind: 'null' | 'error' | 'true' | 'false' }
  | { readonly kind: 'default'; readonly value: ExpressionNode }

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

export type ExpressionNode =
  | (Place & { readonly kind: 'null' })
  | (Place & { readonly kind: 'boolean'; readonly value: boolean })
  | (Place & { readonly kind: 'string'; readonly text: string })
  | (Place & { readonly kind: 'number'; readonly form: 'integer' | 'decimal' | 'double'; readonly text: string })
  | (Place & {
      readonly kind: 'interval'
      readonly text: string
      readonly isNegative: boolean
      readonly unit: string
      readonly toUnit?: string
    })
  /** `TIMESTAMP '…'`, `DATE '…'`, `JSON '…'`, or any type Trino can cast a string to. */
  | (Place & { readonly kind: 'typed-literal'; readonly type: string; readonly text: string })
  | (Place & { readonly kind: 'name'; readonly name: Name })
  | (Place & { readonly kind: 'field'; readonly of: ExpressionNode; readonly name: Name })
  | (Place & { readonly kind: 'subscript'; readonly of: ExpressionNode; readonly index: ExpressionNode })
  | CallNode
  | JsonCallNode
  | (Place & { readonly kind: 'lambda'; readonly parameters: readonly Name[]; readonly body: ExpressionNode })
  | (Place & { readonly kind: 'cast'; readonly of: ExpressionNode; readonly type: SqlType; readonly isTry: boolean })
  | (Place & {
      readonly kind: 'case'
      readonly operand?: ExpressionNode
      readonly whens: readonly { readonly when: ExpressionNode; readonly value: ExpressionNode }[]
      readonly otherwise?: ExpressionNode
    })
  | (Place & { readonly kind: 'array'; readonly elements: readonly ExpressionNode[] })
  | (Place & { readonly kind: 'row'; readonly elements: readonly ExpressionNode[] })
  | (Place & {
      readonly kind: 'arithmetic'
      readonly operator: ArithmeticOperator
      readonly left: ExpressionNode
      readonly right: ExpressionNode
    })
  | (Place & { readonly kind: 'negate'; readonly of: ExpressionNode })
  | (Place & { readonly kind: 'concat'; readonly left: ExpressionNode; readonly right: ExpressionNode })
  | (Place & {
      readonly kind: 'comparison'
      readonly operator: ComparisonOperator
      readonly left: ExpressionNode
      readonly right: ExpressionNode
    })
  | (Place & {
      readonly kind: 'quantified'
      readonly operator: ComparisonOperator
      readonly quantifier: 'ALL' | 'ANY'
      readonly left: ExpressionNode
      readonly query: QueryNode
    })
  | (Place & { readonly kind: 'logical'; readonly operator: 'AND' | 'OR'; readonly terms: readonly ExpressionNode[] })
  | (Place & { readonly kind: 'not'; readonly of: ExpressionNode })
  | (Place & { readonly kind: 'is-null'; readonly of: ExpressionNode })
  | (Place & { readonly kind: 'distinct-from'; readonly left: ExpressionNode; readonly right: ExpressionNode })
  | (Place & {
      readonly kind: 'between'
      readonly of: ExpressionNode
      readonly low: ExpressionNode
      readonly high: ExpressionNode
    })
  | (Place & { readonly kind: 'in-list'; readonly of: ExpressionNode; readonly items: readonly ExpressionNode[] })
  | (Place & { readonly kind: 'in-query'; readonly of: ExpressionNode; readonly query: QueryNode })
  | (Place & {
      readonly kind: 'like'
      readonly of: ExpressionNode
      readonly pattern: ExpressionNode
      readonly escape?: ExpressionNode
    })
  | (Place & { readonly kind: 'exists'; readonly query: QueryNode })
  | (Place & { readonly kind: 'scalar-query'; readonly query: QueryNode })
  | (Place & { readonly kind: 'extract'; readonly field: string; readonly of: ExpressionNode })
  | (Place & { readonly kind: 'at-time-zone'; readonly of: ExpressionNode; readonly zone: ExpressionNode })
