import type { PartitionValues, TimeBounds } from './statement.ts'
import type { ExpressionNode } from './syntax-tree.ts'

/** Columns of Athena's tables that say in which folder a file lies: of whom, and from where. */
export const partitionColumns: ReadonlySet<string> = new Set(['account', 'region'])

const dateParts: ReadonlySet<string> = new Set(['year', 'month', 'day'])

const dayMs = 86_400_000

/** Values that a condition which all rows must meet leaves to a column: `region = 'x'`, `region IN ('x', 'y')`. */
export function valuesOf(
  term: ExpressionNode,
  columnOf: (node: ExpressionNode) => string | undefined,
): readonly (readonly [column: string, values: readonly string[]])[] {
  const [of, items] = sidesOf(term)
  const column = of && columnOf(of)
  if (column === undefined || (!partitionColumns.has(column) && !dateParts.has(column))) return []
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item.text] : []))
  return texts.length === items.length ? [[column, texts]] : []
}

function sidesOf(term: ExpressionNode): readonly [ExpressionNode | undefined, readonly ExpressionNode[]] {
  if (term.kind === 'in-list') return [term.of, term.items]
  if (term.kind !== 'comparison' || term.operator !== '=') return [undefined, []]
  return term.left.kind === 'string' ? [term.right, [term.left]] : [term.left, [term.right]]
}

/** Values that may matter where any of several places may: of a column that one of them leaves open, all. */
export function anyOf(places: readonly PartitionValues[]): PartitionValues {
  const [first = {}, ...others] = places
  const named = Object.keys(first).filter((name) => others.every((place) => place[name] !== undefined))
  return Object.fromEntries(named.map((name) => [name, [...new Set(places.flatMap((place) => place[name] ?? []))]]))
}

/** What a condition on the day as `2023/07/10`, which `isDate` knows, says of the event time. */
export function dateOf(term: ExpressionNode, isDate: (node: ExpressionNode) => boolean): TimeBounds {
  if (term.kind === 'between' && isDate(term.of)) return { ...fromDay(term.low), ...toDay(term.high) }
  if (term.kind !== 'comparison') return {}
  const isMirrored = isDate(term.right)
  if (!isMirrored && !isDate(term.left)) return {}
  const day = isMirrored ? term.left : term.right
  const isLower = isMirrored ? /^<=?$/ : /^>=?$/
  const isUpper = isMirrored ? /^>=?$/ : /^<=?$/
  if (term.operator === '=') return { ...fromDay(day), ...toDay(day) }
  if (isLower.test(term.operator)) return fromDay(day)
  return isUpper.test(term.operator) ? toDay(day) : {}
}

function fromDay(node: ExpressionNode): TimeBounds {
  const ms = dayStart(node)
  return ms === undefined ? {} : { fromMs: ms }
}

function toDay(node: ExpressionNode): TimeBounds {
  const ms = dayStart(node)
  return ms === undefined ? {} : { toMs: ms + dayMs - 1 }
}

function dayStart(node: ExpressionNode): number | undefined {
  const [, year, month, day] = (node.kind === 'string' && /^(\d{4})\/(\d\d)\/(\d\d)$/.exec(node.text)) || []
  const text = `${year}-${month}-${day}`
  const ms = Date.parse(`${text}T00:00:00Z`)
  // Text that is no day is compared as text all the same.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms : undefined
}

/** What values of `year`, `month` and `day` say of the event time: months count in one year only, days in one month. */
export function dateOfParts({ year: years, month: months, day: days }: PartitionValues): TimeBounds {
  const isNumbers = (texts: readonly string[] | undefined, form: RegExp): texts is readonly string[] =>
    texts !== undefined && texts.length > 0 && texts.every((text) => form.test(text))
  if (!isNumbers(years, /^[12]\d{3}$/)) return {}
  if (years.length > 1 || !isNumbers(months, /^(0[1-9]|1[0-2])$/))
    return between(years.map(Number), (year) => [year, 0, 1], [1, 0, 0])
  const [year = 0] = years.map(Number)
  if (months.length > 1 || !isNumbers(days, /^(0[1-9]|[12]\d|3[01])$/)) {
    return between(months.map(Number), (month) => [year, month - 1, 1], [0, 1, 0])
  }
  const [month = 1] = months.map(Number)
  return between(days.map(Number), (day) => [year, month - 1, day], [0, 0, 1])
}

type Date3 = readonly [year: number, month: number, day: number]

function between(numbers: readonly number[], dateOfNumber: (number: number) => Date3, step: Date3): TimeBounds {
  const [first, last] = [dateOfNumber(Math.min(...numbers)), dateOfNumber(Math.max(...numbers))]
  const end = last.map((part, at) => part + (step[at] ?? 0)) as unknown as Date3
  return { fromMs: Date.UTC(...first), toMs: Date.UTC(...end) - 1 }
}
