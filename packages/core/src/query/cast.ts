import { fromJson, toJson } from './cast-json.ts'
import { coerce, isCoercible, isInteger, isNumber, isTime } from './coercion.ts'
import { engineType, failingWith, fieldName, quotedName, quotedText, withShort } from './engine-text.ts'
import { instantOf, localTime, timeKind, zoned } from './functions/time-text.ts'
import { addressFromBytes, addressFromText, addressOrNull, addressToText } from './ip-address.ts'
import type { SqlType } from './sql-type.ts'
import { sameType } from './sql-type.ts'

/**
 * The text of CAST(`text` AS `to`), as Trino casts; `undefined` when it has no such cast or this has not.
 *
 * @source Trino documentation, "Conversion functions", "JSON functions and operators"
 */
export function castText(text: string, from: SqlType, to: SqlType): string | undefined {
  if (plainCastText('x', from, to) === undefined) return undefined
  return withShort([text], (short) => plainCastText(short, from, to) ?? short)
}

/**
 * The text of TRY_CAST(`text` AS `to`), NULL where the cast fails. Texts are judged beforehand: where a row fails the
 * engine starts anew row by row, some 20 µs each, and has been seen to crash.
 */
export function tryCastText(text: string, from: SqlType, to: SqlType): string | undefined {
  if (from.kind === 'varchar' && quiet.has(to.kind)) {
    return withShort([text], (short) => fromText(short, to, { isTry: true }) ?? short)
  }
  const whole = castText(text, from, to)
  return whole && `TRY(${whole})`
}

/** What a text is cast to without a failure, if asked so. */
const quiet: ReadonlySet<SqlType['kind']> = new Set([
  ...(['tinyint', 'smallint', 'integer', 'bigint', 'double', 'real', 'decimal', 'boolean'] as const),
  ...(['varbinary', 'ipaddress', 'date', 'timestamp'] as const),
])

function plainCastText(text: string, from: SqlType, to: SqlType): string | undefined {
  if (sameType(from, to)) return text
  if (from.kind === 'unknown') return `CAST(NULL AS ${engineType(to)})`
  if (to.kind === 'json') return toJson(text, from, castText)
  if (from.kind === 'json') return fromJson(text, to, castText)
  if (to.kind === 'varchar') return toText(text, from)
  if (from.kind === 'varchar') return fromText(text, to)
  if (from.kind === 'varbinary' && to.kind === 'ipaddress') return addressFromBytes(text)
  if (from.kind === 'ipaddress' && to.kind === 'varbinary') return text
  if (isTime(from) && isTime(to)) return betweenTimes(text, from, to)
  if (isNumber(from) && isNumber(to)) return betweenNumbers(text, from, to)
  if (from.kind === 'boolean' && isNumber(to)) return `CAST(${text} AS ${engineType(to)})`
  if (isNumber(from) && to.kind === 'boolean') return `(${text} <> 0)`
  if (from.kind === 'array' && to.kind === 'array') return castArray(text, from.element, to.element)
  if (from.kind === 'map' && to.kind === 'map') return castMap(text, from, to)
  if (from.kind === 'row' && to.kind === 'row') return castRow(text, from, to)
  return isCoercible(from, to) ? coerce({ text, type: from }, to).text : undefined
}

function cast(text: string, to: SqlType): string {
  return `CAST(${text} AS ${engineType(to)})`
}

function betweenNumbers(text: string, from: SqlType, to: SqlType): string {
  // The engine rounds halves to even.
  if (isInteger(to) && !isInteger(from)) return cast(`round(${text})`, to)
  return cast(text, to)
}

function betweenTimes(text: string, from: SqlType, to: SqlType): string | undefined {
  const kind = timeKind(from)
  if (kind === undefined) return undefined
  if (to.kind === 'timestamp with time zone') return coerce({ text, type: from }, to).text
  const local = cast(localTime(kind, text), to)
  if (to.kind === 'timestamp' && to.precision < 3) {
    return to.precision === 0 ? `date_trunc('second', ${local} + to_milliseconds(500))` : undefined
  }
  return local
}

const integerText = "'\\s*[+-]?[0-9]+\\s*'"
/** What Trino reads as a time: the engine reads more. */
const dateText = "'\\s*[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\\s*'"
const timestampText = "'[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]+)?)?)?'"

/** A zone at the end of a time. */
const zoneText = "' ([A-Za-z][A-Za-z0-9_/+-]*|[+-][0-9]{2}:[0-9]{2})$'"
/** The engine reads more: `yes`, `1_000`, `inf`. */
const valueTexts = {
  double: "'\\s*([+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]?Infinity)\\s*'",
  real: "'\\s*([+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]?Infinity)\\s*'",
  decimal: "'[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?'",
  boolean: "'(?i)(t|true|1|f|false|0)'",
}

const shownTypes: Readonly<Record<string, string>> = {
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INT',
  bigint: 'BIGINT',
}

function fromText(text: string, to: SqlType, { isTry = false } = {}): string | undefined {
  const read = (of: string, type: SqlType) => (isTry ? `TRY_${cast(of, type)}` : cast(of, type))
  const guarded = (of: string, pattern: string, message: string, then: string, type: SqlType) =>
    isTry
      ? `CASE WHEN regexp_full_match(${of}, ${pattern}) THEN ${then} END`
      : `CASE WHEN ${of} IS NULL OR regexp_full_match(${of}, ${pattern}) THEN ${then} ELSE ${failingWith(message, type)} END`
  if (isInteger(to)) {
    const message = `'Cannot cast ''' || ${text} || ''' to ${shownTypes[to.kind]}'`
    return guarded(text, integerText, message, read(text, to), to)
  }
  switch (to.kind) {
    case 'double':
    case 'real':
    case 'boolean':
    case 'decimal': {
      const message = `'Cannot cast ''' || ${text} || ''' to ${to.kind.toUpperCase()}'`
      return guarded(text, valueTexts[to.kind], message, read(text, to), to)
    }
    case 'varbinary':
      return `encode(${text})`
    case 'ipaddress':
      return isTry ? addressOrNull(text) : addressFromText(text)
    case 'date':
      return guarded(text, dateText, `'Value cannot be cast to date: ' || ${text}`, read(text, to), to)
    case 'timestamp': {
      const local = `regexp_replace(trim(${text}), ${zoneText}, '')`
      const padded = `CASE WHEN ${local} SIMILAR TO '.* [0-9]{1,2}:[0-9]{1,2}' THEN ${local} || ':00' ELSE ${local} END`
      const time = betweenTimes(read(padded, to), { kind: 'timestamp', precision: 6 }, to)
      const message = `'Value cannot be cast to timestamp: ' || ${text}`
      return time && guarded(local, timestampText, message, time, to)
    }
    case 'timestamp with time zone': {
      const zone = `CASE WHEN regexp_matches(trim(${text}), ${zoneText}) THEN regexp_extract(trim(${text}), '[^ ]+$') ELSE 'UTC' END`
      const local = fromText(text, { kind: 'timestamp', precision: to.precision })
      return local && zoned(instantOf(`(${local})`, `(${zone})`), zone, text)
    }
    default:
      return undefined
  }
}

function toText(text: string, from: SqlType): string | undefined {
  if (isInteger(from) || from.kind === 'decimal' || from.kind === 'boolean' || from.kind === 'date') {
    return `CAST(${text} AS VARCHAR)`
  }
  if (from.kind === 'double' || from.kind === 'real') return doubleText(text)
  if (from.kind === 'ipaddress') return addressToText(text)
  if (from.kind === 'timestamp') return timestampText3(text, from.precision)
  if (from.kind === 'timestamp with time zone') {
    const local = timestampText3(localTime('timestamptz', text), from.precision)
    return local && `(${local} || ' ' || ${text}.z)`
  }
  return undefined
}

function timestampText3(text: string, precision: number): string | undefined {
  const fraction = { 0: '', 3: '.%g', 6: '.%f' }[precision]
  return fraction === undefined ? undefined : `strftime(${text}, '%Y-%m-%d %H:%M:%S${fraction}')`
}

/**
 * `1.5E0`, as Java writes it: one digit, a point, the digits that tell it from its neighbours, the exponent. The engine's
 * own text has the digits but puts the point elsewhere.
 */
function doubleText(text: string): string {
  const parts =
    `list_transform([CAST(abs(${text}) AS VARCHAR)], lambda t: {'m': regexp_replace(t, 'e.*$', ''), ` +
    `'e': CAST(coalesce(nullif(regexp_extract(t, 'e([+-]?[0-9]+)$', 1), ''), '0') AS INTEGER)})`
  const digits =
    `list_transform(${parts}, lambda t: {'d': ltrim(replace(t.m, '.', ''), '0'), 'e': t.e + strpos(t.m || '.', '.') - 2 ` +
    `- (length(replace(t.m, '.', '')) - length(ltrim(replace(t.m, '.', ''), '0')))})`
  const shown =
    `list_transform(${digits}, lambda t: left(t.d, 1) || '.' || CASE WHEN rtrim(substring(t.d, 2), '0') = '' THEN '0' ` +
    `ELSE rtrim(substring(t.d, 2), '0') END || 'E' || t.e)[1]`
  return (
    `CASE WHEN ${text} IS NULL THEN NULL WHEN isnan(${text}) THEN 'NaN' WHEN isinf(${text}) THEN CASE WHEN ${text} > 0 THEN 'Infinity' ELSE '-Infinity' END ` +
    `WHEN ${text} = 0 THEN '0.0E0' ELSE CASE WHEN ${text} < 0 THEN '-' ELSE '' END || ${shown} END`
  )
}

function castArray(text: string, from: SqlType, to: SqlType): string | undefined {
  const element = castText('e', from, to)
  return element && `list_transform(${text}, lambda e: ${element})`
}

function castMap(
  text: string,
  from: Extract<SqlType, { kind: 'map' }>,
  to: Extract<SqlType, { kind: 'map' }>,
): string | undefined {
  const key = castText('e.key', from.key, to.key)
  const value = castText('e.value', from.value, to.value)
  return (
    key &&
    value &&
    `map_from_entries(list_transform(map_entries(${text}), lambda e: {'key': ${key}, 'value': ${value}}))`
  )
}

function castRow(
  text: string,
  from: Extract<SqlType, { kind: 'row' }>,
  to: Extract<SqlType, { kind: 'row' }>,
): string | undefined {
  if (from.fields.length !== to.fields.length) return undefined
  const parts = to.fields.map((field, index) => {
    const part = `struct_extract(${text}, ${quotedText(fieldName(from, index))})`
    const read = castText(part, from.fields[index]?.type ?? field.type, field.type)
    return read && `${quotedName(fieldName(to, index))} := ${read}`
  })
  if (parts.some((part) => part === undefined)) return undefined
  return `CASE WHEN ${text} IS NULL THEN NULL ELSE struct_pack(${parts.join(', ')}) END`
}
