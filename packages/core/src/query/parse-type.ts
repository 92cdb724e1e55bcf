import type { Cursor } from './cursor.ts'
import { type Place, refuse, refuseUnsupported } from './refusal.ts'
import type { RowField, SimpleKind, SqlType } from './sql-type.ts'

/** As Trino reads a literal or a cast without a precision. */
const defaultPrecision = 3
/** The engine counts microseconds. */
const precisionMax = 6

const simple: Readonly<Record<string, SimpleKind>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'tinyint',
  SMALLINT: 'smallint',
  INTEGER: 'integer',
  INT: 'integer',
  BIGINT: 'bigint',
  REAL: 'real',
  DOUBLE: 'double',
  VARCHAR: 'varchar',
  STRING: 'varchar',
  VARBINARY: 'varbinary',
  DATE: 'date',
  JSON: 'json',
  IPADDRESS: 'ipaddress',
}

/** Types that Trino has and Cairn has not: refused by their names, so that nobody looks for a typing error. */
const unsupported: ReadonlySet<string> = new Set(['CHAR', 'HYPERLOGLOG', 'INTERVAL', 'TIME', 'UUID'])

/**
 * A type, as after CAST(… AS.
 *
 * @throws Refusal
 */
export function parseType(cursor: Cursor): SqlType {
  return cursor.nested(() => {
    let type = parseOneType(cursor)
    while (cursor.accept('ARRAY')) type = { kind: 'array', element: type }
    return type
  })
}

function parseOneType(cursor: Cursor): SqlType {
  const token = cursor.next()
  const kind = simple[token.key]
  if (kind !== undefined) {
    if (kind === 'double') cursor.accept('PRECISION')
    if (kind === 'varchar' && cursor.accept('(')) {
      // A cast to varchar(n) cuts the text, which nothing here does: telling so beats answering the whole text.
      refuseUnsupported(token, 'varchar with a length')
    }
    return { kind }
  }
  switch (token.key) {
    case 'DECIMAL':
    case 'NUMERIC':
      return parseDecimal(cursor, token)
    case 'TIMESTAMP': {
      const precision = cursor.sees('(') ? (numbers(cursor)[0] ?? defaultPrecision) : defaultPrecision
      if (precision > precisionMax) refuseUnsupported(token, `timestamp(${precision})`)
      if (cursor.accept('WITH', 'TIME', 'ZONE')) return { kind: 'timestamp with time zone', precision }
      cursor.accept('WITHOUT', 'TIME', 'ZONE')
      return { kind: 'timestamp', precision }
    }
    case 'ARRAY':
      return { kind: 'array', element: bracketed(cursor, () => parseType(cursor)) }
    case 'MAP':
      return bracketed(cursor, () => {
        const key = parseType(cursor)
        cursor.expect(',')
        return { kind: 'map', key, value: parseType(cursor) }
      })
    case 'ROW':
      return { kind: 'row', fields: bracketed(cursor, () => cursor.list(() => parseField(cursor))) }
    default:
      if (unsupported.has(token.key)) refuseUnsupported(token, `type ${token.text.toLowerCase()}`)
      return refuse(token, `Unknown type: ${token.text}`)
  }
}

/** `array(x)` and the older `array<x>`. */
function bracketed<T>(cursor: Cursor, read: () => T): T {
  const isAngled = cursor.accept('<')
  if (!isAngled) cursor.expect('(')
  const inner = read()
  cursor.expect(isAngled ? '>' : ')')
  return inner
}

function parseField(cursor: Cursor): RowField {
  const following = cursor.peek(1).key
  const isPostfix = following === 'ARRAY' && !['(', '<'].includes(cursor.peek(2).key)
  if (isPostfix || [',', ')', '(', '>', '<', 'WITH', 'PRECISION'].includes(following))
    return { type: parseType(cursor) }
  const name = cursor.expectName().key
  return { name, type: parseType(cursor) }
}

function parseDecimal(cursor: Cursor, place: Place): SqlType {
  const [precision = 38, scale = 0] = cursor.sees('(') ? numbers(cursor) : []
  if (precision < 1 || precision > 38) refuse(place, 'DECIMAL precision must be in range [1, 38]')
  if (scale > precision) refuse(place, `DECIMAL scale must be in range [0, precision (${precision})]`)
  return { kind: 'decimal', precision, scale }
}

function numbers(cursor: Cursor): number[] {
  cursor.expect('(')
  const read = cursor.list(() => {
    if (cursor.peek().kind !== 'integer') cursor.mismatch('<integer>')
    return Number(cursor.next().text)
  })
  cursor.expect(')')
  return read
}
