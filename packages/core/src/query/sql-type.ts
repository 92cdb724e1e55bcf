/**
 * The types of Lake's SQL: Trino's, without what no query of a store can come upon.
 *
 * `unknown` is the type of a bare NULL. A `row` field without a name can only be reached by its place.
 */
export type SqlType =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'timestamp' | 'timestamp with time zone'; readonly precision: number }
  | { readonly kind: 'array'; readonly element: SqlType }
  | { readonly kind: 'map'; readonly key: SqlType; readonly value: SqlType }
  | { readonly kind: 'row'; readonly fields: readonly RowField[] }

export interface RowField {
  /** Lower case. */
  readonly name?: string
  readonly type: SqlType
}

export type SimpleKind =
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'real'
  | 'double'
  | 'varchar'
  | 'varbinary'
  | 'date'
  | 'json'
  | 'ipaddress'
  | 'interval day to second'
  | 'interval year to month'
  | 'unknown'

/** A table as a query sees it. Names are compared without case; columns stand in the order of `SELECT *`. */
export interface TableSchema {
  readonly columns: readonly TableColumn[]
}

export interface TableColumn {
  readonly name: string
  readonly type: SqlType
}

export const varchar: SqlType = { kind: 'varchar' }
export const boolean: SqlType = { kind: 'boolean' }
export const integer: SqlType = { kind: 'integer' }
export const bigint: SqlType = { kind: 'bigint' }
export const double: SqlType = { kind: 'double' }
/** What a bare NULL is: it can be turned into every type. */
export const unknown: SqlType = { kind: 'unknown' }
/** What `eventtime` is. */
export const timestamp: SqlType = { kind: 'timestamp', precision: 3 }

export function arrayOf(element: SqlType): SqlType {
  return { kind: 'array', element }
}

export function mapOf(key: SqlType, value: SqlType): SqlType {
  return { kind: 'map', key, value }
}

/** A row whose fields are these, in their order; names in lower case. */
export function rowOf(fields: Readonly<Record<string, SqlType>>): SqlType {
  return { kind: 'row', fields: Object.entries(fields).map(([name, type]) => ({ name, type })) }
}

/** As Trino writes it in messages: `map(varchar, array(bigint))`. */
export function typeText(type: SqlType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'timestamp':
      return `timestamp(${type.precision})`
    case 'timestamp with time zone':
      return `timestamp(${type.precision}) with time zone`
    case 'array':
      return `array(${typeText(type.element)})`
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`
    case 'row':
      return `row(${type.fields.map((field) => (field.name === undefined ? '' : `${field.name} `) + typeText(field.type)).join(', ')})`
    default:
      return type.kind
  }
}

/** Alike to the last precision and name of a field. */
export function sameType(one: SqlType, other: SqlType): boolean {
  return typeText(one) === typeText(other)
}
