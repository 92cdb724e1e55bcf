import { analyseExpression, condition, namePath } from './analyse-expression.ts'
import { analyseRelation } from './analyse-relation.ts'
import type { AnalysedQuery, Analysis, CommonTables, QueryColumn, Surroundings } from './analysis.ts'
import { findAggregate } from './find-aggregate.ts'
import { comparable, fieldOf, requireOrderable } from './operators.ts'
import { placeNumber, surroundings } from './query-columns.ts'
import { refuse } from './refusal.ts'
import { scanBounds } from './scan-bounds.ts'
import { type Field, fieldsOf, type Scope } from './scope.ts'
import type { ExpressionNode, GroupingElement, SelectItem, SelectNode, SortItem } from './syntax-tree.ts'
import type { Typed } from './typed.ts'
import { directionText } from './window-text.ts'

/** A column of the SELECT list. */
interface Item extends Typed {
  readonly label: string
  readonly name?: string
}

/**
 * Understands SELECT … FROM … with its ORDER BY, which may name both the columns that come out and those that go in.
 *
 * @throws Refusal
 */
export function analyseSelect(
  node: SelectNode,
  orderBy: readonly SortItem[],
  analysis: Analysis,
  tables: CommonTables,
  parent: Scope | undefined,
): AnalysedQuery {
  const inner: Analysis = { ...analysis, query: (query, around) => analysis.queryIn(query, tables, around) }
  const from = analyseFrom(node, inner, tables, parent)
  const scope: Scope = { fields: from.fields, ...(parent && { parent }) }
  const rows: Surroundings = { ...surroundings(inner, scope), windows: node.windows }
  const where =
    node.where &&
    condition(node.where, { ...rows, noAggregates: 'WHERE clause', noWindows: 'WHERE clause' }, 'WHERE clause')
  const groups = analyseGroups(node, orderBy, rows)
  const after: Surroundings = groups === undefined ? rows : { ...rows, grouping: groups.grouping }
  const items = node.items.flatMap((item) => analyseItem(item, after)).map((item, index) => labelled(item, index))
  const having = node.having && condition(node.having, { ...after, noWindows: 'HAVING clause' }, 'HAVING clause')
  const sort = analyseSort(node, orderBy, items, after)
  const columns = items.map((item, index) => {
    const text = node.isDistinct && item.type.kind === 'map' ? comparable(item) : item.text
    return `${text} AS c${index}`
  })
  const counts = analysis.counted === node && groups !== undefined && isCountable(node)
  // One more column for the engine; which of its groups come out does not matter to it.
  if (counts) columns.push(`${groups.text === '' ? 'count(*)' : 'CAST(sum(count(*)) OVER () AS BIGINT)'} AS matched`)
  const text = [
    `SELECT ${node.isDistinct ? 'DISTINCT ' : ''}${columns.join(', ')}`,
    ...(from.text === '' ? [] : [`FROM ${from.text}`]),
    ...(where ? [`WHERE ${where.text}`] : []),
    ...(groups === undefined || groups.text === '' ? [] : [`GROUP BY ${groups.text}`]),
    ...(having ? [`HAVING ${having.text}`] : []),
    ...(sort.length === 0 ? [] : [`ORDER BY ${sort.join(', ')}`]),
  ].join(' ')
  return {
    text,
    columns: items.map(({ label, name, type }): QueryColumn => ({ label, type, ...(name !== undefined && { name }) })),
    ...(counts && { countsMatches: true }),
  }
}

/** Whether each row that WHERE lets in is of one row of one table, and in one group that comes out. */
function isCountable({ from, isDistinct, having, groupBy }: SelectNode): boolean {
  const [relation] = from
  const table = relation?.kind === 'aliased' ? relation.relation : relation
  if (from.length !== 1 || table?.kind !== 'table' || isDistinct || having !== undefined) return false
  return groupBy === undefined || groupBy.elements.every(({ kind }) => kind === 'simple')
}

function analyseFrom(
  node: SelectNode,
  analysis: Analysis,
  tables: CommonTables,
  parent: Scope | undefined,
): { readonly fields: readonly Field[]; readonly text: string } {
  const bounds = scanBounds(node)
  let fields: readonly Field[] = []
  const texts: string[] = []
  for (const relation of node.from) {
    const read = analyseRelation(relation, { analysis, tables, parent, bounds }, fields)
    fields = [...fields, ...read.fields]
    texts.push(relation.kind === 'join' && node.from.length > 1 ? `(${read.text})` : read.text)
  }
  // The comma binds loosest, as here: a join after it does not see what stands before it.
  return { fields, text: texts.join(', ') }
}

function analyseItem(item: SelectItem, at: Surroundings): readonly Item[] {
  if (item.kind === 'one') {
    const typed = analyseExpression(item.expression, at)
    if (item.alias !== undefined) return [{ ...typed, label: item.alias.text, name: item.alias.key }]
    const name =
      namePath(item.expression)?.at(-1) ?? (item.expression.kind === 'field' ? item.expression.name : undefined)
    return [{ ...typed, label: name?.text ?? '', ...(name && { name: name.key }) }]
  }
  if (item.of === undefined) {
    if (at.scope.fields.length === 0) refuse(item, 'SELECT * not allowed in queries without FROM clause')
    return at.scope.fields.map((field) => fieldItem(field, item, at))
  }
  const relation = item.of.kind === 'name' ? fieldsOf(at.scope, item.of.name) : []
  if (relation.length > 0) return relation.map((field) => fieldItem(field, item, at))
  // Trino reads a dotted name before `.*` as a relation only.
  const path = namePath(item.of)
  if (path !== undefined) refuse(item, `Unable to resolve reference ${path.map((name) => name.key).join('.')}`)
  const row = analyseExpression(item.of, at)
  const { type } = row
  if (type.kind !== 'row') refuse(item, 'expected expression of type Row')
  return type.fields.map(({ name }, index) => ({
    ...fieldOf(row, index),
    label: name ?? '',
    ...(name !== undefined && { name }),
  }))
}

function fieldItem(field: Field, item: SelectItem, at: Surroundings): Item {
  field.read?.()
  const { label, name, type } = field
  const text = at.grouping === undefined ? field.text : at.grouping.get(field.text)
  if (text === undefined) refuse(item, `Column '${label}' must be an aggregate expression or appear in GROUP BY clause`)
  return { label, type, text, ...(name !== undefined && { name }) }
}

/** Expressions get Trino's names, which no other part of the statement can use. */
function labelled(item: Item, index: number): Item {
  return item.label === '' ? { ...item, label: `_col${index}` } : item
}

interface Groups {
  readonly grouping: ReadonlyMap<string, string>
  readonly text: string
}

/** `undefined` when rows come out as they are. */
function analyseGroups(node: SelectNode, orderBy: readonly SortItem[], rows: Surroundings): Groups | undefined {
  if (node.groupBy === undefined) {
    const expressions = node.items.flatMap((item) => (item.kind === 'one' ? [item.expression] : []))
    const sorts = orderBy.map((item) => item.expression)
    const isAggregated = [...expressions, ...sorts].some(findAggregate) || node.having !== undefined
    return isAggregated ? { grouping: new Map(), text: '' } : undefined
  }
  const grouping = new Map<string, string>()
  const at: Surroundings = { ...rows, noAggregates: 'GROUP BY clause', noWindows: 'GROUP BY clause' }
  const one = (expression: ExpressionNode): string => {
    const typed = analyseExpression(grouped(expression, node), at)
    const text = comparable(typed)
    // The engine would take a bare number for the place of a column.
    if (typed.isConstant === true) return `coalesce(${text})`
    grouping.set(typed.text, typed.type.kind === 'map' ? text : typed.text)
    return typed.type.kind === 'timestamp with time zone' ? typed.text : text
  }
  const element = (part: GroupingElement): string => {
    switch (part.kind) {
      case 'simple':
        return part.expressions.map(one).join(', ')
      case 'sets':
        return `GROUPING SETS (${part.sets.map((set) => `(${set.map(one).join(', ')})`).join(', ')})`
      default:
        return `${part.kind} (${part.expressions.map(one).join(', ')})`
    }
  }
  return { text: node.groupBy.elements.map(element).join(', '), grouping }
}

/** `GROUP BY 1` means the first of the SELECT list. */
function grouped(expression: ExpressionNode, node: SelectNode): ExpressionNode {
  if (expression.kind !== 'number' || expression.form !== 'integer') return expression
  const item = node.items[Number(expression.text) - 1]
  if (node.items.some((one) => one.kind === 'all'))
    refuse(expression, 'GROUP BY position with * in the select list is not supported by this installation')
  if (item?.kind !== 'one') refuse(expression, `GROUP BY position ${expression.text} is not in select list`)
  if (findAggregate(item.expression)) {
    refuse(item.expression, 'GROUP BY clause cannot contain aggregations, window functions or grouping operations')
  }
  return item.expression
}

function analyseSort(
  node: SelectNode,
  orderBy: readonly SortItem[],
  items: readonly Item[],
  after: Surroundings,
): readonly string[] {
  return orderBy.flatMap((item) => {
    const place = placeNumber(item, items.length) ?? outputPlace(item, items)
    if (place !== undefined) {
      const column = items[place - 1]
      if (column === undefined) return []
      requireOrderable(item.expression, column.type)
      if (column.isConstant === true) return []
      const text = column.type.kind === 'timestamp with time zone' ? comparable(column) : `${place}`
      return [text + directionText(item)]
    }
    const typed = analyseExpression(item.expression, withOutputs(after, items))
    requireOrderable(item.expression, typed.type)
    if (node.isDistinct) {
      const same = items.findIndex((one) => one.text === typed.text)
      if (same === -1) refuse(item.expression, 'For SELECT DISTINCT, ORDER BY expressions must appear in select list')
      return [`${same + 1}${directionText(item)}`]
    }
    return typed.isConstant === true ? [] : [comparable(typed) + directionText(item)]
  })
}

/** Which column that comes out a bare name means: these go before those that go in. */
function outputPlace({ expression }: SortItem, items: readonly Item[]): number | undefined {
  if (expression.kind !== 'name') return undefined
  const { name } = expression
  const places = items.flatMap((item, index) => (item.name === name.key ? [index + 1] : []))
  const texts = new Set(places.map((place) => items[place - 1]?.text))
  if (texts.size > 1) refuse(expression, `Column '${name.text}' is ambiguous`)
  return places[0]
}

/** Inside an expression of ORDER BY, columns that come out stand for their expressions. */
function withOutputs(after: Surroundings, items: readonly Item[]): Surroundings {
  const names = new Map<string, Item>()
  for (const item of items) if (item.name !== undefined && !names.has(item.name)) names.set(item.name, item)
  const outputs: Field[] = [...names.values()].map(({ label, name, type, text }) => ({
    label,
    type,
    text,
    ...(name !== undefined && { name }),
  }))
  return { ...after, scope: { fields: outputs, parent: after.scope, isFree: true } }
}
