import type { TimeBounds } from './statement.ts'
import type { ComparisonOperator, ExpressionNode } from './syntax-tree.ts'
import { offsetMs, readTimeLiteral } from './time-literal.ts'

const open: TimeBounds = {}
/**
 * Bounds are taken wider than they are said: times are cut to milliseconds, and where event time is a text, as in Athena's
 * tables, texts are compared: `2023-07-10 23:00` comes before every `2023-07-10T…`.
 */
const slackMs = 24 * 3_600_000

/** What a condition that all rows must meet says of the event time, which `isTime` knows. */
export function eventTimeOf(term: ExpressionNode, isTime: (node: ExpressionNode) => boolean): TimeBounds {
  return boundsOf(term, (node) => isTime(withoutConversion(node))).reduce(narrower, open)
}

function withoutConversion(node: ExpressionNode): ExpressionNode {
  const [of] = node.kind === 'call' && node.name === 'from_iso8601_timestamp' ? node.args : []
  return of ?? node
}

function boundsOf(node: ExpressionNode, isTime: (node: ExpressionNode) => boolean): readonly TimeBounds[] {
  if (node.kind === 'between' && isTime(node.of)) {
    return [...bound('>=', timeOf(node.low)), ...bound('<=', timeOf(node.high))]
  }
  if (node.kind !== 'comparison') return []
  if (isTime(node.left)) return bound(node.operator, timeOf(node.right))
  return isTime(node.right) ? bound(mirrored[node.operator], timeOf(node.left)) : []
}

const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function bound(operator: ComparisonOperator, ms: number | undefined): readonly TimeBounds[] {
  if (ms === undefined || operator === '<>') return []
  const from = { fromMs: Math.floor(ms) - slackMs }
  const to = { toMs: Math.ceil(ms) + slackMs }
  if (operator === '=') return [{ ...from, ...to }]
  return operator === '>' || operator === '>=' ? [from] : [to]
}

function timeOf(node: ExpressionNode): number | undefined {
  let text: string | undefined
  if (node.kind === 'string') text = node.text
  if (node.kind === 'typed-literal' && (node.type === 'timestamp' || node.type === 'date')) text = node.text
  if (node.kind === 'call' && node.name === 'from_iso8601_timestamp' && node.args[0]?.kind === 'string') {
    text = node.args[0].text
  }
  const read = text === undefined ? undefined : readTimeLiteral(text)
  if (read === undefined) return undefined
  const offset = read.zone === undefined ? 0 : offsetMs(read.zone)
  return offset === undefined ? undefined : read.ms - offset
}

export function narrower(one: TimeBounds, other: TimeBounds): TimeBounds {
  const fromMs = Math.max(one.fromMs ?? Number.NEGATIVE_INFINITY, other.fromMs ?? Number.NEGATIVE_INFINITY)
  const toMs = Math.min(one.toMs ?? Number.POSITIVE_INFINITY, other.toMs ?? Number.POSITIVE_INFINITY)
  return { ...(Number.isFinite(fromMs) && { fromMs }), ...(Number.isFinite(toMs) && { toMs }) }
}

/** Bounds that hold for every scan. */
export function widest(scans: readonly TimeBounds[]): TimeBounds {
  const froms = scans.map((scan) => scan.fromMs)
  const tos = scans.map((scan) => scan.toMs)
  const from = froms.every((ms) => ms !== undefined) && froms.length > 0 ? { fromMs: Math.min(...froms) } : {}
  const to = tos.every((ms) => ms !== undefined) && tos.length > 0 ? { toMs: Math.max(...tos) } : {}
  return { ...from, ...to }
}
