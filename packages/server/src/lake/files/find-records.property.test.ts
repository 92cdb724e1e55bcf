import type { RequiredText } from '@cairn/core/query'
import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findRecords } from './find-records.ts'
import { createRecordFilter } from './record-filter.ts'

/** Texts that are easily confused with each other and with what is between records. */
const word = fc.constantFrom(
  'alice',
  'alic',
  'ali/ce',
  'bob',
  'eventVersion',
  ',{"eventVersion":',
  'ünï',
  ']}',
  '\\u0061lice',
)
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 2 }),
    fc.record({ eventVersion: word, n: tie('any') }),
  ),
})).any
const record = fc.oneof(
  fc.record({ eventVersion: word, eventName: word, requestParameters: value, user: word }),
  fc.record({ awsRegion: word, requestParameters: value }),
)

/** Any writer's choice of escapes. */
function escaped(json: string, choices: readonly boolean[]): string {
  let at = 0
  const chosen = () => choices[at++ % choices.length] === true
  return json.replace(/[a-z/](?=[^"]*"[,}\]:])/g, (char) => {
    if (!chosen()) return char
    return char === '/' ? '\\/' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const needs: fc.Arbitrary<readonly RequiredText[]> = fc.array(
  fc.record({ anyOf: fc.array(fc.constantFrom('alice', 'ali/ce', 'bob', 'ünï'), { minLength: 1, maxLength: 2 }) }),
  { maxLength: 2 },
)

/** Whether any text in a value has the text in it. */
function holds(of: unknown, text: string): boolean {
  if (typeof of === 'string') return of.includes(text)
  if (typeof of !== 'object' || of === null) return false
  return Object.entries(of).some(([key, inner]) => key.includes(text) || holds(inner, text))
}

function parsed(piece: Buffer): unknown {
  try {
    return JSON.parse(piece.toString())
  } catch {
    return undefined
  }
}

it('finds every record that holds what is needed, or says that a file has to be read the slow way', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 6 }),
      needs,
      fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
      fc.constantFrom('', '\n', ' \r\n'),
      (records, wanted, escapes, tail) => {
        const text = `{"Records":[${records.map((one) => escaped(JSON.stringify(one), escapes)).join(',')}]}${tail}`
        const bytes = Buffer.from(text)
        const filter = createRecordFilter(wanted)
        const expected = records.filter((one) => wanted.every(({ anyOf }) => anyOf.some((text) => holds(one, text))))
        if (!filter.mayMatter(bytes)) {
          expect(expected).toEqual([])
          return
        }
        const pieces = findRecords(bytes, filter)
        const found = pieces && [...pieces].map(parsed)
        if (found === undefined || found.includes(undefined)) return
        const json = found.map((one) => JSON.stringify(one))
        for (const one of expected) expect(json).toContain(JSON.stringify(one))
        for (const one of json) expect(records.map((each) => JSON.stringify(each))).toContain(one)
        expect(found.length).toBeLessThanOrEqual(records.length)
      },
    ),
    { numRuns: fullSize(500, 20_000) },
  )
})

it('reads the form of AWS the quick way', () => {
  const records = Array.from({ length: 50 }, (_, n) => ({
    eventVersion: '1.08',
    n,
    user: n % 10 === 3 ? 'alice' : 'bob',
  }))
  const bytes = Buffer.from(JSON.stringify({ Records: records }))
  const all = findRecords(bytes, createRecordFilter([]))
  expect(all && [...all].map(parsed)).toEqual(records)
  const some = findRecords(bytes, createRecordFilter([{ anyOf: ['alice'] }]))
  expect(some && [...some].map(parsed)).toEqual(records.filter(({ user }) => user === 'alice'))
})
