import type { Cursor } from './cursor.ts'
import type { Grammar } from './grammar.ts'
import { placeOf, refuseUnsupported } from './refusal.ts'
import type { Name, RelationNode } from './syntax-tree.ts'

/**
 * What stands behind FROM: tables and subqueries, joined.
 *
 * @throws Refusal
 * @source Trino's grammar, SqlBase.g4: relation, sampledRelation, relationPrimary
 */
export function parseRelations(cursor: Cursor, grammar: Grammar): readonly RelationNode[] {
  return cursor.list(() => parseJoins(cursor, grammar))
}

function parseJoins(cursor: Cursor, grammar: Grammar): RelationNode {
  return cursor.nested(() => {
    let left = parseAliased(cursor, grammar)
    for (let links = 0; ; links += 1) {
      cursor.oneMoreLink(links)
      const place = placeOf(cursor.peek())
      if (cursor.accept('CROSS', 'JOIN')) {
        left = { ...place, kind: 'join', type: 'CROSS', left, right: parseAliased(cursor, grammar) }
        continue
      }
      if (cursor.sees('NATURAL')) refuseUnsupported(cursor.peek(), 'NATURAL JOIN')
      const type = parseJoinType(cursor)
      if (type === undefined) return left
      const right = parseAliased(cursor, grammar)
      if (cursor.accept('USING')) {
        cursor.expect('(')
        const using = cursor.list(() => cursor.expectName())
        cursor.expect(')')
        left = { ...place, kind: 'join', type, left, right, using }
      } else {
        cursor.expect('ON')
        left = { ...place, kind: 'join', type, left, right, on: grammar.expression(cursor) }
      }
    }
  })
}

function parseJoinType(cursor: Cursor): 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | undefined {
  if (cursor.accept('JOIN') || cursor.accept('INNER', 'JOIN')) return 'INNER'
  for (const type of ['LEFT', 'RIGHT', 'FULL'] as const) {
    if (!cursor.accept(type)) continue
    cursor.accept('OUTER')
    cursor.expect('JOIN')
    return type
  }
  return undefined
}

function parseAliased(cursor: Cursor, grammar: Grammar): RelationNode {
  const relation = parseOne(cursor, grammar)
  if (cursor.sees('TABLESAMPLE')) refuseUnsupported(cursor.peek(), 'TABLESAMPLE')
  if (cursor.sees('MATCH_RECOGNIZE', '(')) refuseUnsupported(cursor.peek(), 'MATCH_RECOGNIZE')
  // OFFSET, LIMIT and WINDOW are not reserved, but behind a relation they begin the next clause.
  const startsClause = ['OFFSET', 'LIMIT', 'FETCH', 'WINDOW'].includes(cursor.peek().key)
  if (!cursor.accept('AS') && (startsClause || !cursor.seesName())) return relation
  const alias = cursor.expectName()
  let columns: Name[] | undefined
  if (cursor.accept('(')) {
    columns = cursor.list(() => cursor.expectName())
    cursor.expect(')')
  }
  return { ...placeOf(relation), kind: 'aliased', relation, alias, ...(columns && { columns }) }
}

function parseOne(cursor: Cursor, grammar: Grammar): RelationNode {
  const token = cursor.peek()
  const place = placeOf(token)
  const isLateral = cursor.sees('LATERAL', '(')
  if (isLateral) cursor.next()
  if (cursor.sees('(')) {
    if (isLateral || seesQuery(cursor)) {
      cursor.expect('(')
      const query = grammar.query(cursor)
      cursor.expect(')')
      return { ...place, kind: 'subquery', query, isLateral }
    }
    cursor.expect('(')
    const relation = parseJoins(cursor, grammar)
    cursor.expect(')')
    return relation
  }
  if (cursor.accept('UNNEST')) {
    cursor.expect('(')
    const expressions = cursor.list(() => grammar.expression(cursor))
    cursor.expect(')')
    return { ...place, kind: 'unnest', expressions, hasOrdinality: cursor.accept('WITH', 'ORDINALITY') }
  }
  if (cursor.sees('TABLE', '(')) refuseUnsupported(token, 'table functions')
  if (cursor.sees('JSON_TABLE')) refuseUnsupported(token, 'json_table')
  const parts = [parseTableName(cursor)]
  while (cursor.accept('.')) parts.push(parseTableName(cursor))
  if (cursor.sees('(')) refuseUnsupported(token, 'table functions')
  return { ...place, kind: 'table', parts }
}

/** Whether the parenthesis here holds a query: looks behind any further ones. */
function seesQuery(cursor: Cursor): boolean {
  let ahead = 0
  while (cursor.peek(ahead).key === '(') ahead += 1
  return ['SELECT', 'WITH', 'VALUES'].includes(cursor.peek(ahead).key)
}

function parseTableName(cursor: Cursor): Name {
  const token = cursor.peek()
  if (token.kind !== 'table-id') return cursor.expectName()
  cursor.next()
  return { ...placeOf(token), text: token.text, key: token.text.toLowerCase() }
}
