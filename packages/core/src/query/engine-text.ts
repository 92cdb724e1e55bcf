import type { SqlType } from './sql-type.ts'

/*
 * How values stand in the engine:
 *
 *   timestamp with time zone        STRUCT(u TIMESTAMP, z VARCHAR): the instant in UTC and the zone to show it in, which
 *                                   the engine's own type does not keep
 *   interval day to second          BIGINT, milliseconds
 *   interval year to month          BIGINT, months
 *   row field without a name        named f<n>, from 1
 *   ipaddress                       BLOB of 16 bytes, see ip-address.ts
 *
 * Everything else is the engine's own type.
 */

/** The engine's name of the type that holds such values. */
export function engineType(type: SqlType): string {
  switch (type.kind) {
    case 'real':
      return 'FLOAT'
    case 'varbinary':
    case 'ipaddress':
      return 'BLOB'
    case 'unknown':
      return 'INTEGER'
    case 'interval day to second':
    case 'interval year to month':
      return 'BIGINT'
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`
    case 'timestamp':
      return 'TIMESTAMP'
    case 'timestamp with time zone':
      return 'STRUCT(u TIMESTAMP, z VARCHAR)'
    case 'array':
      return `${engineType(type.element)}[]`
    case 'map':
      return `MAP(${engineType(type.key)}, ${engineType(type.value)})`
    case 'row':
      return `STRUCT(${type.fields.map((_, index) => `${quotedName(fieldName(type, index))} ${engineType(typeAt(type, index))}`).join(', ')})`
    default:
      return type.kind.toUpperCase()
  }
}

type Row = Extract<SqlType, { kind: 'row' }>

/** What the engine calls the field at this place, counted from 0. */
export function fieldName(row: Row, index: number): string {
  return row.fields[index]?.name ?? `f${index + 1}`
}

function typeAt(row: Row, index: number): SqlType {
  return row.fields[index]?.type ?? { kind: 'unknown' }
}

/** A name in the engine's text. Zero bytes can't stand in it: the tokenizer refuses them. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A string literal. Zero bytes can't stand in the engine's text. */
export function quotedText(text: string): string {
  if (!text.includes('\0')) return `'${text.replaceAll("'", "''")}'`
  return `(${text
    .split('\0')
    .map((part) => quotedText(part))
    .join(' || chr(0) || ')})`
}

/** A text this long is worth a name when it is needed more than once. */
const longTextChars = 120

/**
 * `emit` over texts that may be long: where it says them more than once, they are worked out once and given names, or
 * calls in calls would double the statement at every level.
 */
export function withShort(texts: readonly string[], emit: (...texts: string[]) => string): string {
  const whole = emit(...texts)
  const long = texts.filter((text) => text.length > longTextChars)
  if (long.length === 0 || whole.length < 2 * long.reduce((sum, text) => sum + text.length, 0)) return whole
  // One more than any name in it, so that names never hide each other.
  const depth = 1 + Math.max(0, ...[...whole.matchAll(/\blet(\d+)\b/g)].map((found) => Number(found[1])))
  const name = `let${depth}`
  const short = texts.map((text) => (text.length > longTextChars ? `${name}.v${long.indexOf(text)}` : text))
  const parts = long.map((text, index) => `'v${index}': ${text}`)
  return `list_transform([{${parts.join(', ')}}], lambda ${name}: ${emit(...short)})[1]`
}

/** How the message of a text begins that is no address. */
export const addressFailure = 'Cannot cast value to IPADDRESS: '

/**
 * Whether the engine lets a text stand in TRY: it does not take queries and what differs at every call, and has been
 * seen to crash where addresses fail in it.
 */
export function isTriable(text: string): boolean {
  if (text.includes(addressFailure)) return false
  return !/\bSELECT\b|\b(?:random|uuid)\(\)/.test(text.replaceAll(/'(?:[^']|'')*'/g, ''))
}

/**
 * A value of `type` that fails when it is evaluated. Told by a cast that can't succeed, because the engine's `error()`
 * can't stand in TRY; `readEngineError` finds the message again.
 */
export function failing(message: string, type: SqlType): string {
  return failingWith(quotedText(message), type)
}

/** As `failing`, with a message that is an expression. */
export function failingWith(message: string, type: SqlType): string {
  return `CAST(CAST(CAST('${failureMark}' || ${message} || '${failureMark}' AS INTEGER) AS VARCHAR) AS ${engineType(type)})`
}

/** Stands around messages of ours in the engine's. */
export const failureMark = '¦'
