import { castText } from './cast.ts'
import { quotedText } from './engine-text.ts'
import { isAddress } from './ip-address.ts'
import { type Place, refuse, refuseUnsupported } from './refusal.ts'
import { boolean, double, type SimpleKind, type SqlType, unknown, varchar } from './sql-type.ts'
import type { ExpressionNode } from './syntax-tree.ts'
import { offsetMs, readTimeLiteral } from './time-literal.ts'
import type { Typed } from './typed.ts'

type LiteralNode = Extract<
  ExpressionNode,
  { kind: 'null' | 'boolean' | 'string' | 'number' | 'interval' | 'typed-literal' }
>

/** @throws Refusal for what is no value of its type */
export function analyseLiteral(node: LiteralNode): Typed {
  switch (node.kind) {
    case 'null':
      return { type: unknown, text: 'NULL', isConstant: true }
    case 'boolean':
      return { type: boolean, text: node.value ? 'TRUE' : 'FALSE', isConstant: true }
    case 'string':
      return { type: varchar, text: quotedText(node.text), literal: node.text, isConstant: true }
    case 'number':
      return analyseNumber(node, node.form, node.text)
    case 'interval':
      return analyseInterval(node)
    case 'typed-literal':
      return analyseTyped(node, node.type, node.text)
  }
}

const integerMax = 2n ** 31n - 1n
const bigintMax = 2n ** 63n - 1n

function analyseNumber(place: Place, form: 'integer' | 'decimal' | 'double', text: string): Typed {
  if (form === 'double') return { type: double, text: `CAST(${text} AS DOUBLE)`, isConstant: true }
  if (form === 'integer') {
    const value = BigInt(text)
    if (value > bigintMax) refuse(place, `Invalid numeric literal: ${text}`)
    const kind = value > integerMax ? 'bigint' : 'integer'
    return { type: { kind }, text: value.toString(), isConstant: true }
  }
  const [whole = '', fraction = ''] = text.split('.')
  const digits = whole.replace(/^0+/, '')
  const precision = Math.max(1, digits.length + fraction.length)
  if (precision > 38) refuse(place, `Invalid numeric literal: ${text}`)
  const type: SqlType = { kind: 'decimal', precision, scale: fraction.length }
  return {
    type,
    text: `CAST(${quotedText(text)} AS DECIMAL(${precision}, ${fraction.length}))`,
    isConstant: true,
  }
}

const unitMs: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

function analyseInterval(node: Extract<ExpressionNode, { kind: 'interval' }>): Typed {
  if (node.toUnit !== undefined) refuseUnsupported(node, `INTERVAL … ${node.unit} TO ${node.toUnit}`)
  const sign = node.isNegative ? -1 : 1
  const unit = node.unit
  const isMonths = unit === 'year' || unit === 'month'
  const value = Number(node.text)
  const isNumber = unit === 'second' ? /^-?\d+(\.\d{1,3})?$/.test(node.text) : /^-?\d+$/.test(node.text)
  if (!isNumber) refuse(node, `'${node.text}' is not a valid INTERVAL literal`)
  if (isMonths) {
    const months = sign * value * (unit === 'year' ? 12 : 1)
    return { type: { kind: 'interval year to month' }, text: `CAST(${months} AS BIGINT)`, isConstant: true }
  }
  const factor = unitMs[unit]
  if (factor === undefined)
    refuse(node, `mismatched input '${unit}'. Expecting: 'DAY', 'HOUR', 'MINUTE', 'MONTH', 'SECOND', 'WEEK', 'YEAR'`)
  const ms = Math.round(sign * value * factor)
  return { type: { kind: 'interval day to second' }, text: `CAST(${ms} AS BIGINT)`, isConstant: true }
}

const castable: readonly SimpleKind[] = [
  'bigint',
  'integer',
  'smallint',
  'tinyint',
  'double',
  'real',
  'boolean',
  'varchar',
  'ipaddress',
]

function analyseTyped(place: Place, name: string, text: string): Typed {
  if (name === 'timestamp') return analyseTimestamp(place, text)
  if (name === 'date') {
    const read = readTimeLiteral(text)
    if (read === undefined || !read.isDate || read.zone !== undefined) {
      refuse(place, `'${text}' is not a valid DATE literal`)
    }
    return { type: { kind: 'date' }, text: `DATE '${read.text.slice(0, 10)}'`, isConstant: true }
  }
  if (name === 'json') return { type: { kind: 'json' }, text: `json(${quotedText(text)})`, isConstant: true }
  if (name === 'decimal') {
    const found = /^([+-]?)(\d*)\.?(\d*)$/.exec(text)
    const [sign = '', whole = '', fraction = ''] = found?.slice(1) ?? []
    if (!found || whole + fraction === '') refuse(place, `Invalid numeric literal: ${text}`)
    const number = analyseNumber(place, 'decimal', `${whole}.${fraction}`)
    return sign === '-' ? { ...number, text: `(-${number.text})` } : number
  }
  const kind = castable.find((one) => one === name)
  if (kind === undefined) refuse(place, `Unknown type: ${name}`)
  const isRead = kind !== 'ipaddress' || isAddress(text)
  const read = isRead ? castText(quotedText(text), varchar, { kind }) : undefined
  if (read === undefined) refuse(place, `'${text}' is not a valid ${name.toUpperCase()} literal`)
  return { type: { kind }, text: read, isConstant: true, ...(kind === 'varchar' && { literal: text }) }
}

function analyseTimestamp(place: Place, text: string): Typed {
  const read = /\dT/.test(text) ? undefined : readTimeLiteral(text)
  if (read === undefined) refuse(place, `'${text}' is not a valid TIMESTAMP literal`)
  const local = `TIMESTAMP '${read.text}'`
  if (read.zone === undefined) {
    return { type: { kind: 'timestamp', precision: read.precision }, text: local, isConstant: true }
  }
  const zone = quotedText(read.zone)
  const offset = offsetMs(read.zone)
  const instant =
    offset === undefined ? `timezone('UTC', timezone(${zone}, ${local}))` : `(${local} - to_milliseconds(${offset}))`
  return {
    type: { kind: 'timestamp with time zone', precision: read.precision },
    text: `{'u': ${instant}, 'z': ${zone}}`,
    isConstant: true,
  }
}
