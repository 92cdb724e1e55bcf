import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseConditionText } from './condition-text.ts'
import { compileLookup } from './matcher.ts'
import { parseLookup } from './parse-query.ts'
import { lookupEvent } from './subject.ts'

/** Bodies that callers send, near the grammar and far from it. */

const runs = { numRuns: fullSize(2_000, 50_000) }
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('eventName', 'sourceIp', 'resources[0].ARN', 'a."b c".d', '203.0.113.0/24', '::/0', '*', '__proto__'),
  fc.constantFrom('-30d', 'now', '2026-01-31', '2026-02-30', '9999-12-31T23:59:59Z', 'hour', 'management', 'newest'),
)
const anything = fc.oneof(
  text,
  fc.json().map((json): unknown => JSON.parse(json)),
  fc.double(),
  fc.array(text, { maxLength: 4 }),
)
const condition = fc.record(
  {
    field: text,
    is: anything,
    exactly: anything,
    contains: anything,
    exists: anything,
    within: anything,
    above: anything,
    atMost: anything,
    not: anything,
  },
  { requiredKeys: [] },
)
const body = fc.record(
  {
    where: fc.oneof(fc.array(fc.oneof(condition, anything), { maxLength: 4 }), anything),
    since: anything,
    until: anything,
    accounts: anything,
    regions: anything,
    categories: anything,
    order: anything,
    limit: anything,
    groupBy: anything,
    facets: anything,
    count: anything,
  },
  { requiredKeys: [] },
)
const frame = { account: '123456789012', region: 'eu-west-1', acceptedAtMs: 0 }

test('any body is a look-up that can be asked of any record, or is told what is wrong with it', () => {
  let queries = 0
  const check = (given: unknown, record: Record<string, unknown>) => {
    const parsed = parseLookup(given, 0)
    if (parsed.kind === 'problems') {
      expect(parsed.problems.length).toBeGreaterThan(0)
      return
    }
    queries += 1
    expect(typeof compileLookup(parsed.query)(lookupEvent(frame, record))).toBe('boolean')
  }
  fc.assert(fc.property(fc.oneof(body, anything), fc.dictionary(text, anything), check), runs)
  // One condition of a known form is nearly always a look-up.
  const simple = fc.record({ field: text, is: text }).map((one) => ({ where: [one] }))
  fc.assert(fc.property(simple, fc.dictionary(text, anything), check), runs)
  expect(queries).toBeGreaterThan(runs.numRuns / 4)
})

test('any text is a condition, or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        fc.tuple(text, fc.constantFrom('=', '!=', '~', '>=', '<'), text).map((parts) => parts.join('')),
      ),
      (given) => {
        const read = parseConditionText(given)
        if (read !== undefined) parseLookup({ where: [read] }, 0)
      },
    ),
    runs,
  )
})
