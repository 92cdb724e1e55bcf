import type { SqlType } from '../query/sql-type.ts'

/** A column's type as the engine that stores it writes it: `MAP(VARCHAR, VARCHAR)`, `STRUCT("arn" VARCHAR)[]`. */
export function storedType(type: SqlType): string {
  switch (type.kind) {
    case 'array':
      return `${storedType(type.element)}[]`
    case 'map':
      return `MAP(${storedType(type.key)}, ${storedType(type.value)})`
    case 'row':
      return `STRUCT(${type.fields.map((field) => `"${field.name ?? ''}" ${storedType(field.type)}`).join(', ')})`
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`
    case 'timestamp with time zone':
      return 'TIMESTAMP WITH TIME ZONE'
    default:
      return type.kind.toUpperCase()
  }
}
