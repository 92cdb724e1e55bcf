import { analyseExpression } from './analyse-expression.ts'
import { analyseSelect } from './analyse-select.ts'
import type { AnalysedQuery, Analysis, CommonTables } from './analysis.ts'
import { coerce, commonType } from './coercion.ts'
import { comparable, requireOrderable } from './operators.ts'
import { fieldsOfQuery, placeNumber, surroundings } from './query-columns.ts'
import { refuse } from './refusal.ts'
import type { Scope } from './scope.ts'
import { type SqlType, typeText } from './sql-type.ts'
import type { BodyNode, CommonTable, QueryNode, SetOperationNode, SortItem, ValuesNode } from './syntax-tree.ts'
import type { Typed } from './typed.ts'
import { directionText } from './window-text.ts'

/**
 * Understands a query: its columns and its text for the engine.
 *
 * @throws Refusal
 */
export function analyseQuery(
  node: QueryNode,
  analysis: Analysis,
  around: CommonTables,
  parent: Scope | undefined,
): AnalysedQuery {
  const found = new Map(around.found)
  const withTexts: string[] = []
  const names = new Set<string>()
  for (const table of node.with ?? []) {
    if (names.has(table.name.key)) refuse(table.name, `WITH query name '${table.name.text}' specified more than once`)
    names.add(table.name.key)
    const query = named(table, analyseQuery(table.query, analysis, { found: new Map(found) }, parent))
    const text = analysis.newName('w')
    withTexts.push(`${text} AS (${query.text})`)
    found.set(table.name.key, { text, columns: query.columns })
  }
  const body = analyseBody(node.body, node, analysis, { found }, parent)
  const prefix = withTexts.length === 0 ? '' : `WITH ${withTexts.join(', ')} `
  const limit = node.limit === undefined ? '' : ` LIMIT ${node.limit}`
  const offset = node.offset === undefined ? '' : ` OFFSET ${node.offset}`
  return { ...body, text: `${prefix}${body.text}${limit}${offset}` }
}

function named(table: CommonTable, query: AnalysedQuery): AnalysedQuery {
  if (table.columns === undefined) return query
  if (table.columns.length !== query.columns.length) {
    refuse(
      table.name,
      `Column alias list has ${table.columns.length} entries but relation has ${query.columns.length} columns`,
    )
  }
  const columns = query.columns.map((column, index) => {
    const name = table.columns?.[index]
    return name === undefined ? column : { name: name.key, label: name.text, type: column.type }
  })
  return { ...query, columns }
}

function analyseBody(
  body: BodyNode,
  outer: QueryNode,
  analysis: Analysis,
  tables: CommonTables,
  parent: Scope | undefined,
): AnalysedQuery {
  switch (body.kind) {
    case 'select':
      return analyseSelect(body, outer.orderBy, analysis, tables, parent)
    case 'nested':
      return sorted(analyseQuery(body.query, analysis, tables, parent), outer.orderBy, analysis, parent, true)
    case 'values':
      return sorted(analyseValues(body, analysis, parent), outer.orderBy, analysis, parent, false)
    case 'set-operation':
      return sorted(analyseSetOperation(body, outer, analysis, tables, parent), outer.orderBy, analysis, parent, false)
  }
}

/** ORDER BY over what came out already: only the columns can be named. */
function sorted(
  query: AnalysedQuery,
  orderBy: readonly SortItem[],
  analysis: Analysis,
  parent: Scope | undefined,
  isNested: boolean,
): AnalysedQuery {
  if (orderBy.length === 0)
    return isNested ? { ...query, text: `SELECT * FROM (${query.text}) AS ${analysis.newName('r')}` } : query
  const relation = analysis.newName('r')
  const fields = fieldsOfQuery(query.columns, relation)
  const at = surroundings(analysis, { fields, ...(parent && { parent }) })
  const items = orderBy.map((item) => {
    const place = placeNumber(item, query.columns.length)
    const typed = place === undefined ? analyseExpression(item.expression, at) : fields[place - 1]
    if (typed === undefined) refuse(item.expression, 'ORDER BY position is not in select list')
    requireOrderable(item.expression, typed.type)
    return comparable(typed) + directionText(item)
  })
  return { columns: query.columns, text: `SELECT * FROM (${query.text}) AS ${relation} ORDER BY ${items.join(', ')}` }
}

function analyseValues(node: ValuesNode, analysis: Analysis, parent: Scope | undefined): AnalysedQuery {
  const at = surroundings(analysis, { fields: [], ...(parent && { parent }) })
  const rows = node.rows.map((row) => {
    const parts = row.kind === 'row' ? row.elements : [row]
    return parts.map((part) => analyseExpression(part, { ...at, noAggregates: 'VALUES', noWindows: 'VALUES' }))
  })
  const [first = []] = rows
  const types = first.map((_, index) =>
    rows.reduce<SqlType>(
      (type, row) => {
        const other = row[index]
        const common = other && row.length === first.length ? commonType(type, other.type) : undefined
        if (common === undefined) refuse(node, 'Values rows have mismatched types')
        return common
      },
      { kind: 'unknown' },
    ),
  )
  const texts = rows.map(
    (row) => `(${row.map((value, index) => coerce(value, types[index] ?? value.type).text).join(', ')})`,
  )
  const relation = analysis.newName('r')
  const names = types.map((_, index) => `c${index}`)
  return {
    columns: types.map((type, index) => ({ label: `_col${index}`, name: `_col${index}`, type })),
    text: `SELECT ${names.map((name) => `${relation}.${name}`).join(', ')} FROM (VALUES ${texts.join(', ')}) AS ${relation}(${names.join(', ')})`,
  }
}

function analyseSetOperation(
  node: SetOperationNode,
  outer: QueryNode,
  analysis: Analysis,
  tables: CommonTables,
  parent: Scope | undefined,
): AnalysedQuery {
  const unsorted = { ...outer, orderBy: [] }
  const left = analyseBody(node.left, unsorted, analysis, tables, parent)
  const right = analyseBody(node.right, unsorted, analysis, tables, parent)
  if (left.columns.length !== right.columns.length) {
    refuse(
      node,
      `${node.operator} query has different number of fields: ${left.columns.length}, ${right.columns.length}`,
    )
  }
  const types = left.columns.map((column, index) => {
    const other = right.columns[index]?.type ?? column.type
    const common = commonType(column.type, other)
    if (common === undefined) {
      refuse(
        node,
        `column ${index + 1} in ${node.operator} query has incompatible types: ${typeText(column.type)}, ${typeText(other)}`,
      )
    }
    return common
  })
  const columns = left.columns.map((column, index) => ({ ...column, type: types[index] ?? column.type }))
  const operator = `${node.operator}${node.isAll ? ' ALL' : ''}`
  const sides = [left, right].map((side) => aligned(side, types, analysis, !node.isAll))
  return { columns, text: sides.map((side) => `(${side})`).join(` ${operator} `) }
}

/** The query with its columns turned into `types`; for comparing rows, maps with their keys in order. */
function aligned(query: AnalysedQuery, types: readonly SqlType[], analysis: Analysis, isCompared: boolean): string {
  const relation = analysis.newName('r')
  const columns = fieldsOfQuery(query.columns, relation).map((field, index) => {
    const typed: Typed = coerce(field, types[index] ?? field.type)
    const text = isCompared && typed.type.kind === 'map' ? comparable(typed) : typed.text
    return `${text} AS c${index}`
  })
  return `SELECT ${columns.join(', ')} FROM (${query.text}) AS ${relation}`
}
