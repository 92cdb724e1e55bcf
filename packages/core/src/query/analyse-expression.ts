import { analyseCall } from './analyse-call.ts'
import { analyseJsonCall } from './analyse-json-call.ts'
import { analyseLiteral } from './analyse-literal.ts'
import { analysePredicate, asCondition, coerceTo } from './analyse-predicate.ts'
import { type Surroundings, textMax } from './analysis.ts'
import { castText, tryCastText } from './cast.ts'
import { coerce, commonType, isInteger } from './coercion.ts'
import { engineType, fieldName, isTriable, quotedName, withShort } from './engine-text.ts'
import { arraySubscript, calendarField, mapSubscript, zoned } from './functions/index.ts'
import { calculate, compare, concatenate, fieldOf } from './operators.ts'
import { type Place, refuse, refuseUnsupported } from './refusal.ts'
import { findField, unresolved } from './scope.ts'
import { bigint, type SqlType, sameType, typeText, varchar } from './sql-type.ts'
import type { ExpressionNode, Name } from './syntax-tree.ts'
import type { Typed } from './typed.ts'

/**
 * Understands an expression where it stands: what its names mean, its type, and its text for the engine.
 *
 * @throws Refusal in Trino's words
 */
export function analyseExpression(node: ExpressionNode, at: Surroundings): Typed {
  const grouped = groupedText(node, at)
  if (grouped !== undefined) return grouped
  const typed = analyseNode(node, at)
  if (typed.text.length > textMax) refuse(node, 'statement is too large')
  return typed
}

/** Whether this is, as a whole, one of the things that the query groups by. */
function groupedText(node: ExpressionNode, at: Surroundings): Typed | undefined {
  if (at.grouping === undefined || at.grouping.size === 0 || holdsQuery(node)) return undefined
  const { grouping, ...ungrouped } = at
  const whole = analyseNode(node, { ...ungrouped, isProbe: true })
  const text = grouping.get(whole.text)
  return text === undefined ? undefined : { type: whole.type, text }
}

const queryKinds = new Set(['in-query', 'exists', 'scalar-query', 'quantified'])
const literalKinds = new Set(['null', 'boolean', 'string', 'number', 'interval', 'typed-literal', 'lambda'])

/** Whether trying it on its own is useless: a query is never grouped by, a literal needs no grouping. */
function holdsQuery(node: ExpressionNode): boolean {
  return queryKinds.has(node.kind) || literalKinds.has(node.kind)
}

function analyseNode(node: ExpressionNode, around: Surroundings): Typed {
  const at = node.kind === 'name' || node.kind === 'field' ? around : wantingAll(around)
  const analyse = (part: ExpressionNode) => analyseExpression(part, at)
  switch (node.kind) {
    case 'null':
    case 'boolean':
    case 'string':
    case 'number':
    case 'interval':
    case 'typed-literal':
      return analyseLiteral(node)
    case 'name':
      return analyseName(node.name, at)
    case 'field':
      return analyseField(node, at)
    case 'subscript':
      return analyseSubscript(node, analyse(node.of), analyse(node.index))
    case 'call':
      return analyseCall(node, at, analyseExpression)
    case 'json-call':
      return analyseJsonCall(node, at, analyseExpression)
    case 'lambda':
      return refuse(node, 'Lambda expression should always be used inside a function')
    case 'cast':
      return analyseCast(node, analyse(node.of))
    case 'case':
      return analyseCase(node, at)
    case 'array': {
      const elements = node.elements.map(analyse)
      const type = commonOf(node, elements, 'All ARRAY elements')
      const texts = elements.map((element) => coerce(element, type).text)
      return { type: { kind: 'array', element: type }, text: `CAST([${texts.join(', ')}] AS ${engineType(type)}[])` }
    }
    case 'row': {
      const elements = node.elements.map(analyse)
      const type: SqlType = { kind: 'row', fields: elements.map((element) => ({ type: element.type })) }
      const parts = elements.map((element, index) => `${quotedName(fieldName(type, index))} := ${element.text}`)
      return { type, text: `struct_pack(${parts.join(', ')})` }
    }
    case 'arithmetic':
      return calculate(node, node.operator, analyse(node.left), analyse(node.right))
    case 'negate':
      return negate(node, analyse(node.of))
    case 'concat':
      return concatenate(node, analyse(node.left), analyse(node.right))
    case 'extract': {
      const of = analyse(node.of)
      const text = calendarField(node.field, of.type, of.text)
      if (text === undefined) refuse(node, `Cannot extract ${node.field} from ${typeText(of.type)}`)
      return { type: bigint, text }
    }
    case 'at-time-zone': {
      const of = coerceTo(node, analyse(node.of), { kind: 'timestamp with time zone', precision: 3 })
      const zone = coerceTo(node, analyse(node.zone), varchar)
      return { type: of.type, text: zoned(`${of.text}.u`, zone.text, of.text) }
    }
    default:
      return analysePredicate(node, at, analyseExpression)
  }
}

/** Where all of an expression is wanted. */
function wantingAll({ wanted: _, ...at }: Surroundings): Surroundings {
  return at
}

/** An expression that must be true or false. @throws Refusal when it is neither */
export function condition(node: ExpressionNode, at: Surroundings, where: string): Typed {
  return asCondition(node, analyseExpression(node, at), where)
}

function analyseName(name: Name, at: Surroundings): Typed {
  const found = findField(at.scope, name)
  if (found === undefined) return unresolved(name, name.text)
  return fieldTyped(found, name, name.text, at)
}

function fieldTyped(
  found: NonNullable<ReturnType<typeof findField>>,
  place: Place,
  shown: string,
  at: Surroundings,
): Typed {
  const { field, isLocal } = found
  field.read?.(at.wanted)
  if (isLocal && at.grouping !== undefined) {
    const text = at.grouping.get(field.text)
    if (text === undefined) refuse(place, `'${shown}' must be an aggregate expression or appear in GROUP BY clause`)
    return { type: field.type, text }
  }
  return { type: field.type, text: field.text }
}

/** `t.column` where `t` is a relation, else a field of a row. */
function analyseField(node: Extract<ExpressionNode, { kind: 'field' }>, at: Surroundings): Typed {
  const path = namePath(node)
  const [relation, column] = path ?? []
  if (relation !== undefined && column !== undefined && path?.length === 2) {
    const found = findField(at.scope, column, relation)
    if (found !== undefined) return fieldTyped(found, relation, `${relation.text}.${column.text}`, at)
    if (findField(at.scope, relation) === undefined) unresolved(relation, `${relation.text}.${column.text}`)
  }
  if (path !== undefined && relation !== undefined && column !== undefined && path.length > 2) {
    const isKnown = findField(at.scope, relation) ?? findField(at.scope, column, relation)
    if (isKnown === undefined) unresolved(relation, path.map((part) => part.text).join('.'))
  }
  const of = analyseExpression(node.of, { ...at, wanted: [node.name.key, ...(at.wanted ?? [])] })
  if (of.type.kind !== 'row') {
    refuse(
      node,
      `Expression ${
        namePath(node.of)
          ?.map((part) => part.text)
          .join('.') ?? ''
      } is not of type ROW`,
    )
  }
  const index = of.type.fields.findIndex((field) => field.name === node.name.key)
  if (index === -1) {
    const shown = path?.map((part) => part.text).join('.') ?? node.name.text
    refuse(
      node,
      path === undefined ? `Field '${node.name.text}' cannot be resolved` : `Column '${shown}' cannot be resolved`,
    )
  }
  return fieldOf(of, index)
}

/** `a.b.c` as its names; `undefined` when something else stands before a dot. */
export function namePath(node: ExpressionNode): readonly Name[] | undefined {
  if (node.kind === 'name') return [node.name]
  if (node.kind !== 'field') return undefined
  const before = namePath(node.of)
  return before && [...before, node.name]
}

function analyseSubscript(place: Place, of: Typed, index: Typed): Typed {
  switch (of.type.kind) {
    case 'array': {
      if (!isInteger(index.type)) break
      const { element } = of.type
      return { type: element, text: withShort([of.text, index.text], (list, at) => arraySubscript(list, at, element)) }
    }
    case 'map': {
      const key = commonType(index.type, of.type.key)
      if (key === undefined || !sameType(key, of.type.key)) break
      const { value } = of.type
      const texts = [of.text, coerce(index, key).text]
      return { type: value, text: withShort(texts, (map, at) => mapSubscript(map, at, value)) }
    }
    case 'row': {
      const number = /^\d+$/.test(index.text) ? Number(index.text) : 0
      if (number < 1 || number > of.type.fields.length) {
        refuse(place, `Invalid subscript index: ${index.text}. ROW indices start at 1`)
      }
      return fieldOf(of, number - 1)
    }
  }
  refuse(place, `Cannot use ${typeText(index.type)} for subscript of ${typeText(of.type)}`)
}

function analyseCast(node: Extract<ExpressionNode, { kind: 'cast' }>, of: Typed): Typed {
  const text = (node.isTry ? tryCastText : castText)(of.text, of.type, node.type)
  if (text === undefined) {
    refuse(node, `Cannot cast ${typeText(of.type)} to ${typeText(node.type)}`)
  }
  if (text.startsWith('TRY(') && !isTriable(text)) refuseUnsupported(node, 'TRY_CAST of a subquery or a random value')
  return {
    type: node.type,
    text,
    ...(of.isConstant === true && { isConstant: true }),
    ...(of.literal !== undefined && node.type.kind === 'varchar' && { literal: of.literal }),
  }
}

function analyseCase(node: Extract<ExpressionNode, { kind: 'case' }>, at: Surroundings): Typed {
  const operand = node.operand && analyseExpression(node.operand, at)
  const whens = node.whens.map(({ when }) =>
    operand === undefined
      ? condition(when, at, 'CASE WHEN clause').text
      : compare(when, '=', operand, analyseExpression(when, at)).text,
  )
  const values = node.whens.map(({ value }) => analyseExpression(value, at))
  const otherwise: Typed =
    node.otherwise === undefined ? { type: { kind: 'unknown' }, text: 'NULL' } : analyseExpression(node.otherwise, at)
  const type = commonOf(node, [...values, otherwise], 'All CASE results')
  const parts = whens.map((when, index) => `WHEN ${when} THEN ${coerce(values[index] ?? otherwise, type).text}`)
  return { type, text: `CASE ${parts.join(' ')} ELSE ${coerce(otherwise, type).text} END` }
}

/** @throws Refusal when there is none */
export function commonOf(place: Place, values: readonly Typed[], what: string): SqlType {
  let type: SqlType = { kind: 'unknown' }
  for (const value of values) {
    const common = commonType(type, value.type)
    if (common === undefined)
      refuse(
        place,
        `${what} must be the same type or coercible to a common type. Cannot find common type between ${typeText(type)} and ${typeText(value.type)}`,
      )
    type = common
  }
  return type
}

function negate(place: Place, of: Typed): Typed {
  const isNegatable = [
    'tinyint',
    'smallint',
    'integer',
    'bigint',
    'real',
    'double',
    'decimal',
    'interval day to second',
    'interval year to month',
    'unknown',
  ].includes(of.type.kind)
  if (!isNegatable) refuse(place, `Cannot negate ${typeText(of.type)}`)
  return { type: of.type, text: `(-${of.text})`, ...(of.isConstant === true && { isConstant: true }) }
}
