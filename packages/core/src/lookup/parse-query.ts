import { parseAddressRange } from './address-range.ts'
import { parseJsonPath } from './json-path.ts'
import { parseMoment } from './moment.ts'
import {
  eventCategories,
  everything,
  type LookupCategory,
  type LookupCondition,
  type LookupField,
  type LookupGrouping,
  type LookupQuery,
  type LookupSubject,
  type LookupTest,
  latestMs,
  lookupFields,
  type NumberBounds,
} from './query.ts'
import { parseWildcard } from './wildcard.ts'

/** Bounds of one look-up as it arrives. Each is far above what a person or a console asks for. */
export const lookupLimits = {
  conditions: 64,
  /** Values of one condition, accounts, regions. */
  values: 256,
  valueChars: 2_000,
  groupings: 8,
  /** Events one look-up returns. */
  events: 1_000_000,
} as const

export type ParsedLookup =
  | { readonly kind: 'query'; readonly query: LookupQuery }
  /** Everything that is wrong with the request, in words for its sender. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const members = [
  'where',
  'since',
  'until',
  'accounts',
  'regions',
  'categories',
  'order',
  'limit',
  'groupBy',
  'facets',
  'count',
]

/** What `facets: true` counts. */
const facetFields = ['eventName', 'username', 'errorCode', 'sourceIp'] as const

/**
 * Reads a look-up from parsed JSON; its grammar is in docs/reference/lookup.md. Nothing unknown is ignored: a
 * misspelt condition would widen the answer. All problems are reported together.
 */
export function parseLookup(body: unknown, nowMs: number): ParsedLookup {
  const problems: string[] = []
  if (!isObject(body)) return { kind: 'problems', problems: ['the look-up must be a JSON object'] }
  for (const name of Object.keys(body)) if (!members.includes(name)) problems.push(`unknown member ${show(name)}`)
  const list = (name: string): readonly string[] | undefined =>
    body[name] === undefined ? undefined : textList(body[name], name, problems)
  const query: LookupQuery = {
    conditions: conditions(body.where, problems),
    sinceMs: moment(body.since, 'since', 'start', nowMs, problems) ?? everything.sinceMs,
    untilMs: moment(body.until, 'until', 'end', nowMs, problems) ?? latestMs,
    accounts: list('accounts'),
    regions: list('regions'),
    categories: categories(list('categories'), problems),
    order: oneOf(body.order, ['newest', 'oldest'] as const, 'order', problems) ?? everything.order,
    eventsMax: limit(body.limit, problems),
    groupings: [...groupings(list('groupBy'), problems), ...(flag(body.facets, 'facets', problems) ? facets : [])],
    counted: flag(body.count, 'count', problems),
  }
  if (query.sinceMs > query.untilMs) problems.push('since lies after until')
  return problems.length === 0 ? { kind: 'query', query } : { kind: 'problems', problems }
}

/** A subject by name or path; `undefined` when it is neither. */
export function parseSubject(text: string): LookupSubject | undefined {
  const field = lookupFields.find((name) => name === text)
  if (field !== undefined) return { kind: 'field', field }
  const path = parseJsonPath(text)
  return path === undefined ? undefined : { kind: 'path', path }
}

const facets: readonly LookupGrouping[] = [
  ...facetFields.map((field: LookupField) => ({ kind: 'field', field }) as const),
  { kind: 'time', unit: 'hour' },
]

function conditions(value: unknown, problems: string[]): LookupCondition[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) {
    problems.push('where must be a list of conditions')
    return []
  }
  if (value.length > lookupLimits.conditions) {
    problems.push(`where holds more than ${lookupLimits.conditions} conditions`)
    return []
  }
  return value.flatMap((item, index) => condition(item, `where[${index}]`, problems) ?? [])
}

const testNames = ['is', 'exactly', 'contains', 'exists', 'within', 'above', 'atLeast', 'below', 'atMost']

function condition(value: unknown, at: string, problems: string[]): LookupCondition | undefined {
  if (!isObject(value)) {
    problems.push(`${at} must be an object`)
    return undefined
  }
  const unknown = Object.keys(value).filter((name) => !['field', 'not', ...testNames].includes(name))
  if (unknown.length > 0) problems.push(`${at} has unknown members: ${unknown.map(show).join(', ')}`)
  const subject = typeof value.field === 'string' ? parseSubject(value.field) : undefined
  if (subject === undefined) problems.push(`${at}.field must name a field or a path`)
  const isNot = flag(value.not, `${at}.not`, problems)
  const before = problems.length
  const test = parseTest(value, at, problems)
  if (test === undefined && problems.length === before) problems.push(`${at} must hold exactly one test`)
  if (subject === undefined || test === undefined) return undefined
  return { subject, test, negated: isNot !== (test.kind === 'exists' && value.exists === false) }
}

function parseTest(value: JsonObject, at: string, problems: string[]): LookupTest | undefined {
  const names = testNames.filter((name) => value[name] !== undefined)
  const bounds = names.filter((name) => typeof value[name] === 'number')
  if (bounds.length > 0 && bounds.length === names.length) return { kind: 'number', bounds: numberBounds(value) }
  const [name, ...others] = names
  if (name === undefined || others.length > 0) return undefined
  switch (name) {
    case 'is':
      return { kind: 'like', patterns: textList(value.is, `${at}.is`, problems).map(parseWildcard) }
    case 'exactly':
      return { kind: 'exactly', values: textList(value.exactly, `${at}.exactly`, problems) }
    case 'contains': {
      const [text] = textList([value.contains], `${at}.contains`, problems)
      return text === undefined ? undefined : { kind: 'contains', text }
    }
    case 'exists':
      if (typeof value.exists !== 'boolean') problems.push(`${at}.exists must be true or false`)
      return { kind: 'exists' }
    case 'within': {
      const texts = textList(value.within, `${at}.within`, problems)
      const ranges = texts.flatMap((text) => parseAddressRange(text) ?? [])
      if (ranges.length < texts.length) problems.push(`${at}.within must hold addresses or CIDR ranges`)
      return { kind: 'within', ranges }
    }
    default:
      problems.push(`${at}.${name} must be a number`)
      return undefined
  }
}

function numberBounds(value: JsonObject): NumberBounds {
  const bounds: { -readonly [Key in keyof NumberBounds]: NumberBounds[Key] } = {}
  for (const name of ['above', 'atLeast', 'below', 'atMost'] as const) {
    const bound = value[name]
    if (typeof bound === 'number') bounds[name] = bound
  }
  return bounds
}

function groupings(texts: readonly string[] | undefined, problems: string[]): LookupGrouping[] {
  if (texts === undefined) return []
  if (texts.length > lookupLimits.groupings) problems.push(`groupBy holds more than ${lookupLimits.groupings} entries`)
  return texts.flatMap((text): LookupGrouping[] => {
    if (text === 'hour' || text === 'day') return [{ kind: 'time', unit: text }]
    const subject = parseSubject(text)
    if (subject === undefined) problems.push(`groupBy: ${show(text)} is neither a field nor a path`)
    return subject === undefined ? [] : [subject]
  })
}

function categories(texts: readonly string[] | undefined, problems: string[]): readonly LookupCategory[] {
  if (texts === undefined) return eventCategories
  return texts.flatMap((text) => oneOf(text, eventCategories, 'categories', problems) ?? [])
}

function limit(value: unknown, problems: string[]): number {
  if (value === undefined) return everything.eventsMax
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= lookupLimits.events) return Number(value)
  problems.push(`limit must be a whole number from 0 to ${lookupLimits.events}`)
  return 0
}

function moment(value: unknown, name: string, bound: 'start' | 'end', nowMs: number, problems: string[]) {
  if (value === undefined) return undefined
  const at = typeof value === 'number' && value >= 0 && value <= latestMs ? value : undefined
  const read = typeof value === 'string' ? parseMoment(value, nowMs, bound) : at
  if (read === undefined) problems.push(`${name} must be a time such as 2026-01-31, 2026-01-31T12:00:00Z or -30d`)
  return read
}

function oneOf<Value extends string>(value: unknown, allowed: readonly Value[], name: string, problems: string[]) {
  if (value === undefined) return undefined
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) problems.push(`${name} must be one of ${allowed.join(', ')}`)
  return found
}

function flag(value: unknown, name: string, problems: string[]): boolean {
  if (value !== undefined && typeof value !== 'boolean') problems.push(`${name} must be true or false`)
  return value === true
}

function textList(value: unknown, name: string, problems: string[]): readonly string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  const texts = values.filter((item): item is string => typeof item === 'string' && item !== '')
  const isWhole = texts.length === values.length && texts.length > 0 && texts.length <= lookupLimits.values
  if (!isWhole || texts.some((text) => text.length > lookupLimits.valueChars)) {
    problems.push(
      `${name} must be text, or a list of 1 to ${lookupLimits.values} texts, of 1 to ${lookupLimits.valueChars} characters`,
    )
    return []
  }
  return texts
}

/** A bounded quotation of what the sender wrote. */
function show(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

type JsonObject = Record<string, unknown>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
