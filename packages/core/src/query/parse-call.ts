import type { Cursor } from './cursor.ts'
import type { Grammar } from './grammar.ts'
import { parseSortItems } from './parse-sort.ts'
import { placeOf, refuse } from './refusal.ts'
import type { CallNode, ExpressionNode, FrameBound, FrameNode, WindowNode } from './syntax-tree.ts'
import type { Token } from './token.ts'

/** A call whose name was taken already: arguments, FILTER, OVER. */
export function parseCall(cursor: Cursor, grammar: Grammar, name: Token): CallNode {
  const expression = () => grammar.expression(cursor)
  cursor.expect('(')
  let isStar = false
  let args: readonly ExpressionNode[] = []
  let isDistinct = false
  if (cursor.accept('*')) isStar = true
  else if (!cursor.sees(')') && !cursor.sees('ORDER')) {
    isDistinct = cursor.accept('DISTINCT')
    if (!isDistinct) cursor.accept('ALL')
    args = cursor.list(expression)
  }
  let orderBy = parseSortItems(cursor, expression)
  cursor.expect(')')
  if (cursor.accept('WITHIN', 'GROUP', '(')) {
    orderBy = parseSortItems(cursor, expression)
    cursor.expect(')')
  }
  return parseCallTail(cursor, grammar, {
    ...placeOf(name),
    kind: 'call',
    name: name.text.toLowerCase(),
    args,
    isStar,
    isDistinct,
    orderBy,
  })
}

/** What may follow the closing parenthesis. */
export function parseCallTail(cursor: Cursor, grammar: Grammar, call: CallNode): CallNode {
  let tail: Pick<CallNode, 'filter' | 'nulls' | 'over'> = {}
  if (cursor.accept('FILTER', '(', 'WHERE')) {
    tail = { filter: grammar.expression(cursor) }
    cursor.expect(')')
  }
  for (const nulls of ['IGNORE', 'RESPECT'] as const) {
    if (cursor.accept(nulls, 'NULLS')) tail = { ...tail, nulls }
  }
  if (cursor.sees('OVER') && (cursor.peek(1).key === '(' || cursor.seesName(1))) {
    const place = placeOf(cursor.expect('OVER'))
    const over: WindowNode = cursor.sees('(')
      ? parseWindow(cursor, grammar)
      : { ...place, base: cursor.expectName(), partitionBy: [], orderBy: [] }
    tail = { ...tail, over }
  }
  return { ...call, ...tail }
}

/** `(base PARTITION BY … ORDER BY … frame)` */
export function parseWindow(cursor: Cursor, grammar: Grammar): WindowNode {
  const expression = () => grammar.expression(cursor)
  const place = placeOf(cursor.expect('('))
  const startsWithWord = ['PARTITION', 'ORDER', 'ROWS', 'RANGE', 'GROUPS'].includes(cursor.peek().key)
  const base = cursor.seesName() && !startsWithWord ? cursor.expectName() : undefined
  const partitionBy = cursor.accept('PARTITION', 'BY') ? cursor.list(expression) : []
  const orderBy = parseSortItems(cursor, expression)
  const frame = parseFrame(cursor, expression)
  cursor.expect(')')
  return { ...place, ...(base && { base }), partitionBy, orderBy, ...(frame && { frame }) }
}

function parseFrame(cursor: Cursor, expression: () => ExpressionNode): FrameNode | undefined {
  const unit = (['ROWS', 'RANGE', 'GROUPS'] as const).find((one) => cursor.accept(one))
  if (unit === undefined) return undefined
  if (!cursor.accept('BETWEEN')) return { unit, start: parseBound(cursor, expression) }
  const start = parseBound(cursor, expression)
  cursor.expect('AND')
  return { unit, start, end: parseBound(cursor, expression) }
}

function parseBound(cursor: Cursor, expression: () => ExpressionNode): FrameBound {
  if (cursor.accept('UNBOUNDED', 'PRECEDING')) return { kind: 'UNBOUNDED PRECEDING' }
  if (cursor.accept('UNBOUNDED', 'FOLLOWING')) return { kind: 'UNBOUNDED FOLLOWING' }
  if (cursor.accept('CURRENT', 'ROW')) return { kind: 'CURRENT ROW' }
  const value = expression()
  if (cursor.accept('PRECEDING')) return { kind: 'PRECEDING', value }
  if (cursor.accept('FOLLOWING')) return { kind: 'FOLLOWING', value }
  refuse(cursor.peek(), `mismatched input '${cursor.peek().text}'. Expecting: 'FOLLOWING', 'PRECEDING'`)
}
