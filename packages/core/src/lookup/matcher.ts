import { isInRange } from './address-range.ts'
import { someAtPath } from './json-path.ts'
import type { LookupCondition, LookupQuery, LookupTest, NumberBounds } from './query.ts'
import { type LookupEvent, lookupCategory, someValue } from './subject.ts'
import { matchesWildcard } from './wildcard.ts'

/**
 * Whether an event answers a query: the definition of a look-up's result. An index only narrows what is asked.
 * Paths are tried first: fields may have to be derived. The cost is linear in the record and the conditions.
 */
export function compileLookup(query: LookupQuery): (event: LookupEvent) => boolean {
  const accounts = query.accounts && new Set(query.accounts)
  const regions = query.regions && new Set(query.regions)
  const categories = new Set(query.categories)
  const ofPaths = query.conditions.filter(({ subject }) => subject.kind === 'path').map(compileCondition)
  const ofFields = query.conditions.filter(({ subject }) => subject.kind === 'field').map(compileCondition)
  return (event) =>
    (accounts === undefined || accounts.has(event.account)) &&
    (regions === undefined || regions.has(event.region)) &&
    ofPaths.every((holds) => holds(event)) &&
    event.timeMs >= query.sinceMs &&
    event.timeMs <= query.untilMs &&
    categories.has(lookupCategory(event.fields.category)) &&
    ofFields.every((holds) => holds(event))
}

function compileCondition({ subject, test, negated }: LookupCondition): (event: LookupEvent) => boolean {
  if (test.kind === 'exists' && subject.kind === 'path') {
    const { path } = subject
    // Null counts as there: the record says so. An object counts too, though it has no text.
    return (event) => someAtPath(event.record, path, () => true) !== negated
  }
  const holds = compileTest(test)
  return (event) => someValue(event, subject, holds) !== negated
}

/** The test on one value. Also used on the values an index has seen, to find those worth following. */
export function compileTest(test: LookupTest): (value: string) => boolean {
  switch (test.kind) {
    case 'exactly': {
      const values = new Set(test.values)
      return (value) => values.has(value)
    }
    case 'like':
      return (value) => test.patterns.some((pattern) => matchesWildcard(pattern, value))
    case 'contains':
      return (value) => value.includes(test.text)
    case 'exists':
      return () => true
    case 'within':
      return (value) => test.ranges.some((range) => isInRange(range, value))
    case 'number':
      return (value) => isBetween(test.bounds, value)
  }
}

function isBetween({ above, atLeast, below, atMost }: NumberBounds, value: string): boolean {
  if (value.trim() === '') return false
  const number = Number(value)
  return (
    !Number.isNaN(number) &&
    (above === undefined || number > above) &&
    (atLeast === undefined || number >= atLeast) &&
    (below === undefined || number < below) &&
    (atMost === undefined || number <= atMost)
  )
}
