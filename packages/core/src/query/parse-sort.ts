import type { Cursor } from './cursor.ts'
import type { ExpressionNode, SortItem } from './syntax-tree.ts'

/** `ORDER BY a, b DESC NULLS FIRST`, or nothing. NULLs come last in both directions unless told otherwise. */
export function parseSortItems(cursor: Cursor, expression: () => ExpressionNode): readonly SortItem[] {
  if (!cursor.accept('ORDER', 'BY')) return []
  return cursor.list(() => {
    const item = expression()
    const isDescending = cursor.accept('DESC')
    if (!isDescending) cursor.accept('ASC')
    const isNullsFirst = cursor.accept('NULLS', 'FIRST')
    if (!isNullsFirst) cursor.accept('NULLS', 'LAST')
    return { expression: item, isDescending, isNullsFirst }
  })
}
