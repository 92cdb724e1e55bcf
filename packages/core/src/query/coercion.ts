import { engineType, fieldName, quotedName, quotedText } from './engine-text.ts'
import type { SqlType } from './sql-type.ts'
import { sameType } from './sql-type.ts'
import type { Typed } from './typed.ts'

type Decimal = Extract<SqlType, { kind: 'decimal' }>

const integerDigits: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 }
const numberOrder = ['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double']
const timeOrder = ['date', 'timestamp', 'timestamp with time zone']

/** Whole, decimal or floating. */
export function isNumber(type: SqlType): boolean {
  return numberOrder.includes(type.kind)
}

/** A whole number of any size; decimals without a fraction are none. */
export function isInteger(type: SqlType): boolean {
  return type.kind in integerDigits
}

/** A date or timestamp, with a zone or without. */
export function isTime(type: SqlType): boolean {
  return timeOrder.includes(type.kind)
}

/** The decimal that holds every value of an integer type. */
export function asDecimal(type: SqlType): Decimal {
  if (type.kind === 'decimal') return type
  return { kind: 'decimal', precision: integerDigits[type.kind] ?? 38, scale: 0 }
}

/**
 * The type that both can be turned into without being asked, as Trino does.
 *
 * @source Trino documentation, "Type conversion"; TypeCoercion.getCommonSuperType
 */
export function commonType(one: SqlType, other: SqlType): SqlType | undefined {
  if (sameType(one, other)) return one
  if (one.kind === 'unknown') return other
  if (other.kind === 'unknown') return one
  if (isNumber(one) && isNumber(other)) return commonNumber(one, other)
  if (isTime(one) && isTime(other)) return commonTime(one, other)
  if (one.kind === 'array' && other.kind === 'array') {
    const element = commonType(one.element, other.element)
    return element && { kind: 'array', element }
  }
  if (one.kind === 'map' && other.kind === 'map') {
    const key = commonType(one.key, other.key)
    const value = commonType(one.value, other.value)
    return key && value && { kind: 'map', key, value }
  }
  if (one.kind === 'row' && other.kind === 'row' && one.fields.length === other.fields.length) {
    const fields = one.fields.map((field, index) => {
      const others = other.fields[index]
      const type = others && commonType(field.type, others.type)
      return type && { ...(field.name !== undefined && field.name === others?.name && { name: field.name }), type }
    })
    if (fields.every((field) => field !== undefined)) return { kind: 'row', fields }
  }
  return undefined
}

function commonNumber(one: SqlType, other: SqlType): SqlType {
  const later = numberOrder.indexOf(one.kind) >= numberOrder.indexOf(other.kind) ? one : other
  if (later.kind !== 'decimal') return later
  const [a, b] = [asDecimal(one), asDecimal(other)]
  const scale = Math.max(a.scale, b.scale)
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale)
  return { kind: 'decimal', precision: Math.min(38, whole + scale), scale }
}

function commonTime(one: SqlType, other: SqlType): SqlType {
  const precision = Math.max('precision' in one ? one.precision : 0, 'precision' in other ? other.precision : 0)
  const kind = timeOrder[Math.max(timeOrder.indexOf(one.kind), timeOrder.indexOf(other.kind))]
  return { kind: kind === 'timestamp with time zone' ? kind : 'timestamp', precision }
}

/** Whether a value of `from` may stand where `to` is wanted. A decimal or time of any precision fits. */
export function isCoercible(from: SqlType, to: SqlType): boolean {
  if (from.kind === to.kind && (from.kind === 'timestamp' || from.kind === 'timestamp with time zone')) return true
  const common = commonType(from, to)
  return common !== undefined && sameType(common, to)
}

/** The expression as a value of `to`, which it can be turned into. */
export function coerce(expression: Typed, to: SqlType): Typed {
  const { type, text } = expression
  if (sameType(type, to)) return expression
  if (to.kind === 'bigint' && /^\d+$/.test(text)) return { ...expression, type: to }
  const keep = expression.isConstant === true ? { isConstant: true } : {}
  return { type: to, text: coercedText(text, type, to), ...keep }
}

function coercedText(text: string, from: SqlType, to: SqlType): string {
  if (from.kind === 'unknown') return `CAST(NULL AS ${engineType(to)})`
  if (to.kind === 'timestamp with time zone') {
    if (from.kind === to.kind) return text
    return `{'u': CAST(${text} AS TIMESTAMP), 'z': 'UTC'}`
  }
  if (to.kind === 'timestamp' && from.kind === 'timestamp') return text
  if (to.kind === 'row' && from.kind === 'row') return rowText(text, from, to)
  if (to.kind === 'array' && from.kind === 'array' && holdsRows(to.element)) {
    return `list_transform(${text}, lambda e: ${coercedText('e', from.element, to.element)})`
  }
  return `CAST(${text} AS ${engineType(to)})`
}

type Row = Extract<SqlType, { kind: 'row' }>

/** By place, not by name as the engine would. */
function rowText(text: string, from: Row, to: Row): string {
  const parts = to.fields.map((field, index) => {
    const fromType = from.fields[index]?.type ?? field.type
    const part = `struct_extract(${text}, ${quotedText(fieldName(from, index))})`
    return `${quotedName(fieldName(to, index))} := ${sameType(fromType, field.type) ? part : coercedText(part, fromType, field.type)}`
  })
  return `CASE WHEN ${text} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`
}

function holdsRows(type: SqlType): boolean {
  return type.kind === 'row' || type.kind === 'timestamp with time zone'
}
