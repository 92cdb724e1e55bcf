import { analyseExpression, condition } from './analyse-expression.ts'
import type { Analysis, CommonTables, MutableTableUse, ScanBounds, Surroundings } from './analysis.ts'
import { quotedName } from './engine-text.ts'
import { alike, comparable, fieldOf } from './operators.ts'
import { fieldsOfQuery, surroundings } from './query-columns.ts'
import { type Place, refuse, refuseUnsupported } from './refusal.ts'
import { unbounded } from './scan-bounds.ts'
import { type Field, findField, type Scope, unresolved } from './scope.ts'
import { bigint, type TableSchema, typeText } from './sql-type.ts'
import type { Name, RelationNode } from './syntax-tree.ts'

export interface AnalysedRelation {
  readonly fields: readonly Field[]
  /** As it stands behind FROM. */
  readonly text: string
}

/** Where a relation stands. */
export interface RelationPlace {
  readonly analysis: Analysis
  readonly tables: CommonTables
  readonly parent: Scope | undefined
  /** What is known of a table's rows by the statement's WHERE. */
  readonly bounds: (relation: string, schema: TableSchema) => ScanBounds
}

/**
 * Understands what stands behind FROM. `left` are the fields of what stands before in the same FROM, which UNNEST and
 * LATERAL may name.
 *
 * @throws Refusal
 */
export function analyseRelation(node: RelationNode, at: RelationPlace, left: readonly Field[]): AnalysedRelation {
  switch (node.kind) {
    case 'table':
      return analyseTable(node, node.parts, undefined, at)
    case 'subquery':
      return analyseSubquery(node, at, left)
    case 'unnest':
      return analyseUnnest(node, at, left, false)
    case 'aliased':
      return analyseAliased(node, at, left)
    case 'join':
      return analyseJoin(node, at, left)
  }
}

function analyseTable(
  place: Place,
  parts: readonly Name[],
  alias: Name | undefined,
  { analysis, tables, bounds }: RelationPlace,
): AnalysedRelation {
  const last = parts.at(-1)
  if (last === undefined) return refuse(place, 'Table name expected')
  const relation = (alias ?? last).key
  const common = parts.length === 1 ? tables.found.get(last.key) : undefined
  const name = analysis.newName('r')
  if (common !== undefined) {
    const fields = fieldsOfQuery(common.columns, name).map((field) => ({ ...field, relation }))
    return { fields, text: `${common.text} AS ${name}` }
  }
  const shown = parts.map((part) => part.text).join('.')
  // Lake has no schemas.
  const isKnown = parts.length === 1 || (analysis.dialect === 'athena' && parts.length <= 3)
  const keys = parts.map(({ key }) => key)
  const schema = isKnown ? analysis.tables(last.key, keys.slice(0, -1)) : undefined
  if (schema === undefined) refuse(place, `Table '${shown}' does not exist`)
  if (typeof schema === 'string') refuse(place, schema)
  const table = keys.join('.')
  const use: MutableTableUse = analysis.uses.get(table) ?? {
    schema,
    columns: new Set<string>(),
    paths: new Map(),
    scans: [],
  }
  analysis.uses.set(table, use)
  use.scans.push(bounds(relation, schema))
  const fields = schema.columns.map((column) => ({
    name: column.name.toLowerCase(),
    label: column.name,
    type: column.type,
    text: `${name}.${quotedName(column.name)}`,
    relation,
    read: (path: readonly string[] = []) => noteRead(use, column.name, path),
  }))
  return { fields, text: `${quotedName(table)} AS ${name}` }
}

function noteRead({ columns, paths }: MutableTableUse, column: string, path: readonly string[]): void {
  columns.add(column)
  const known = paths.get(column) ?? new Map<string, readonly string[]>()
  paths.set(column, known.set(path.join('.'), path))
}

function analyseSubquery(
  node: Extract<RelationNode, { kind: 'subquery' }>,
  at: RelationPlace,
  left: readonly Field[],
): AnalysedRelation {
  const parent: Scope | undefined = node.isLateral
    ? { fields: left, ...(at.parent && { parent: at.parent }) }
    : at.parent
  const query = at.analysis.queryIn(node.query, at.tables, parent)
  const name = at.analysis.newName('r')
  return {
    fields: fieldsOfQuery(query.columns, name),
    text: `${node.isLateral ? 'LATERAL ' : ''}(${query.text}) AS ${name}`,
  }
}

/**
 * Several arrays go side by side, the shorter ones filled with NULL. An array of rows gives a column per field unless
 * `isWhole`, a map two.
 */
function analyseUnnest(
  node: Extract<RelationNode, { kind: 'unnest' }>,
  at: RelationPlace,
  left: readonly Field[],
  isWhole: boolean,
): AnalysedRelation {
  const scope: Scope = { fields: left, ...(at.parent && { parent: at.parent }) }
  const inner: Surroundings = { ...surroundings(at.analysis, scope), noAggregates: 'UNNEST', noWindows: 'UNNEST' }
  const name = at.analysis.newName('r')
  const columns: string[] = []
  const fields: Field[] = []
  const lengths: string[] = []
  const add = (text: string) => `${name}.c${columns.push(`unnest(${text}) AS c${columns.length}`) - 1}`
  for (const expression of node.expressions) {
    const { type, text } = analyseExpression(expression, inner)
    if (type.kind === 'map') {
      fields.push({ label: 'key', type: type.key, text: add(`map_keys(${text})`) })
      fields.push({ label: 'value', type: type.value, text: add(`map_values(${text})`) })
      lengths.push(`cardinality(${text})`)
    } else if (type.kind === 'array') {
      const column = add(text)
      lengths.push(`len(${text})`)
      const { element } = type
      if (element.kind === 'row' && !isWhole) {
        element.fields.forEach((field, index) => {
          const typed = fieldOf({ type: element, text: column }, index)
          fields.push({
            label: field.name ?? `_col${fields.length}`,
            ...(field.name !== undefined && { name: field.name }),
            ...typed,
          })
        })
      } else fields.push({ label: `_col${fields.length}`, type: element, text: column })
    } else refuse(expression, `Cannot unnest type: ${typeText(type)}`)
  }
  if (node.hasOrdinality) {
    const count = `greatest(${lengths.map((length) => `coalesce(CAST(${length} AS BIGINT), 0)`).join(', ')})`
    fields.push({ label: 'ordinality', type: bigint, text: add(`generate_series(1, ${count})`) })
  }
  return { fields, text: `LATERAL (SELECT ${columns.join(', ')}) AS ${name}` }
}

function analyseAliased(
  node: Extract<RelationNode, { kind: 'aliased' }>,
  at: RelationPlace,
  left: readonly Field[],
): AnalysedRelation {
  const { relation, alias, columns } = node
  const inner = analyseNamed(relation, node, at, left)
  if (columns !== undefined && columns.length !== inner.fields.length) {
    refuse(
      alias,
      `Column alias list has ${columns.length} entries but '${alias.text}' has ${inner.fields.length} columns available`,
    )
  }
  const fields = inner.fields.map((field, index) => {
    const name = columns?.[index]
    return { ...field, relation: alias.key, ...(name && { name: name.key, label: name.text }) }
  })
  return { ...inner, fields }
}

/**
 * @quirk Athena lets `UNNEST(resources) AS t (r)` name an array's rows as one column, `r.arn`; Trino, and so Lake, gives a
 * column for each field of the rows
 */
function analyseNamed(
  relation: RelationNode,
  { alias, columns }: Extract<RelationNode, { kind: 'aliased' }>,
  at: RelationPlace,
  left: readonly Field[],
): AnalysedRelation {
  // With names of their own, the columns in WHERE need not be the table's of that name.
  const known = columns === undefined ? at : { ...at, bounds: unbounded }
  if (relation.kind === 'table') return analyseTable(relation, relation.parts, alias, known)
  if (relation.kind !== 'unnest' || at.analysis.dialect !== 'athena') return analyseRelation(relation, at, left)
  const wholeCount = relation.expressions.length + (relation.hasOrdinality ? 1 : 0)
  return analyseUnnest(relation, at, left, columns?.length === wholeCount)
}

function analyseJoin(
  node: Extract<RelationNode, { kind: 'join' }>,
  at: RelationPlace,
  before: readonly Field[],
): AnalysedRelation {
  const left = analyseRelation(node.left, at, before)
  const isRightFree = node.type === 'RIGHT' || node.type === 'FULL'
  if (isRightFree && node.right.kind === 'unnest') refuseUnsupported(node, `${node.type} JOIN UNNEST`)
  const right = analyseRelation(node.right, at, [...before, ...left.fields])
  const fields = [...left.fields, ...right.fields]
  if (node.type === 'CROSS') return { fields, text: `${left.text} CROSS JOIN ${right.text}` }
  const joined = `${left.text} ${node.type} JOIN ${parenthesized(node.right, right.text)}`
  if (node.using !== undefined) return joinUsing(node.using, left, right, joined)
  if (node.on === undefined) return refuse(node, 'JOIN needs ON or USING')
  const inner: Surroundings = {
    ...surroundings(at.analysis, { fields, ...(at.parent && { parent: at.parent }) }),
    noAggregates: 'JOIN clause',
    noWindows: 'JOIN clause',
  }
  return { fields, text: `${joined} ON ${condition(node.on, inner, 'JOIN ON clause').text}` }
}

function parenthesized(node: RelationNode, text: string): string {
  return node.kind === 'join' ? `(${text})` : text
}

/** The named columns come first, once, and belong to neither side. */
function joinUsing(
  using: readonly Name[],
  left: AnalysedRelation,
  right: AnalysedRelation,
  joined: string,
): AnalysedRelation {
  const merged: Field[] = []
  const conditions: string[] = []
  const taken = new Set<Field>()
  for (const name of using) {
    const one = findField({ fields: left.fields }, name)?.field
    const other = findField({ fields: right.fields }, name)?.field
    if (one === undefined || other === undefined) {
      unresolved(name, name.text)
    }
    one.read?.()
    other.read?.()
    const [a, b] = alike(name, one, other, '=')
    conditions.push(`${comparable(a)} = ${comparable(b)}`)
    taken.add(one).add(other)
    merged.push({ name: name.key, label: one.label, type: a.type, text: `coalesce(${a.text}, ${b.text})` })
  }
  const rest = [...left.fields, ...right.fields].filter((field) => !taken.has(field))
  return { fields: [...merged, ...rest], text: `${joined} ON (${conditions.join(' AND ')})` }
}
