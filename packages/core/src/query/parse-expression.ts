import type { Cursor } from './cursor.ts'
import type { Grammar } from './grammar.ts'
import { parsePrimary } from './parse-primary.ts'
import { type Place, placeOf } from './refusal.ts'
import type { ArithmeticOperator, ComparisonOperator, ExpressionNode } from './syntax-tree.ts'

/**
 * An expression. From loose to tight: OR, AND, NOT, one predicate, `||`, `+ -`, `* / %`, sign, AT TIME ZONE.
 *
 * @throws Refusal
 * @source Trino's grammar, SqlBase.g4: booleanExpression, valueExpression
 */
export function parseExpression(cursor: Cursor, grammar: Grammar): ExpressionNode {
  return cursor.nested(() => parseLogical(cursor, grammar, 'OR'))
}

function parseLogical(cursor: Cursor, grammar: Grammar, operator: 'AND' | 'OR'): ExpressionNode {
  const place = cursor.peek()
  const term = () => (operator === 'OR' ? parseLogical(cursor, grammar, 'AND') : parseNot(cursor, grammar))
  const first = term()
  const terms = [first]
  while (cursor.accept(operator)) terms.push(term())
  return terms.length === 1 ? first : { ...placeOf(place), kind: 'logical', operator, terms }
}

function parseNot(cursor: Cursor, grammar: Grammar): ExpressionNode {
  const place = cursor.peek()
  if (cursor.accept('NOT')) {
    return { ...placeOf(place), kind: 'not', of: cursor.nested(() => parseNot(cursor, grammar)) }
  }
  return parsePredicate(cursor, grammar)
}

const comparisons = new Set<string>(['=', '<>', '<', '<=', '>', '>='] satisfies ComparisonOperator[])

function isComparison(key: string): key is ComparisonOperator {
  return comparisons.has(key)
}

function parsePredicate(cursor: Cursor, grammar: Grammar): ExpressionNode {
  const left = parseValue(cursor, grammar)
  const token = cursor.peek()
  const place = placeOf(token)
  if (isComparison(token.key)) {
    cursor.next()
    const operator = token.key
    for (const quantifier of ['ALL', 'ANY', 'SOME'] as const) {
      if (!cursor.accept(quantifier, '(')) continue
      const query = grammar.query(cursor)
      cursor.expect(')')
      return { ...place, kind: 'quantified', operator, quantifier: quantifier === 'ALL' ? 'ALL' : 'ANY', left, query }
    }
    return { ...place, kind: 'comparison', operator, left, right: parseValue(cursor, grammar) }
  }
  if (cursor.accept('IS')) {
    const isNot = cursor.accept('NOT')
    if (cursor.accept('NULL')) return negated(isNot, { ...place, kind: 'is-null', of: left })
    cursor.expect('DISTINCT', 'FROM')
    return negated(isNot, { ...place, kind: 'distinct-from', left, right: parseValue(cursor, grammar) })
  }
  const isNot = cursor.accept('NOT')
  if (cursor.accept('BETWEEN')) {
    const low = parseValue(cursor, grammar)
    cursor.expect('AND')
    return negated(isNot, { ...place, kind: 'between', of: left, low, high: parseValue(cursor, grammar) })
  }
  if (cursor.accept('LIKE')) {
    const pattern = parseValue(cursor, grammar)
    const escapeBy = cursor.accept('ESCAPE') ? parseValue(cursor, grammar) : undefined
    return negated(isNot, { ...place, kind: 'like', of: left, pattern, ...(escapeBy && { escape: escapeBy }) })
  }
  if (cursor.accept('IN')) {
    cursor.expect('(')
    const isQuery = cursor.sees('SELECT') || cursor.sees('WITH') || cursor.sees('VALUES')
    const node: ExpressionNode = isQuery
      ? { ...place, kind: 'in-query', of: left, query: grammar.query(cursor) }
      : { ...place, kind: 'in-list', of: left, items: cursor.list(() => parseExpression(cursor, grammar)) }
    cursor.expect(')')
    return negated(isNot, node)
  }
  if (isNot) cursor.mismatch("'BETWEEN', 'IN', 'LIKE'")
  return left
}

function negated(isNot: boolean, of: ExpressionNode): ExpressionNode {
  return isNot ? { line: of.line, column: of.column, kind: 'not', of } : of
}

/** `||` binds loosest, then `+ -`, then `* / %`. */
function parseValue(cursor: Cursor, grammar: Grammar): ExpressionNode {
  return chain(
    cursor,
    ['||'],
    () => parseSum(cursor, grammar),
    (place, _operator, left, right) => ({ ...place, kind: 'concat', left, right }),
  )
}

function parseSum(cursor: Cursor, grammar: Grammar): ExpressionNode {
  return chain(cursor, ['+', '-'], () => parseProduct(cursor, grammar), arithmetic)
}

function parseProduct(cursor: Cursor, grammar: Grammar): ExpressionNode {
  return chain(cursor, ['*', '/', '%'], () => parseSigned(cursor, grammar), arithmetic)
}

function arithmetic(place: Place, operator: string, left: ExpressionNode, right: ExpressionNode): ExpressionNode {
  return { ...place, kind: 'arithmetic', operator: operator as ArithmeticOperator, left, right }
}

function chain(
  cursor: Cursor,
  operators: readonly string[],
  read: () => ExpressionNode,
  join: (place: Place, operator: string, left: ExpressionNode, right: ExpressionNode) => ExpressionNode,
): ExpressionNode {
  let node = read()
  for (let links = 0; operators.includes(cursor.peek().key); links += 1) {
    cursor.oneMoreLink(links)
    const operator = cursor.next()
    node = join(placeOf(operator), operator.key, node, read())
  }
  return node
}

function parseSigned(cursor: Cursor, grammar: Grammar): ExpressionNode {
  const place = placeOf(cursor.peek())
  if (cursor.accept('-')) {
    return { ...place, kind: 'negate', of: cursor.nested(() => parseSigned(cursor, grammar)) }
  }
  if (cursor.accept('+')) return cursor.nested(() => parseSigned(cursor, grammar))
  let node = parsePrimary(cursor, grammar)
  for (let links = 0; cursor.sees('AT', 'TIME', 'ZONE'); links += 1) {
    cursor.oneMoreLink(links)
    cursor.expect('AT', 'TIME', 'ZONE')
    node = { ...place, kind: 'at-time-zone', of: node, zone: parsePrimary(cursor, grammar) }
  }
  return node
}
