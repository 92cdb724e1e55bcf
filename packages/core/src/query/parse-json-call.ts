import type { Cursor } from './cursor.ts'
import type { Grammar } from './grammar.ts'
import { parseType } from './parse-type.ts'
import { placeOf, refuseUnsupported } from './refusal.ts'
import { boolean, varchar } from './sql-type.ts'
import type { JsonCallNode, JsonFallback } from './syntax-tree.ts'

/**
 * The calls of SQL/JSON that ask for one value, behind their names:
 *
 *     JSON_VALUE ( input [FORMAT JSON], 'path' [RETURNING type] [fallback ON EMPTY] [fallback ON ERROR] )
 *     JSON_EXISTS ( input [FORMAT JSON], 'path' [{ TRUE | FALSE | UNKNOWN | ERROR } ON ERROR] )
 *     fallback = NULL | ERROR | DEFAULT expression
 *
 * @source Trino documentation, "JSON functions and operators"
 */
export function parseJsonCall(cursor: Cursor, grammar: Grammar): JsonCallNode {
  const name = cursor.next()
  cursor.expect('(')
  const of = grammar.expression(cursor)
  if (cursor.accept('FORMAT')) cursor.expect('JSON')
  cursor.expect(',')
  const path = cursor.next()
  if (path.kind !== 'string') refuseUnsupported(path, 'a JSON path that is not a literal')
  if (cursor.sees('PASSING')) refuseUnsupported(cursor.peek(), 'PASSING')
  const common = { ...placeOf(name), kind: 'json-call' as const, of, path: path.text, pathPlace: placeOf(path) }
  if (name.key === 'JSON_EXISTS') {
    const onError = truths.find(([word]) => cursor.accept(word, 'ON', 'ERROR'))?.[1] ?? { kind: 'false' }
    cursor.expect(')')
    return { ...common, form: 'exists', returning: boolean, onEmpty: { kind: 'false' }, onError }
  }
  const returning = cursor.accept('RETURNING') ? parseType(cursor) : varchar
  let onEmpty: JsonFallback = { kind: 'null' }
  let onError: JsonFallback = { kind: 'null' }
  let fallback = parseFallback(cursor, grammar)
  if (fallback !== undefined && cursor.accept('ON', 'EMPTY')) {
    onEmpty = fallback
    fallback = parseFallback(cursor, grammar)
  }
  if (fallback !== undefined) {
    cursor.expect('ON', 'ERROR')
    onError = fallback
  }
  cursor.expect(')')
  return { ...common, form: 'value', returning, onEmpty, onError }
}

const truths: readonly (readonly [string, JsonFallback])[] = [
  ['TRUE', { kind: 'true' }],
  ['FALSE', { kind: 'false' }],
  ['UNKNOWN', { kind: 'null' }],
  ['ERROR', { kind: 'error' }],
]

function parseFallback(cursor: Cursor, grammar: Grammar): JsonFallback | undefined {
  if (cursor.accept('NULL')) return { kind: 'null' }
  if (cursor.accept('ERROR')) return { kind: 'error' }
  return cursor.accept('DEFAULT') ? { kind: 'default', value: grammar.expression(cursor) } : undefined
}
