import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventBytesMax, fitRecord, type LakeTableKind, lakeRow, parseRecord, RowLines } from './index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const names = [
  ...['eventTime', 'eventName', 'errorMessage', 'readOnly', 'managementEvent', 'requestParameters', 'resources'],
  ...['userIdentity', 'sessionContext', 'attributes', 'creationDate', 'arn', 'ARN', 'type', 'accountId', 'addendum'],
  ...['eventContext', 'tagContext', 'resourceTags', 'tags', 'eventData', 'metadata', 'details', 'UID', 'eventjson'],
]
const texts = fc.oneof(
  fc.constantFrom('true', 'false', '2026-01-02T03:04:05Z', '2026-02-30T03:04:05Z', '0000-01-01T00:00:00Z', 'x=1'),
  fc.constantFrom(
    '2026-01-02T24:00:00Z',
    '2024-02-29T23:59:60Z',
    '2026-01-02T03:04:05.678Z',
    '2026-01-02 03:04:05+0100',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:30:00+01:00',
    '9999-12-31T23:59:59-01:00',
  ),
  fc.string({ unit: 'binary' }),
)
const numbers = fc.constantFrom(
  '0',
  '-0',
  '7',
  '-12',
  '1.0',
  '1e400',
  '2E-3',
  '12345678901234567890',
  '123456789012345',
)
const plain = fc.oneof(texts.map(escapedAtRandom), numbers, fc.constantFrom('true', 'false', 'null'))
const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r\n')
const keys = fc.oneof(
  fc.constantFrom(...names, ...names.map((name) => name.toUpperCase())).map((name) => JSON.stringify(name)),
  fc.constantFrom('"1"', '"__proto__"', '"event\\u004eame"', '"\\ud800"', '"é"', '""'),
)

/** JSON as people write it who want no good: any spelling, keys that come twice, white space, halves of characters. */
const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 6, withCrossShrink: true }, plain, tie('object'), tie('array')),
  object: fc
    .array(fc.tuple(keys, space, tie('value'), space), { maxLength: 6 })
    .map(
      (members) => `{${members.map(([key, before, inner, after]) => `${key}:${before}${inner}${after}`).join(',')}}`,
    ),
  array: fc
    .array(fc.tuple(space, tie('value')), { maxLength: 4 })
    .map((items) => `[${items.map((one) => one.join('')).join(',')}]`),
}))
const records = fc
  .array(fc.tuple(fc.constantFrom(...names), space, value), { maxLength: 8 })
  .map((members) => `{${members.map(([name, before, inner]) => `"${name}":${before}${inner}`).join(',')}}`)

/** The same string as JSON, some of it escaped that need not be. */
function escapedAtRandom(text: string): string {
  return JSON.stringify(text).replaceAll(/[=TZ]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
}

function linesOf(kind: LakeTableKind, text: string) {
  const lines = new RowLines(kind, { isUtf8: () => true })
  const isRecord = lines.add(encoder.encode(text))
  const { from, to, eventTimeMs } = lines.last
  return { isRecord, eventTimeMs, line: decoder.decode(lines.bytes(from, to)) }
}

function madeOf(kind: LakeTableKind, text: string) {
  const { record, text: whole } = fitRecord(parseRecord(text) ?? {}, text, eventBytesMax)
  return lakeRow(kind, record, whole)
}

/** What a reader of a line sees, in its order. */
const seen = (line: string) => JSON.stringify(JSON.parse(line))

test.each(['events', 'activity'] as const)('a row of %s is the one that the parsed record makes', (kind) => {
  fc.assert(
    fc.property(records, (text) => {
      const { isRecord, line, eventTimeMs } = linesOf(kind, text)
      const made = madeOf(kind, text)
      expect(isRecord).toBe(true)
      expect(line).toMatch(/^[^\n]*\n$/)
      expect(seen(line)).toBe(seen(made.line))
      expect(eventTimeMs).toBe(made.eventTimeMs)
    }),
    { numRuns: 3_000 },
  )
})

test('what is no record is refused, wherever it is broken, and leaves no trace', () => {
  fc.assert(
    fc.property(
      records,
      fc.nat(),
      fc.constantFrom('', '"', '{', '}', ',', '\\', '\u0001', '01', 'x'),
      (text, at, odd) => {
        const place = at % (text.length + 1)
        const broken = (text.slice(0, place) + odd + text.slice(place + 1)).toWellFormed()
        const { isRecord, line } = linesOf('events', broken)
        const parsed = parseRecord(broken)
        expect(isRecord).toBe(parsed !== undefined)
        if (parsed === undefined) expect(line).toBe('')
        else expect(seen(line)).toBe(seen(madeOf('events', broken).line))
      },
    ),
    { numRuns: 3_000 },
  )
})
