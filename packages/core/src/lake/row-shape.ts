import type { SqlType } from '../query/sql-type.ts'
import { type Cell, cellOf } from './cell.ts'
import { createFieldFinder, type FieldFinder } from './field-finder.ts'

/** A column's type as it is copied. */
export interface Shape {
  readonly kind: 'text' | 'boolean' | 'time' | 'map' | 'array' | 'row' | 'other'
  /** Makes a value that cannot be copied. */
  readonly cell: Cell
  /** Of an array. */
  readonly element: Shape | undefined
  /** Of a row. */
  readonly fields: FieldFinder<Field> | undefined
}

export interface Field {
  readonly name: string
  /** Of all fields of a table, at any depth. */
  readonly number: number
  /** `"name":` */
  readonly prefix: Uint8Array
  readonly shape: Shape
}

const encoder = new TextEncoder()

/** The shape of a whole row; `fieldCount` is one more than the greatest number of a field. */
export function rowShapeOf(columns: readonly { readonly name: string; readonly type: SqlType }[]): {
  readonly shape: Shape
  readonly fieldCount: number
} {
  let fieldCount = 0

  function shapeOf(type: SqlType): Shape {
    const shape = { kind: kindOf(type), cell: cellOf(type), element: undefined, fields: undefined }
    if (type.kind === 'array') return { ...shape, element: shapeOf(type.element) }
    if (type.kind === 'row') return { ...shape, fields: fieldsOf(type.fields) }
    return shape
  }

  function fieldsOf(fields: readonly { readonly name?: string; readonly type: SqlType }[]): FieldFinder<Field> {
    const named = fields.map(({ name = '', type }): [string, Field] => {
      const number = fieldCount++
      return [name, { name, number, prefix: encoder.encode(`${JSON.stringify(name)}:`), shape: shapeOf(type) }]
    })
    return createFieldFinder(new Map(named))
  }

  const shape = shapeOf({ kind: 'row', fields: columns })
  return { shape, fieldCount }
}

function kindOf(type: SqlType): Shape['kind'] {
  switch (type.kind) {
    case 'varchar':
      return 'text'
    case 'timestamp':
      return 'time'
    case 'boolean':
    case 'map':
    case 'array':
    case 'row':
      return type.kind
    default:
      return 'other'
  }
}
