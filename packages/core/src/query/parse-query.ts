import type { Cursor } from './cursor.ts'
import type { Grammar } from './grammar.ts'
import { parseWindow } from './parse-call.ts'
import { parseExpression } from './parse-expression.ts'
import { parseRelations } from './parse-relation.ts'
import { parseSortItems } from './parse-sort.ts'
import { placeOf, refuseUnsupported } from './refusal.ts'
import type {
  BodyNode,
  CommonTable,
  ExpressionNode,
  GroupBy,
  GroupingElement,
  QueryNode,
  SelectItem,
  SelectNode,
  WindowNode,
} from './syntax-tree.ts'

const grammar: Grammar = { query: parseQuery, expression: (cursor) => parseExpression(cursor, grammar) }

/**
 * A query: WITH, SELECTs joined by set operations, ORDER BY, OFFSET, LIMIT.
 *
 * @throws Refusal
 * @source Trino's grammar, SqlBase.g4: query, queryNoWith, querySpecification
 */
export function parseQuery(cursor: Cursor): QueryNode {
  return cursor.nested(() => {
    const place = placeOf(cursor.peek())
    const ctes = parseWith(cursor)
    const body = parseSetOperations(cursor)
    const orderBy = parseSortItems(cursor, () => grammar.expression(cursor))
    let offset: string | undefined
    if (cursor.accept('OFFSET')) {
      offset = parseCount(cursor)
      if (!cursor.accept('ROWS')) cursor.accept('ROW')
    }
    const limit = parseLimit(cursor)
    return {
      ...place,
      ...(ctes && { with: ctes }),
      body,
      orderBy,
      ...(offset !== undefined && { offset }),
      ...(limit !== undefined && { limit }),
    }
  })
}

function parseWith(cursor: Cursor): readonly CommonTable[] | undefined {
  if (!cursor.accept('WITH')) return undefined
  if (cursor.sees('RECURSIVE')) refuseUnsupported(cursor.peek(), 'WITH RECURSIVE')
  return cursor.list(() => {
    const name = cursor.expectName()
    const columns = cursor.sees('(') ? parseNames(cursor) : undefined
    cursor.expect('AS', '(')
    const query = parseQuery(cursor)
    cursor.expect(')')
    return { name, ...(columns && { columns }), query }
  })
}

function parseNames(cursor: Cursor) {
  cursor.expect('(')
  const names = cursor.list(() => cursor.expectName())
  cursor.expect(')')
  return names
}

/** INTERSECT binds tighter than UNION and EXCEPT, which go from left to right. */
function parseSetOperations(cursor: Cursor): BodyNode {
  let left = parseIntersections(cursor)
  for (let links = 0; cursor.sees('UNION') || cursor.sees('EXCEPT'); links += 1) {
    cursor.oneMoreLink(links)
    const token = cursor.next()
    const isAll = parseIsAll(cursor)
    const operator = token.key === 'UNION' ? 'UNION' : 'EXCEPT'
    left = {
      ...placeOf(token),
      kind: 'set-operation',
      operator,
      isAll,
      left,
      right: cursor.nested(() => parseIntersections(cursor)),
    }
  }
  return left
}

function parseIntersections(cursor: Cursor): BodyNode {
  let left = parseBody(cursor)
  for (let links = 0; cursor.sees('INTERSECT'); links += 1) {
    cursor.oneMoreLink(links)
    const token = cursor.next()
    const isAll = parseIsAll(cursor)
    left = { ...placeOf(token), kind: 'set-operation', operator: 'INTERSECT', isAll, left, right: parseBody(cursor) }
  }
  return left
}

function parseIsAll(cursor: Cursor): boolean {
  const isAll = cursor.accept('ALL')
  if (!isAll) cursor.accept('DISTINCT')
  return isAll
}

function parseBody(cursor: Cursor): BodyNode {
  const place = placeOf(cursor.peek())
  if (cursor.accept('VALUES')) return { ...place, kind: 'values', rows: cursor.list(() => grammar.expression(cursor)) }
  if (cursor.accept('(')) {
    const query = parseQuery(cursor)
    cursor.expect(')')
    return { ...place, kind: 'nested', query }
  }
  return parseSelect(cursor)
}

function parseSelect(cursor: Cursor): SelectNode {
  if (!cursor.sees('SELECT')) cursor.mismatch("'(', 'SELECT', 'VALUES', 'WITH'")
  const place = placeOf(cursor.expect('SELECT'))
  const isDistinct = cursor.accept('DISTINCT')
  if (!isDistinct) cursor.accept('ALL')
  const items = cursor.list(() => parseItem(cursor))
  const from = cursor.accept('FROM') ? parseRelations(cursor, grammar) : []
  const where = cursor.accept('WHERE') ? grammar.expression(cursor) : undefined
  const groupBy = parseGroupBy(cursor)
  const having = cursor.accept('HAVING') ? grammar.expression(cursor) : undefined
  return {
    ...place,
    kind: 'select',
    isDistinct,
    items,
    from,
    ...(where && { where }),
    ...(groupBy && { groupBy }),
    ...(having && { having }),
    windows: parseWindows(cursor),
  }
}

function parseItem(cursor: Cursor): SelectItem {
  const place = placeOf(cursor.peek())
  if (cursor.accept('*')) return { ...place, kind: 'all' }
  const read = grammar.expression(cursor)
  if (cursor.accept('.', '*')) return { ...place, kind: 'all', of: read }
  if (cursor.accept('AS') || cursor.seesName()) {
    return { ...place, kind: 'one', expression: read, alias: cursor.expectName() }
  }
  return { ...place, kind: 'one', expression: read }
}

function parseGroupBy(cursor: Cursor): GroupBy | undefined {
  if (!cursor.accept('GROUP', 'BY')) return undefined
  if (cursor.accept('DISTINCT')) refuseUnsupported(cursor.peek(), 'GROUP BY DISTINCT')
  cursor.accept('ALL')
  return { elements: cursor.list(() => parseGroupingElement(cursor)) }
}

function parseGroupingElement(cursor: Cursor): GroupingElement {
  for (const kind of ['ROLLUP', 'CUBE'] as const) {
    if (cursor.accept(kind)) return { kind, expressions: parseSet(cursor) }
  }
  if (cursor.accept('GROUPING', 'SETS')) {
    cursor.expect('(')
    const sets = cursor.list(() => (cursor.sees('(') ? parseSet(cursor) : [grammar.expression(cursor)]))
    cursor.expect(')')
    return { kind: 'sets', sets }
  }
  if (cursor.accept('(', ')')) return { kind: 'sets', sets: [[]] }
  const read = grammar.expression(cursor)
  return { kind: 'simple', expressions: read.kind === 'row' ? read.elements : [read] }
}

function parseSet(cursor: Cursor): readonly ExpressionNode[] {
  cursor.expect('(')
  const read = cursor.sees(')') ? [] : cursor.list(() => grammar.expression(cursor))
  cursor.expect(')')
  return read
}

function parseWindows(cursor: Cursor): ReadonlyMap<string, WindowNode> {
  const windows = new Map<string, WindowNode>()
  if (cursor.sees('WINDOW') && cursor.seesName(1) && cursor.peek(2).key === 'AS') {
    cursor.next()
    cursor.list(() => {
      const name = cursor.expectName()
      cursor.expect('AS')
      windows.set(name.key, parseWindow(cursor, grammar))
    })
  }
  return windows
}

function parseLimit(cursor: Cursor): string | undefined {
  if (cursor.accept('LIMIT')) return cursor.accept('ALL') ? undefined : parseCount(cursor)
  if (!cursor.accept('FETCH')) return undefined
  if (!cursor.accept('FIRST') && !cursor.accept('NEXT')) cursor.mismatch("'FIRST', 'NEXT'")
  const count = cursor.peek().kind === 'integer' ? parseCount(cursor) : '1'
  if (!cursor.accept('ROWS') && !cursor.accept('ROW')) cursor.mismatch("'ROW', 'ROWS'")
  if (cursor.sees('WITH', 'TIES')) refuseUnsupported(cursor.peek(), 'WITH TIES')
  cursor.expect('ONLY')
  return count
}

function parseCount(cursor: Cursor): string {
  if (cursor.peek().kind !== 'integer') cursor.mismatch("'ALL', <integer>")
  return BigInt(cursor.next().text).toString()
}
