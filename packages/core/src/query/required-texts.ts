import { createCursor } from './cursor.ts'
import { parseQuery } from './parse-query.ts'
import type { ExpressionNode, QueryNode, SelectNode } from './syntax-tree.ts'
import { tokenize } from './token.ts'

/** A record matters only if it holds one of `anyOf`, byte for byte but for JSON's escapes. */
export interface RequiredText {
  readonly anyOf: readonly string[]
}

/** Text columns of events, and text fields of their structs: what they hold stands in the record as it is. */
const textColumns = new Set(
  (
    'eventversion eventsource eventname awsregion sourceipaddress useragent errorcode errormessage requestid eventid ' +
    'eventtype apiversion recipientaccountid sharedeventid vpcendpointid vpcendpointaccountid eventcategory ' +
    'sessioncredentialfromconsole eventjson'
  ).split(' '),
)
const textFields = new Set(
  'type principalid arn accountid accesskeyid username invokedby identityprovider sourceidentity tlsversion ciphersuite clientprovidedhostheader'.split(
    ' ',
  ),
)
const textMaps = new Set('requestparameters responseelements additionaleventdata serviceeventdetails'.split(' '))

/** Shorter texts are in nearly every record. */
const textCharsMin = 3

/** In JSON these may be written otherwise; every other character stands for itself or is an escape of four digits. */
const hasEscapes = /["\\\p{Cc}]|[^\u0020-\uffff]/u

/** Members that are no text are written anew when they become one: `1.0`, `true`, `{"a":1}`. */
const mayBeOther = /^\s*([-+]?[\d.]|true$|false$|null$|[[{])/i

/**
 * What a record must hold so that a statement's result can depend on it: each of the answered must be there. Empty when
 * the statement does not say: it is one SELECT from one table, and its WHERE compares texts that are in the record.
 *
 * Only ever leaves out what cannot matter: whatever is not understood asks for nothing.
 */
export function requiredTexts(statement: string): readonly RequiredText[] {
  let query: QueryNode
  try {
    query = parseQuery(createCursor(tokenize(statement)))
  } catch {
    return []
  }
  const { body } = query
  if (query.with !== undefined || body.kind !== 'select' || !readsOneTable(body)) return []
  if (body.where === undefined || hasQueries(body) || query.orderBy.some((item) => hasQueries(item))) return []
  return needsOf(body.where)
}

function readsOneTable({ from }: SelectNode): boolean {
  const [only, ...others] = from
  const relation = only?.kind === 'aliased' && only.columns === undefined ? only.relation : only
  return others.length === 0 && relation?.kind === 'table'
}

const queryKinds = new Set(['exists', 'scalar-query', 'in-query', 'quantified', 'subquery'])

/** A query inside sees the same table and may want what the outer one does not. */
function hasQueries(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  if ('kind' in node && typeof node.kind === 'string' && queryKinds.has(node.kind)) return true
  return (node instanceof Map ? [...node.values()] : Object.values(node)).some(hasQueries)
}

function needsOf(node: ExpressionNode): readonly RequiredText[] {
  switch (node.kind) {
    case 'logical':
      return node.operator === 'AND' ? node.terms.flatMap(needsOf) : anyNeed(node.terms)
    case 'comparison':
      if (node.operator !== '=') return []
      return equals(node.left, node.right) ?? equals(node.right, node.left) ?? []
    case 'in-list':
      return inList(node.of, node.items)
    case 'like':
      return node.escape === undefined && node.pattern.kind === 'string' ? like(node.of, node.pattern.text) : []
    default:
      return []
  }
}

/** One of the terms holds: a text of each is enough. */
function anyNeed(terms: readonly ExpressionNode[]): readonly RequiredText[] {
  const anyOf: string[] = []
  for (const term of terms) {
    const rarest = longest(needsOf(term))
    if (rarest === undefined) return []
    anyOf.push(...rarest.anyOf)
  }
  return [{ anyOf }]
}

/** Long texts are rare ones. */
function longest(needs: readonly RequiredText[]): RequiredText | undefined {
  const shortestOf = ({ anyOf }: RequiredText) => Math.min(...anyOf.map(({ length }) => length))
  return needs.toSorted((a, b) => shortestOf(b) - shortestOf(a))[0]
}

function equals(of: ExpressionNode, to: ExpressionNode): readonly RequiredText[] | undefined {
  return to.kind === 'string' ? inList(of, [to]) : undefined
}

function inList(of: ExpressionNode, items: readonly ExpressionNode[]): readonly RequiredText[] {
  const form = formOf(of)
  if (form === undefined) return []
  const anyOf: string[] = []
  for (const item of items) {
    if (item.kind !== 'string' || !isUsable(item.text)) return []
    if (form === 'member' && mayBeOther.test(item.text)) return []
    anyOf.push(item.text)
  }
  return [{ anyOf }]
}

/** What lies between wildcards has to be there. Parts of a member may be of a nested object, which is written anew. */
function like(of: ExpressionNode, pattern: string): readonly RequiredText[] {
  if (formOf(of) !== 'column') return []
  return pattern
    .split(/[%_]/)
    .filter(isUsable)
    .map((text) => ({ anyOf: [text] }))
}

function isUsable(text: string): boolean {
  return text.length >= textCharsMin && !hasEscapes.test(text)
}

/** How an expression takes its value from the record; `undefined` when it does more than that. */
function formOf(node: ExpressionNode): 'column' | 'member' | undefined {
  switch (node.kind) {
    case 'name':
      return textColumns.has(node.name.key) ? 'column' : undefined
    case 'field':
      if (isPath(node.of) && textFields.has(node.name.key)) return 'column'
      // `t.eventName` of a table that has an alias.
      return node.of.kind === 'name' && textColumns.has(node.name.key) ? 'column' : undefined
    case 'subscript':
      return isTextMap(node.of) ? 'member' : undefined
    case 'call':
      return takesMember(node.name) && node.args[0] !== undefined && isTextMap(node.args[0]) ? 'member' : undefined
    default:
      return undefined
  }
}

/** Lake has these columns as maps, Athena as the record's own JSON. */
function takesMember(name: string): boolean {
  return name === 'element_at' || name === 'json_extract_scalar'
}

/** `userIdentity.sessionContext.sessionIssuer`, or an element of `resources`. */
function isPath(node: ExpressionNode): boolean {
  if (node.kind === 'name') return true
  if (node.kind === 'field' || node.kind === 'subscript') return isPath(node.of)
  return node.kind === 'call' && node.name === 'element_at' && node.args[0] !== undefined && isPath(node.args[0])
}

function isTextMap(node: ExpressionNode): boolean {
  if (node.kind === 'name') return textMaps.has(node.name.key)
  return node.kind === 'field' && node.of.kind === 'name' && textMaps.has(node.name.key)
}
