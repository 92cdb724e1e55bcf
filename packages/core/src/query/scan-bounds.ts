import type { ScanBounds } from './analysis.ts'
import { eventTimeOf, narrower } from './event-time-bounds.ts'
import { dateOf, dateOfParts, partitionColumns, valuesOf } from './partition-values.ts'
import type { TableSchema } from './sql-type.ts'
import type { PartitionValues } from './statement.ts'
import type { ExpressionNode, SelectNode } from './syntax-tree.ts'

/** Nothing is known. */
export const unbounded = (): ScanBounds => ({ eventTime: {}, partitions: {} })

/**
 * What WHERE says of a relation's rows: only conditions that all rows must meet, with literals. Anything else leaves the
 * bounds open, which is never wrong.
 */
export function scanBounds(node: SelectNode): (relation: string, schema: TableSchema) => ScanBounds {
  if (node.where === undefined) return unbounded
  const terms = conjuncts(node.where)
  // A bare name means the one relation there is; with more, only the name with its relation is sure.
  const isAlone = node.from.length === 1 && ['table', 'aliased'].includes(node.from[0]?.kind ?? '')
  return (relation, schema) => {
    // A column that the table does not have is one of a query around this.
    const columns = new Set(schema.columns.map(({ name }) => name.toLowerCase()))
    const columnOf = (node: ExpressionNode): string | undefined => {
      const name = nameIn(node, relation, isAlone)
      return name !== undefined && columns.has(name) ? name : undefined
    }
    const values: Record<string, readonly string[]> = {}
    for (const [name, some] of terms.flatMap((term) => valuesOf(term, columnOf))) {
      const before = values[name]
      values[name] = before === undefined ? some : before.filter((value) => some.includes(value))
    }
    const times = terms.map((term) => eventTimeOf(term, (node) => columnOf(node) === 'eventtime'))
    const dates = terms.map((term) => dateOf(term, (node) => columnOf(node) === 'timestamp'))
    const eventTime = [...times, ...dates, dateOfParts(values)].reduce(narrower, {})
    return { eventTime, partitions: placesIn(values) }
  }
}

function conjuncts(node: ExpressionNode): readonly ExpressionNode[] {
  return node.kind === 'logical' && node.operator === 'AND' ? node.terms.flatMap(conjuncts) : [node]
}

function nameIn(node: ExpressionNode, relation: string, isAlone: boolean): string | undefined {
  if (node.kind === 'name') return isAlone ? node.name.key : undefined
  return node.kind === 'field' && node.of.kind === 'name' && node.of.name.key === relation ? node.name.key : undefined
}

function placesIn(values: PartitionValues): PartitionValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => partitionColumns.has(name)))
}
