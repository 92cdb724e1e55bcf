import type { Cursor } from './cursor.ts'
import type { Grammar } from './grammar.ts'
import { parseCallTail } from './parse-call.ts'
import { type Place, placeOf } from './refusal.ts'
import type { CallNode, ExpressionNode } from './syntax-tree.ts'

/** `CASE x WHEN 1 THEN …` and `CASE WHEN x = 1 THEN …` */
export function parseCase(cursor: Cursor, grammar: Grammar): ExpressionNode {
  const place = placeOf(cursor.expect('CASE'))
  const operand = cursor.sees('WHEN') ? undefined : grammar.expression(cursor)
  const whens: { when: ExpressionNode; value: ExpressionNode }[] = []
  while (cursor.accept('WHEN')) {
    const when = grammar.expression(cursor)
    cursor.expect('THEN')
    whens.push({ when, value: grammar.expression(cursor) })
  }
  if (whens.length === 0) cursor.mismatch("'WHEN'")
  const otherwise = cursor.accept('ELSE') ? grammar.expression(cursor) : undefined
  cursor.expect('END')
  return { ...place, kind: 'case', ...(operand && { operand }), whens, ...(otherwise && { otherwise }) }
}

/** `INTERVAL '2' DAY`, `INTERVAL -'1:30' HOUR TO MINUTE`; anything else named `interval` is a name. */
export function parseInterval(cursor: Cursor): ExpressionNode | undefined {
  const place = placeOf(cursor.peek())
  const isSigned = cursor.peek(1).key === '-' || cursor.peek(1).key === '+'
  if (cursor.peek(isSigned ? 2 : 1).kind !== 'string') return undefined
  cursor.next()
  const isNegative = isSigned && cursor.next().key === '-'
  const text = cursor.next().text
  const unit = cursor.expectName().key
  const toUnit = cursor.accept('TO') ? cursor.expectName().key : undefined
  return { ...place, kind: 'interval', text, isNegative, unit, ...(toUnit !== undefined && { toUnit }) }
}

const trims: Readonly<Record<string, string>> = { LEADING: 'ltrim', TRAILING: 'rtrim', BOTH: 'trim' }

/** `trim(x)`, `trim(x, y)`, `trim(BOTH 'a' FROM x)` */
export function parseTrim(cursor: Cursor, grammar: Grammar): ExpressionNode {
  const place = placeOf(cursor.expect('TRIM'))
  cursor.expect('(')
  const named = trims[cursor.peek().key]
  if (named !== undefined) cursor.next()
  if (cursor.accept('FROM')) {
    const of = grammar.expression(cursor)
    cursor.expect(')')
    return call(place, named ?? 'trim', [of])
  }
  const first = grammar.expression(cursor)
  let args: ExpressionNode[] = [first]
  if (cursor.accept('FROM')) args = [grammar.expression(cursor), first]
  else if (named === undefined && cursor.accept(',')) args = [first, grammar.expression(cursor)]
  cursor.expect(')')
  return call(place, named ?? 'trim', args)
}

/** `substring(x FROM a FOR b)` beside the usual form. */
export function parseSubstring(cursor: Cursor, grammar: Grammar): ExpressionNode | undefined {
  if (cursor.peek(1).key !== '(') return undefined
  const token = cursor.next()
  cursor.expect('(')
  const of = grammar.expression(cursor)
  if (!cursor.accept('FROM')) {
    const args = [of]
    while (cursor.accept(',')) args.push(grammar.expression(cursor))
    cursor.expect(')')
    return parseCallTail(cursor, grammar, call(placeOf(token), 'substring', args))
  }
  const args = [of, grammar.expression(cursor)]
  if (cursor.accept('FOR')) args.push(grammar.expression(cursor))
  cursor.expect(')')
  return call(placeOf(token), 'substring', args)
}

/** A call that another form stands for. */
export function call(place: Place, name: string, args: readonly ExpressionNode[]): CallNode {
  return { ...placeOf(place), kind: 'call', name, args, isStar: false, isDistinct: false, orderBy: [] }
}
