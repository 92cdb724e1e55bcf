import { engineType, failingWith, fieldName, quotedName, quotedText } from './engine-text.ts'
import { type SqlType, varchar } from './sql-type.ts'

/** `castText`, for what is inside. */
type CastText = (text: string, from: SqlType, to: SqlType) => string | undefined

const json: SqlType = { kind: 'json' }

/** The text of a cast from JSON. */
export function fromJson(text: string, to: SqlType, castText: CastText): string | undefined {
  const plain = `(${text} ->> '$')`
  const isScalar = `json_type(${text}) NOT IN ('OBJECT', 'ARRAY')`
  const failure = failingWith(`'Cannot cast ''' || CAST(${text} AS VARCHAR) || ''' to ${to.kind}'`, to)
  switch (to.kind) {
    case 'varchar':
      return `CASE WHEN ${text} IS NULL OR ${isScalar} THEN ${plain} ELSE ${failure} END`
    case 'array': {
      const element = castText('e', json, to.element)
      return element && `list_transform(CAST(${text} AS JSON[]), lambda e: ${element})`
    }
    case 'map': {
      const key = castText('e.key', varchar, to.key)
      const value = castText('e.value', json, to.value)
      const entries = `map_entries(CAST(${text} AS MAP(VARCHAR, JSON)))`
      return (
        key && value && `map_from_entries(list_transform(${entries}, lambda e: {'key': ${key}, 'value': ${value}}))`
      )
    }
    case 'row':
      return rowFromJson(text, to, failure, castText)
    case 'timestamp':
    case 'date':
    case 'timestamp with time zone':
      return undefined
    default:
      return `CASE WHEN ${text} IS NULL OR ${isScalar} THEN CAST(${plain} AS ${engineType(to)}) ELSE ${failure} END`
  }
}

/**
 * Of an object by the fields' names, whatever their case; of an array by place. Members that no field names are left
 * out.
 */
function rowFromJson(
  text: string,
  to: Extract<SqlType, { kind: 'row' }>,
  failure: string,
  castText: CastText,
): string | undefined {
  const packed = (partOf: (name: string | undefined, index: number) => string): string | undefined => {
    const parts = to.fields.map((field, index) => {
      const read = castText(partOf(field.name, index), json, field.type)
      return read && `${quotedName(fieldName(to, index))} := ${read}`
    })
    return parts.includes(undefined) ? undefined : `struct_pack(${parts.join(', ')})`
  }
  const fromArray = packed((_, index) => `json_extract(${text}, '$[${index}]')`)
  const fromObject = packed((name) =>
    name === undefined
      ? 'CAST(NULL AS JSON)'
      : `json_extract(${text}, list_filter(json_keys(${text}), lambda k: lower(k) = ${quotedText(name)})[1])`,
  )
  if (fromArray === undefined || fromObject === undefined) return undefined
  return (
    `CASE json_type(${text}) WHEN 'OBJECT' THEN ${fromObject} WHEN 'ARRAY' THEN ${fromArray} WHEN 'NULL' THEN NULL ` +
    `ELSE CASE WHEN ${text} IS NULL THEN NULL ELSE ${failure} END END`
  )
}

/** The text of a cast to JSON. */
export function toJson(text: string, from: SqlType, castText: CastText): string | undefined {
  switch (from.kind) {
    case 'map':
      // Trino sorts the keys.
      return isPlain(from) ? `to_json(map_from_entries(list_sort(map_entries(${text}))))` : undefined
    case 'decimal':
      return `CAST(CAST(${text} AS VARCHAR) AS JSON)`
    case 'timestamp':
    case 'date': {
      const shown = castText(text, from, varchar)
      return shown && `to_json(${shown})`
    }
    default:
      return isPlain(from) ? `to_json(${text})` : undefined
  }
}

/** Whether the engine writes it as Trino would: times it does not. */
function isPlain(type: SqlType): boolean {
  switch (type.kind) {
    case 'array':
      return isPlain(type.element)
    case 'map':
      return type.key.kind === 'varchar' && isPlain(type.value)
    case 'row':
      return type.fields.every((field) => field.name !== undefined && isPlain(field.type))
    default:
      return ['varchar', 'boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'double', 'json', 'unknown'].includes(
        type.kind,
      )
  }
}
