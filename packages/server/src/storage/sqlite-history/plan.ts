import {
  compileTest,
  isLiteral,
  type LookupCondition,
  type LookupQuery,
  rangeTextPrefix,
  wildcardPrefix,
} from '@cairn/core/lookup'
import type { EventPlace } from '../../ports/history-index.ts'
import type { IndexReader, Scope } from './index-reader.ts'
import { isMarked, type MarkTest } from './marks.ts'
import type { Order } from './place-order.ts'
import { intersectionOf, type PlaceStream, type Stepping, unionOf } from './place-stream.ts'
import { createPostingCursor } from './posting-cursor.ts'
import { type IndexedAttribute, isIndexed, listedAttributes, readOnlyValues, termOf } from './term.ts'

/** Which events are worth a look, and why. */
export type SearchPlan =
  /** In the order of the search. A superset of the matches. */
  | {
      readonly kind: 'places'
      readonly by: string
      readonly places: PlaceStream & Stepping
      /** Rule out some more by their position. */
      readonly tests: readonly MarkTest[]
    }
  /** An event id names few events: they are fetched and put in order. */
  | { readonly kind: 'positions'; readonly by: string; readonly positions: readonly number[] }

/** Values a pattern may stand for; beyond, it rules out too little to be worth it. */
const valuesMax = 20_000

/** Values looked at to find those: bounds what a pattern without a beginning costs. */
const valuesSeenMax = 50_000

/** Lists followed at once for one condition; with more, testing marks is quicker than merging. */
const listsMax = 64

/** Blocks counted per list to compare conditions; beyond, a list is long. */
const blocksCounted = 64

/**
 * Chooses what to follow: the lists of every condition that has some are intersected, the shortest first; without any,
 * all events by time. Negated conditions exclude nothing here, since a term may stand for two values.
 */
export function planSearch(reader: IndexReader, query: LookupQuery, after: EventPlace | undefined): SearchPlan {
  const scopes = reader.scopes().filter((scope) => isAsked(query, scope))
  const ids = query.conditions.find(isById)
  if (ids?.test.kind === 'exactly') {
    const accounts = [...new Set(scopes.map(({ account }) => account))]
    const names = ids.test.values
    const positions = accounts.flatMap((account) => names.flatMap((id) => reader.ids.positionsOf(account, id)))
    return { kind: 'positions', by: 'eventId', positions: [...new Set(positions)] }
  }
  const asked = query.conditions.flatMap((condition) => termsOf(reader, condition) ?? [])
  const found: { attribute: string; lists: List[] }[] = []
  const tests: MarkTest[] = []
  const tested: string[] = []
  for (const { attribute, terms } of asked) {
    const lists = listsOf(reader, terms, scopes)
    if (lists !== undefined) found.push({ attribute, lists })
    else if (isMarked(attribute)) {
      tests.push(reader.marks.test(attribute, terms))
      tested.push(attribute)
    }
  }
  const byTime = () => {
    const terms = readOnlyValues.map((value) => termOf('readOnly', value))
    return { attribute: 'time', lists: terms.flatMap((term) => scopes.map(({ id }) => ({ term, scope: id }))) }
  }
  const followed = found.length > 0 ? shortestFirst(reader, found) : [byTime()]
  const streams = followed.map(({ lists }) => {
    const cursors = lists.map((list) => createPostingCursor(reader, list, query.order, query))
    return unionOf(query.order, cursors)
  })
  if (after !== undefined) for (const stream of streams) stream.seek(neighbour(query.order, after))
  const by = [...followed.map(({ attribute }) => attribute), ...tested].join(', ')
  return { kind: 'places', by, tests, places: intersectionOf(query.order, streams) }
}

function isAsked({ accounts, regions, categories }: LookupQuery, scope: Scope): boolean {
  return (
    (accounts?.includes(scope.account) ?? true) &&
    (regions?.includes(scope.region) ?? true) &&
    categories.some((category) => category === scope.category)
  )
}

function isById({ subject, test, negated }: LookupCondition): boolean {
  return !negated && subject.kind === 'field' && subject.field === 'eventId' && test.kind === 'exactly'
}

/** The first place that can follow `after`. */
function neighbour(order: Order, { timeMs, position }: EventPlace) {
  return { time: timeMs, position: position + (order === 'newest' ? -1 : 1) }
}

interface Terms {
  readonly attribute: IndexedAttribute
  readonly terms: readonly number[]
}

/** The terms whose lists hold every match of the condition; `undefined` when the index cannot tell. */
function termsOf(reader: IndexReader, { subject, test, negated }: LookupCondition): Terms | undefined {
  if (negated || subject.kind !== 'field' || !isIndexed(subject.field)) return undefined
  const attribute = subject.field
  const values = test.kind === 'exactly' ? test.values : likeValues(reader, attribute, test)
  return values && { attribute, terms: [...new Set(values.map((value) => termOf(attribute, value)))] }
}

function likeValues(
  reader: IndexReader,
  attribute: IndexedAttribute,
  test: LookupCondition['test'],
): readonly string[] | undefined {
  if (test.kind === 'like' && test.patterns.every(isLiteral)) return test.patterns.map(({ text }) => text)
  if (!listedAttributes.includes(attribute)) return undefined
  const holds = compileTest(test)
  const values = new Set<string>()
  let seen = 0
  for (const prefix of prefixesOf(test)) {
    for (const value of reader.values(attribute, prefix)) {
      seen += 1
      if (holds(value)) values.add(value)
      if (seen > valuesSeenMax || values.size > valuesMax) return undefined
    }
  }
  return [...values]
}

/** Beginnings of which every value that meets the test has one. */
function prefixesOf(test: LookupCondition['test']): readonly string[] {
  const prefixes =
    test.kind === 'like'
      ? test.patterns.map(wildcardPrefix)
      : test.kind === 'within'
        ? // An IPv4 address may also be written as an IPv6 one, which begins with zeros or a colon.
          test.ranges.flatMap((range) => (rangeTextPrefix(range) === '' ? [''] : [rangeTextPrefix(range), '0', ':']))
        : ['']
  return prefixes.includes('') ? [''] : [...new Set(prefixes)]
}

interface List {
  readonly term: number
  readonly scope: number
}

function listsOf(reader: IndexReader, terms: readonly number[], scopes: readonly Scope[]): List[] | undefined {
  if (terms.length > listsMax) return undefined
  const asked = new Set(scopes.map(({ id }) => id))
  const lists: List[] = []
  for (const term of terms) {
    // With few scopes it is quicker to try each than to find out which there are.
    for (const scope of asked.size <= 4 ? asked : reader.scopesOf(term)) {
      if (asked.has(scope)) lists.push({ term, scope })
    }
    // One value is followed in however many scopes it is: it is what a search is for.
    if (terms.length > 1 && lists.length > listsMax) return undefined
  }
  return lists
}

/** Counting takes as long as following a short list: one list alone is not counted. */
function shortestFirst<Found extends { readonly lists: readonly List[] }>(
  reader: IndexReader,
  found: readonly Found[],
): readonly Found[] {
  if (found.length < 2) return found
  return found
    .map((one) => ({ one, blocks: blockCount(reader, one.lists) }))
    .sort((a, b) => a.blocks - b.blocks)
    .map(({ one }) => one)
}

function blockCount(reader: IndexReader, lists: readonly List[]): number {
  return lists.reduce((sum, { term, scope }) => sum + reader.blocks(term, scope, blocksCounted), 0)
}
