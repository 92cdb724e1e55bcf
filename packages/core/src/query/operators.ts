import { castText } from './cast.ts'
import { asDecimal, coerce, commonType, isInteger, isNumber, isTime } from './coercion.ts'
import { engineType, failing, fieldName, quotedText, withShort } from './engine-text.ts'
import { fromLocal, localTime, zoned } from './functions/time-text.ts'
import { type Place, refuse, refuseUnsupported } from './refusal.ts'
import { bigint, boolean, type SqlType, sameType, timestamp, typeText, varchar } from './sql-type.ts'
import type { ArithmeticOperator, ComparisonOperator } from './syntax-tree.ts'
import { offsetMs, readTimeLiteral } from './time-literal.ts'
import type { Typed } from './typed.ts'

type Row = Extract<SqlType, { kind: 'row' }>

/** @throws Refusal when the two can't be compared */
export function compare(place: Place, operator: ComparisonOperator, one: Typed, other: Typed): Typed {
  const [left, right] = alike(place, one, other, operator)
  return { type: boolean, text: comparisonText(place, operator, left, right) }
}

/**
 * Both as values of one type. Where one is a time and the other a text, the text is read as a time: Lake does so, Trino
 * does not.
 */
export function alike(place: Place, one: Typed, other: Typed, operator: string): readonly [Typed, Typed] {
  const type = commonType(one.type, other.type)
  if (type !== undefined) return [coerce(one, type), coerce(other, type)]
  if (isTime(one.type) && other.type.kind === 'varchar') return alike(place, one, asTime(place, other), operator)
  if (isTime(other.type) && one.type.kind === 'varchar') return alike(place, asTime(place, one), other, operator)
  refuse(place, `Cannot apply operator: ${typeText(one.type)} ${operator} ${typeText(other.type)}`)
}

function asTime(place: Place, text: Typed): Typed {
  if (text.literal === undefined) {
    return { type: timestamp, text: castText(text.text, varchar, timestamp) ?? text.text }
  }
  const read = readTimeLiteral(text.literal)
  const offset = read?.zone === undefined ? 0 : offsetMs(read.zone)
  if (read === undefined || offset === undefined) refuse(place, `Value cannot be cast to timestamp: ${text.literal}`)
  const shift = offset === 0 ? '' : ` - to_milliseconds(${offset})`
  return {
    type: { kind: 'timestamp', precision: Math.max(3, read.precision) },
    text: `(TIMESTAMP ${quotedText(read.text)}${shift})`,
    isConstant: true,
  }
}

function comparisonText(place: Place, operator: ComparisonOperator, left: Typed, right: Typed): string {
  const { type } = left
  const isEquality = operator === '=' || operator === '<>'
  if (!isEquality) requireOrderable(place, type)
  if (type.kind === 'row') {
    if (!isEquality) refuseUnsupported(place, `the operator ${operator} between rows`)
    const equal = type.fields.map((_, index) => comparisonText(place, '=', fieldOf(left, index), fieldOf(right, index)))
    return operator === '=' ? `(${equal.join(' AND ')})` : `(NOT (${equal.join(' AND ')}))`
  }
  if (type.kind === 'array' && isEquality) {
    const equal = withShort([left.text, right.text], equalLists)
    return operator === '=' ? equal : `(NOT ${equal})`
  }
  return `(${comparable(left)} ${operator} ${comparable(right)})`
}

/** With a NULL on either side, lists are equal, unequal or neither, as their other elements tell. */
function equalLists(a: string, b: string): string {
  const hasNull = (list: string) => `len(list_filter(${list}, lambda e: e IS NULL)) > 0`
  const differs = `len(list_filter(range(1, len(${a}) + 1), lambda i: list_extract(${a}, i) <> list_extract(${b}, i))) > 0`
  return (
    `(CASE WHEN len(${a}) <> len(${b}) THEN FALSE WHEN ${hasNull(a)} OR ${hasNull(b)} ` +
    `THEN CASE WHEN ${differs} THEN FALSE END ELSE ${a} = ${b} END)`
  )
}

/** @throws Refusal for what has no order */
export function requireOrderable(place: Place, type: SqlType): void {
  if (type.kind === 'map' || type.kind === 'json') {
    refuse(place, `Type ${typeText(type)} is not orderable, and therefore cannot be compared or used in ORDER BY`)
  }
  if (type.kind === 'array') requireOrderable(place, type.element)
  if (type.kind === 'row') for (const field of type.fields) requireOrderable(place, field.type)
}

/** A field of a row, by its place from 0. */
export function fieldOf(row: Typed, index: number): Typed {
  const type = row.type as Row
  const name = fieldName(type, index)
  return { type: type.fields[index]?.type ?? boolean, text: `struct_extract(${row.text}, ${quotedText(name)})` }
}

/** The text to compare, group and sort by: equal exactly where Trino finds the values equal. */
export function comparable({ type, text }: Typed): string {
  if (type.kind === 'timestamp with time zone') return `${text}.u`
  // The engine's maps are equal only with their keys in the same order.
  if (type.kind === 'map') return sortedMap(text)
  return text
}

/** A map with its keys in order. */
export function sortedMap(text: string): string {
  return `map_from_entries(list_sort(map_entries(${text})))`
}

/** @throws Refusal when the operator does not know the types */
export function calculate(place: Place, operator: ArithmeticOperator, left: Typed, right: Typed): Typed {
  const isNumeric = (type: SqlType) => isNumber(type) || type.kind === 'unknown'
  if (isNumeric(left.type) && isNumeric(right.type)) return calculateNumbers(operator, left, right)
  const result = calculateTimes(place, operator, left, right)
  if (result !== undefined) return result
  refuse(place, `Cannot apply operator: ${typeText(left.type)} ${operator} ${typeText(right.type)}`)
}

function calculateNumbers(operator: ArithmeticOperator, one: Typed, other: Typed): Typed {
  const keep = one.isConstant && other.isConstant ? { isConstant: true } : {}
  const common = commonType(one.type, other.type) ?? bigint
  const type: SqlType = common.kind === 'unknown' ? bigint : common
  if (type.kind === 'decimal') return { ...calculateDecimals(operator, one, other), ...keep }
  const [a, b] = [coerce(one, type).text, coerce(other, type).text]
  if (operator === '/' || operator === '%') {
    if (!isInteger(type)) {
      const text = operator === '/' ? `(${a} / ${b})` : `fmod(${a}, ${b})`
      return { type, text, ...keep }
    }
    const engine = operator === '/' ? '//' : '%'
    return { type, text: divided(b, type, `(${a} ${engine} ${b})`), ...keep }
  }
  return { type, text: `CAST(${a} ${operator} ${b} AS ${engineType(type)})`, ...keep }
}

function divided(divisor: string, type: SqlType, text: string): string {
  if (/^[1-9]\d*$/.test(divisor)) return text
  return `CASE WHEN ${divisor} = 0 THEN ${failing('Division by zero', type)} ELSE ${text} END`
}

/** @source Trino documentation, "Decimal functions and operators": result types */
function calculateDecimals(operator: ArithmeticOperator, one: Typed, other: Typed): Typed {
  const [a, b] = [asDecimal(one.type), asDecimal(other.type)]
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale)
  const of = (precision: number, scale: number): SqlType => ({
    kind: 'decimal',
    precision: Math.min(38, precision),
    scale,
  })
  const cast = (type: SqlType, text: string): Typed => ({ type, text: `CAST(${text} AS ${engineType(type)})` })
  const [x, y] = [coerce(one, a).text, coerce(other, b).text]
  switch (operator) {
    case '+':
    case '-': {
      const scale = Math.max(a.scale, b.scale)
      return cast(of(whole + scale + 1, scale), `${x} ${operator} ${y}`)
    }
    case '*':
      return cast(of(a.precision + b.precision, a.scale + b.scale), `${x} * ${y}`)
    case '%': {
      const scale = Math.max(a.scale, b.scale)
      const type = of(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale)
      return { type, text: divided(y, type, `CAST(${x} % ${y} AS ${engineType(type)})`) }
    }
    case '/': {
      const scale = Math.max(a.scale, b.scale)
      const type = of(a.precision + b.scale + Math.max(b.scale - a.scale, 0), scale)
      const quotient = `CAST(round(CAST(${x} AS DOUBLE) / CAST(${y} AS DOUBLE), ${scale}) AS ${engineType(type)})`
      return { type, text: divided(y, type, quotient) }
    }
  }
}

const dayTime = 'interval day to second'
const yearMonth = 'interval year to month'

function calculateTimes(place: Place, operator: ArithmeticOperator, left: Typed, right: Typed): Typed | undefined {
  if (operator === '+' && isTime(right.type) && !isTime(left.type)) return calculateTimes(place, '+', right, left)
  if (operator === '+' || operator === '-') {
    if (isTime(left.type) && (right.type.kind === dayTime || right.type.kind === yearMonth)) {
      return moved(operator, left, right)
    }
    if (operator === '-' && isTime(left.type) && isTime(right.type)) {
      const type = commonType(left.type, right.type) ?? left.type
      const [a, b] = [coerce(left, type), coerce(right, type)].map(comparable)
      return { type: { kind: dayTime }, text: `date_diff('millisecond', ${b}, ${a})` }
    }
    if (left.type.kind === right.type.kind && (left.type.kind === dayTime || left.type.kind === yearMonth)) {
      return { type: left.type, text: `(${left.text} ${operator} ${right.text})` }
    }
  }
  if (operator === '*' && isInteger(left.type)) return calculateTimes(place, operator, right, left)
  if ((left.type.kind === dayTime || left.type.kind === yearMonth) && isInteger(right.type)) {
    if (operator === '*') return { type: left.type, text: `(${left.text} * ${right.text})` }
    if (operator === '/')
      return { type: left.type, text: divided(right.text, bigint, `(${left.text} // ${right.text})`) }
  }
  return undefined
}

function moved(operator: '+' | '-', time: Typed, interval: Typed): Typed {
  const isMonths = interval.type.kind === yearMonth
  const step = isMonths ? `to_months(CAST(${interval.text} AS INTEGER))` : `to_milliseconds(${interval.text})`
  if (time.type.kind === 'date') {
    const sum = `CAST(${time.text} ${operator} ${step} AS DATE)`
    const message = 'Cannot add hour, minutes or seconds to a date'
    return {
      type: time.type,
      text: isMonths
        ? sum
        : `CASE WHEN ${interval.text} % 86400000 <> 0 THEN ${failing(message, time.type)} ELSE ${sum} END`,
    }
  }
  if (time.type.kind === 'timestamp') {
    const type: SqlType = isMonths ? time.type : { ...time.type, precision: Math.max(3, time.type.precision) }
    return { type, text: `(${time.text} ${operator} ${step})` }
  }
  // Months are those of the zone's calendar, milliseconds those of the instant.
  if (isMonths) {
    const text = withShort([time.text], (x) =>
      fromLocal('timestamptz', `(${localTime('timestamptz', x)} ${operator} ${step})`, x),
    )
    return { type: time.type, text }
  }
  return { type: time.type, text: withShort([time.text], (x) => zoned(`${x}.u ${operator} ${step}`, `${x}.z`, x)) }
}

/** `a || b` over texts, arrays, and an array with an element. */
export function concatenate(place: Place, left: Typed, right: Typed): Typed {
  if (left.type.kind === 'array' || right.type.kind === 'array') {
    const asArray = (part: Typed): Typed =>
      part.type.kind === 'array' ? part : { type: { kind: 'array', element: part.type }, text: `[${part.text}]` }
    const isBoth = left.type.kind === 'array' && right.type.kind === 'array'
    const [a, b] = [asArray(left), asArray(right)]
    const type = commonType(a.type, b.type)
    if (type !== undefined) {
      const [x, y] = [coerce(a, type).text, coerce(b, type).text]
      const nulls = [left, right]
        .filter((part) => isBoth || part.type.kind === 'array')
        .map((part) => `${part.text} IS NULL`)
      return { type, text: `CASE WHEN ${nulls.join(' OR ')} THEN NULL ELSE list_concat(${x}, ${y}) END` }
    }
  }
  const isText = (type: SqlType) => type.kind === 'varchar' || type.kind === 'unknown'
  if (isText(left.type) && isText(right.type)) return { type: varchar, text: `(${left.text} || ${right.text})` }
  if (left.type.kind === 'varbinary' && sameType(left.type, right.type)) {
    return { type: left.type, text: `(${left.text} || ${right.text})` }
  }
  refuse(
    place,
    `Unexpected parameters (${typeText(left.type)}, ${typeText(right.type)}) for function concat. Expected: concat(array(E), E), concat(E, array(E)), concat(array(E)), concat(varchar), concat(varbinary)`,
  )
}
