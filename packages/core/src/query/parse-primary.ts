import type { Cursor } from './cursor.ts'
import type { Grammar } from './grammar.ts'
import { parseCall } from './parse-call.ts'
import { parseJsonCall } from './parse-json-call.ts'
import { call, parseCase, parseInterval, parseSubstring, parseTrim } from './parse-special.ts'
import { parseType } from './parse-type.ts'
import { placeOf, refuseUnsupported } from './refusal.ts'
import type { ExpressionNode } from './syntax-tree.ts'

/**
 * An operand with its fields and subscripts: `useridentity.arn`, `resources[1].arn`.
 *
 * @throws Refusal
 * @source Trino's grammar, SqlBase.g4: primaryExpression
 */
export function parsePrimary(cursor: Cursor, grammar: Grammar): ExpressionNode {
  let node = parseOperand(cursor, grammar)
  for (let links = 0; ; links += 1) {
    cursor.oneMoreLink(links)
    const place = placeOf(cursor.peek())
    if (cursor.sees('.') && cursor.seesName(1)) {
      cursor.next()
      node = { ...placeOf(node), kind: 'field', of: node, name: cursor.expectName() }
    } else if (cursor.accept('[')) {
      node = { ...place, kind: 'subscript', of: node, index: grammar.expression(cursor) }
      cursor.expect(']')
    } else return node
  }
}

function parseOperand(cursor: Cursor, grammar: Grammar): ExpressionNode {
  const token = cursor.peek()
  const place = placeOf(token)
  switch (token.kind) {
    case 'integer':
    case 'decimal':
    case 'double':
      cursor.next()
      return { ...place, kind: 'number', form: token.kind, text: token.text }
    case 'string':
      cursor.next()
      return { ...place, kind: 'string', text: token.text }
    case 'symbol':
      if (token.key === '(') return parseParenthesis(cursor, grammar)
      if (token.key === '?') cursor.mismatch('a value for each ? in QueryParameters')
      return cursor.mismatch('<expression>')
    case 'word':
    case 'quoted':
      return parseKeyword(cursor, grammar) ?? parseNamed(cursor, grammar)
    default:
      return cursor.mismatch('<expression>')
  }
}

/** Forms that begin with a word of their own. */
function parseKeyword(cursor: Cursor, grammar: Grammar): ExpressionNode | undefined {
  const token = cursor.peek()
  const place = placeOf(token)
  const expression = () => grammar.expression(cursor)
  switch (token.key) {
    case 'NULL':
      cursor.next()
      return { ...place, kind: 'null' }
    case 'TRUE':
    case 'FALSE':
      cursor.next()
      return { ...place, kind: 'boolean', value: token.key === 'TRUE' }
    case 'CASE':
      return parseCase(cursor, grammar)
    case 'EXISTS': {
      cursor.next()
      cursor.expect('(')
      const query = grammar.query(cursor)
      cursor.expect(')')
      return { ...place, kind: 'exists', query }
    }
    case 'CAST':
    case 'TRY_CAST': {
      if (!cursor.accept(token.key, '(')) return undefined
      const of = expression()
      cursor.expect('AS')
      const type = parseType(cursor)
      cursor.expect(')')
      return { ...place, kind: 'cast', of, type, isTry: token.key === 'TRY_CAST' }
    }
    case 'INTERVAL':
      return parseInterval(cursor)
    case 'ARRAY': {
      if (!cursor.accept('ARRAY', '[')) return undefined
      const elements = cursor.sees(']') ? [] : cursor.list(expression)
      cursor.expect(']')
      return { ...place, kind: 'array', elements }
    }
    case 'ROW': {
      if (!cursor.accept('ROW', '(')) return undefined
      const elements = cursor.list(expression)
      cursor.expect(')')
      return { ...place, kind: 'row', elements }
    }
    case 'EXTRACT': {
      cursor.next()
      cursor.expect('(')
      const field = cursor.expectName().key
      cursor.expect('FROM')
      const of = expression()
      cursor.expect(')')
      return { ...place, kind: 'extract', field, of }
    }
    case 'CURRENT_DATE':
    case 'CURRENT_TIMESTAMP':
    case 'LOCALTIMESTAMP': {
      cursor.next()
      if (cursor.sees('(')) refuseUnsupported(cursor.peek(), `${token.key} with a precision`)
      return call(place, token.key.toLowerCase(), [])
    }
    case 'TRIM':
      return parseTrim(cursor, grammar)
    case 'POSITION': {
      if (!cursor.accept('POSITION', '(')) return undefined
      const part = parsePrimary(cursor, grammar)
      cursor.expect('IN')
      const whole = expression()
      cursor.expect(')')
      return call(place, 'strpos', [whole, part])
    }
    case 'SUBSTRING':
      return parseSubstring(cursor, grammar)
    case 'LISTAGG':
    case 'GROUPING':
      return parseCall(cursor, grammar, cursor.next())
    case 'DOUBLE':
      if (!(cursor.peek(1).key === 'PRECISION' && cursor.peek(2).kind === 'string')) return undefined
      cursor.next()
      cursor.next()
      return { ...place, kind: 'typed-literal', type: 'double', text: cursor.next().text }
    case 'JSON_VALUE':
    case 'JSON_EXISTS':
      return parseJsonCall(cursor, grammar)
    case 'NORMALIZE':
    case 'JSON_QUERY':
    case 'JSON_ARRAY':
    case 'JSON_OBJECT':
    case 'CURRENT_USER':
    case 'CURRENT_CATALOG':
    case 'CURRENT_SCHEMA':
    case 'CURRENT_PATH':
    case 'CURRENT_ROLE':
    case 'CURRENT_TIME':
    case 'LOCALTIME':
      return refuseUnsupported(token, token.key.toLowerCase())
    default:
      return undefined
  }
}

/** A column, a call, a lambda of one parameter or a literal with a type before it. */
function parseNamed(cursor: Cursor, grammar: Grammar): ExpressionNode {
  if (!cursor.seesName()) return cursor.mismatch('<expression>')
  const token = cursor.peek()
  const place = placeOf(token)
  const following = cursor.peek(1)
  if (token.kind === 'word' && following.kind === 'string') {
    cursor.next()
    return { ...place, kind: 'typed-literal', type: token.text.toLowerCase(), text: cursor.next().text }
  }
  if (token.kind === 'word' && following.key === '(') return parseCall(cursor, grammar, cursor.next())
  const name = cursor.expectName()
  if (cursor.accept('->')) {
    return { ...place, kind: 'lambda', parameters: [name], body: grammar.expression(cursor) }
  }
  return { ...place, kind: 'name', name }
}

/** `(query)`, `(a, b) -> …`, a row or an expression in parentheses. */
function parseParenthesis(cursor: Cursor, grammar: Grammar): ExpressionNode {
  const place = placeOf(cursor.peek())
  if (seesLambda(cursor)) {
    cursor.expect('(')
    const parameters = cursor.sees(')') ? [] : cursor.list(() => cursor.expectName())
    cursor.expect(')', '->')
    return { ...place, kind: 'lambda', parameters, body: grammar.expression(cursor) }
  }
  cursor.expect('(')
  if (cursor.sees('SELECT') || cursor.sees('WITH') || cursor.sees('VALUES')) {
    const query = grammar.query(cursor)
    cursor.expect(')')
    return { ...place, kind: 'scalar-query', query }
  }
  const elements = cursor.list(() => grammar.expression(cursor))
  cursor.expect(')')
  const first = elements[0]
  return elements.length === 1 && first !== undefined ? first : { ...place, kind: 'row', elements }
}

function seesLambda(cursor: Cursor): boolean {
  let ahead = 1
  while (cursor.seesName(ahead) || cursor.peek(ahead).key === ',') ahead += 1
  return cursor.peek(ahead).key === ')' && cursor.peek(ahead + 1).key === '->'
}
