import type { Analyse, Surroundings } from './analysis.ts'
import { coerce, commonType } from './coercion.ts'
import { alike, comparable, compare, requireOrderable } from './operators.ts'
import { type Place, refuse, refuseUnsupported } from './refusal.ts'
import { boolean, type SqlType, sameType, typeText, varchar } from './sql-type.ts'
import type { ExpressionNode, QueryNode } from './syntax-tree.ts'
import type { Typed } from './typed.ts'

/** What is true, false or unknown, and a query as a value. */
type PredicateNode = Extract<
  ExpressionNode,
  {
    kind:
      | 'comparison'
      | 'quantified'
      | 'logical'
      | 'not'
      | 'is-null'
      | 'distinct-from'
      | 'between'
      | 'in-list'
      | 'in-query'
      | 'like'
      | 'exists'
      | 'scalar-query'
  }
>

/** @throws Refusal */
export function analysePredicate(node: PredicateNode, at: Surroundings, analyseAt: Analyse): Typed {
  const analyse = (part: ExpressionNode) => analyseAt(part, at)
  const condition = (part: ExpressionNode, where: string) => asCondition(part, analyse(part), where)
  const truth = (text: string): Typed => ({ type: boolean, text })
  switch (node.kind) {
    case 'comparison':
      return compare(node, node.operator, analyse(node.left), analyse(node.right))
    case 'logical': {
      const terms = node.terms.map((term) => condition(term, `${node.operator} operator`).text)
      return truth(`(${terms.join(` ${node.operator} `)})`)
    }
    case 'not':
      return truth(`(NOT ${condition(node.of, 'NOT operator').text})`)
    case 'is-null':
      return truth(`(${analyse(node.of).text} IS NULL)`)
    case 'distinct-from': {
      const [left, right] = alike(node, analyse(node.left), analyse(node.right), 'IS DISTINCT FROM')
      return truth(`(${comparable(left)} IS DISTINCT FROM ${comparable(right)})`)
    }
    case 'between': {
      const of = analyse(node.of)
      const low = compare(node, '>=', of, analyse(node.low))
      const high = compare(node, '<=', of, analyse(node.high))
      return truth(`(${low.text} AND ${high.text})`)
    }
    case 'in-list':
      return inList(node, analyse(node.of), node.items.map(analyse))
    case 'like': {
      const of = coerceTo(node, analyse(node.of), varchar, 'Left side of LIKE expression')
      const pattern = coerceTo(node, analyse(node.pattern), varchar, 'Pattern for LIKE expression')
      const by = node.escape && coerceTo(node, analyse(node.escape), varchar, 'Escape for LIKE expression')
      return truth(`(${of.text} LIKE ${pattern.text}${by === undefined ? '' : ` ESCAPE ${by.text}`})`)
    }
    case 'exists':
      return truth(`EXISTS (${at.analysis.query(node.query, at.scope).text})`)
    case 'scalar-query': {
      const query = at.analysis.query(node.query, at.scope)
      const [column, second] = query.columns
      if (column === undefined || second !== undefined) {
        refuseUnsupported(node, 'a subquery of several columns as a value')
      }
      return { type: column.type, text: `(${query.text})` }
    }
    case 'in-query':
      return inQuery(node, analyse(node.of), '= ANY', at, node.query)
    case 'quantified':
      return inQuery(node, analyse(node.left), `${node.operator} ${node.quantifier}`, at, node.query)
  }
}

/** @throws Refusal unless it is true or false */
export function asCondition(place: Place, typed: Typed, where: string): Typed {
  if (typed.type.kind !== 'boolean' && typed.type.kind !== 'unknown') {
    refuse(place, `${where} must evaluate to a boolean: actual type ${typeText(typed.type)}`)
  }
  return coerce(typed, boolean)
}

/** @throws Refusal when it can't be one */
export function coerceTo(place: Place, typed: Typed, type: SqlType, what?: string): Typed {
  const common = commonType(typed.type, type)
  if (common !== undefined && common.kind === type.kind) return coerce(typed, common)
  refuse(place, `${what ?? 'Expression'} must evaluate to a ${typeText(type)} (actual: ${typeText(typed.type)})`)
}

function inList(place: Place, of: Typed, items: readonly Typed[]): Typed {
  const isSimple = of.type.kind !== 'row' && of.type.kind !== 'timestamp with time zone' && of.type.kind !== 'map'
  const pairs = items.map((item) => alike(place, of, item, 'IN'))
  const type = pairs[0]?.[0].type
  if (isSimple && type !== undefined && pairs.every(([left]) => sameType(left.type, type))) {
    return { type: boolean, text: `(${pairs[0]?.[0].text} IN (${pairs.map(([, item]) => item.text).join(', ')}))` }
  }
  return { type: boolean, text: `(${items.map((item) => compare(place, '=', of, item).text).join(' OR ')})` }
}

function inQuery(place: Place, left: Typed, operator: string, at: Surroundings, node: QueryNode): Typed {
  const query = at.analysis.query(node, at.scope)
  const name = at.analysis.newName('r')
  const isRow = left.type.kind === 'row'
  if (!isRow && query.columns.length !== 1) {
    refuse(place, `Multiple columns returned by subquery are not yet supported. Found ${query.columns.length}`)
  }
  if (isRow) refuseUnsupported(place, 'a row compared with a subquery')
  const column: Typed = { type: query.columns[0]?.type ?? varchar, text: `${name}.c0` }
  const [one, other] = alike(place, left, column, 'IN')
  if (!/^(?:=|<>) /.test(operator)) requireOrderable(place, one.type)
  return {
    type: boolean,
    text: `(${comparable(one)} ${operator} (SELECT ${comparable(other)} FROM (${query.text}) AS ${name}))`,
  }
}
