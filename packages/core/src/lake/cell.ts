import type { SqlType } from '../query/sql-type.ts'
import { parseRecordTime } from '../record/index.ts'
import { isExactNumber } from './exact-json.ts'
import { fieldNamed } from './field-finder.ts'

/** Turns a value of a record into what a column of one type holds, as JSON data; `undefined` where it cannot. */
export type Cell = (value: unknown) => unknown

/** Columns of other types than those below are in no table. */
export function cellOf(type: SqlType): Cell {
  switch (type.kind) {
    case 'varchar':
      return textOf
    case 'boolean':
      return (value) =>
        value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined
    case 'double':
      return (value) => numberOf(value)
    case 'integer':
      return (value) => {
        const number = numberOf(value)
        return number !== undefined && Math.abs(number) <= integerMax ? Math.round(number) : undefined
      }
    case 'timestamp':
      return timeText
    case 'map':
      return textMapOf
    case 'array':
      return arrayCell(cellOf(type.element))
    case 'row':
      return rowCell(type.fields.map((field) => [field.name ?? '', cellOf(field.type)]))
    default:
      return () => undefined
  }
}

const integerMax = 2 ** 31 - 1

/**
 * Fields of a record are found whatever the case of their names, which differs between services (`ARN`, `arn`).
 */
export function rowCell(
  fields: readonly (readonly [name: string, cell: Cell])[],
): (value: unknown) => object | undefined {
  const known = new Map(fields.map(([name, cell]) => [name, { name, cell }]))
  const bySpelling = new Map<string, { readonly name: string; readonly cell: Cell } | undefined>()

  function find(spelling: string) {
    if (bySpelling.has(spelling)) return bySpelling.get(spelling)
    const field = fieldNamed(known, spelling)
    if (bySpelling.size < spellingsMax) bySpelling.set(spelling, field)
    return field
  }

  return (value) => {
    if (!isObject(value)) return undefined
    const row: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const field = find(name)
      if (field !== undefined) row[field.name] = field.cell(value[name])
    }
    return row
  }
}

/** Real spellings of a struct's fields are some dozens; hostile ones are not remembered beyond this. */
const spellingsMax = 256

function arrayCell(element: Cell): Cell {
  return (value) => (Array.isArray(value) ? value.map((item: unknown) => element(item) ?? null) : undefined)
}

/**
 * Values of maps are text: strings as they are, everything nested as JSON text.
 *
 * @source CloudTrail User Guide, supported event schemas
 */
function textMapOf(value: unknown): object | undefined {
  if (!isObject(value)) return undefined
  // Without a prototype, so that a member called `__proto__` is one like any other.
  const map: Record<string, unknown> = Object.create(null)
  for (const [name, inner] of Object.entries(value)) map[wellFormed(name)] = textOf(inner) ?? null
  return map
}

/** Text of anything but null. Halves of surrogate pairs, which no UTF-8 can hold, become the replacement character. */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return wellFormed(typeof value === 'string' ? value : JSON.stringify(value))
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}

function numberOf(value: unknown): number | undefined {
  const plain = isExactNumber(value) ? JSON.stringify(value) : value
  const number =
    typeof plain === 'number' ? plain : typeof plain === 'object' || plain === '' ? Number.NaN : Number(plain)
  return Number.isFinite(number) ? number : undefined
}

/** Epoch milliseconds of a record's time, if it is one of the years 1 to 9999. */
export function timeOf(value: unknown): number | undefined {
  return tableTime(parseRecordTime(value))
}

/** The time, if tables hold it: if its year, in UTC, has the four digits that readers of times expect. */
export function tableTime(epochMs: number | undefined): number | undefined {
  return epochMs !== undefined && epochMs >= firstMs && epochMs <= lastMs ? epochMs : undefined
}

const firstMs = Date.parse('0001-01-01T00:00:00.000Z')
const lastMs = Date.parse('9999-12-31T23:59:59.999Z')

function timeText(value: unknown): string | undefined {
  // Times repeat: those of sessions, and of the events of a second.
  if (value === lastTime.value) return lastTime.text
  const epochMs = timeOf(value)
  lastTime = { value, text: epochMs === undefined ? undefined : new Date(epochMs).toISOString() }
  return lastTime.text
}

let lastTime: { readonly value: unknown; readonly text: string | undefined } = { value: undefined, text: undefined }

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value)
}
