import type { Analysis, QueryColumn, Surroundings } from './analysis.ts'
import { refuse } from './refusal.ts'
import type { Field, Scope } from './scope.ts'
import type { SortItem } from './syntax-tree.ts'

/** `ORDER BY 2`: the number. */
export function placeNumber(item: Pick<SortItem, 'expression'>, count: number): number | undefined {
  const { expression } = item
  if (expression.kind !== 'number' || expression.form !== 'integer') return undefined
  const place = Number(expression.text)
  if (place < 1 || place > count) refuse(expression, `ORDER BY position ${expression.text} is not in select list`)
  return place
}

/** The columns of a query that stands behind FROM as `relation`. */
export function fieldsOfQuery(columns: readonly QueryColumn[], relation: string): readonly Field[] {
  return columns.map((column, index) => ({ ...column, text: `${relation}.c${index}` }))
}

/** Where an expression stands that sees `scope` and nothing else. */
export function surroundings(analysis: Analysis, scope: Scope): Surroundings {
  return { analysis, scope, windows: new Map(), lambdaDepth: 0 }
}
