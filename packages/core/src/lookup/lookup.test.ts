import { describe, expect, it } from 'vitest'
import { isInRange, parseAddressRange } from './address-range.ts'
import { parseConditionText } from './condition-text.ts'
import { eventLine, recordOfLine } from './event-line.ts'
import { parseJsonPath, someAtPath } from './json-path.ts'
import { parseMoment } from './moment.ts'
import { parseLookup } from './parse-query.ts'
import { matchesWildcard, parseWildcard } from './wildcard.ts'

describe('a wildcard', () => {
  it.each([
    ['ci-*', 'ci-1', true],
    ['ci-*', 'ci-', true],
    ['ci-*', 'CI-1', false],
    ['*-7', 'web-17-7', true],
    ['a*b*c', 'aXXbYYc', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['**', '', true],
    ['plain', 'plain', true],
    ['plain', 'plainer', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, value, isMatch) => {
    expect(matchesWildcard(parseWildcard(pattern), value)).toBe(isMatch)
  })

  it('that makes regular expressions explode comes to an end', () => {
    const pattern = parseWildcard(`${'*a'.repeat(1_000)}*b`)
    expect(matchesWildcard(pattern, 'a'.repeat(100_000))).toBe(false)
  })
})

describe('an address range', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.77/24', '203.0.113.1', true],
    ['10.0.0.0/7', '11.255.0.1', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['2001:db8::/32', '2001:0DB8:0:0::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['203.0.113.0/24', 'cloudformation.amazonaws.com', false],
  ])('%s holds %s: %s', (range, address, isInside) => {
    const parsed = parseAddressRange(range)
    expect(parsed && isInRange(parsed, address)).toBe(isInside)
  })

  it.each(['', '1.2.3', '1.2.3.4/33', '1.2.3.256', '01.2.3.4', '::1::', ':::', '1:2:3:4:5:6:7:8:9', '1.2.3.4/', 'x'])(
    'is not %s',
    (text) => expect(parseAddressRange(text)).toBeUndefined(),
  )
})

describe('a path', () => {
  const record = { a: { 'b.c': [{ d: 1 }, { d: null }, { d: ['x', 'y'] }] }, e: [[1], [2]] }
  const valuesAt = (text: string): unknown[] => {
    const path = parseJsonPath(text)
    const values: unknown[] = []
    if (path !== undefined) someAtPath(record, path, (value) => values.push(value) < 0)
    return values
  }
  it.each([
    ['a."b.c".d', [1, null, 'x', 'y']],
    ['a."b.c"[0].d', [1]],
    ['a."b.c"[2].d[1]', ['y']],
    ['e', [1, 2]],
    ['e[1]', [2]],
    ['a', [record.a]],
    ['a.missing', []],
    ['a.constructor', []],
    ['__proto__', []],
  ])('%s leads to %j', (text, values) => expect(valuesAt(text)).toEqual(values))

  it.each(['', '.a', 'a.', 'a..b', '[0]', 'a.[0]', 'a b', 'a"b"', '"a', Array(40).fill('a').join('.')])(
    'is not %j',
    (text) => expect(parseJsonPath(text)).toBeUndefined(),
  )

  it('through arrays in arrays visits a bounded number of values', () => {
    let nested: unknown = 1
    for (let level = 0; level < 24; level += 1) nested = [nested, nested]
    let visits = 0
    const path = parseJsonPath('a')
    if (path !== undefined) someAtPath({ a: nested }, path, () => ++visits < 0)
    expect(visits).toBeLessThan(10_001)
  })
})

describe('a moment', () => {
  const now = Date.parse('2026-06-15T12:00:00Z')
  it.each([
    ['2023-07-10', 'start', '2023-07-10T00:00:00.000Z'],
    ['2023-07-10', 'end', '2023-07-10T23:59:59.999Z'],
    ['2023-07-10T12:34', 'start', '2023-07-10T12:34:00.000Z'],
    ['2023-07-10T12:34:56+02:00', 'start', '2023-07-10T10:34:56.000Z'],
    ['-30d', 'start', '2026-05-16T12:00:00.000Z'],
    ['-5m', 'end', '2026-06-15T11:55:00.000Z'],
    ['now', 'end', '2026-06-15T12:00:00.000Z'],
  ] as const)('%s as %s is %s', (text, bound, iso) => {
    expect(new Date(parseMoment(text, now, bound) ?? Number.NaN).toISOString()).toBe(iso)
  })
  it.each(['yesterday', '2023-13-01', '30d', '-d', '', '1e3'])('is not %j', (text) => {
    expect(parseMoment(text, now)).toBeUndefined()
  })
})

describe('a condition as text', () => {
  it.each([
    ['requestParameters.roleName=admin', { field: 'requestParameters.roleName', is: 'admin' }],
    ['a.b!=x=y', { field: 'a.b', is: 'x=y', not: true }],
    ['userAgent~boto', { field: 'userAgent', contains: 'boto' }],
    ['a!~b', { field: 'a', contains: 'b', not: true }],
    ['a."x=y".b=1', { field: 'a."x=y".b', is: '1' }],
    ['bytes>=10', { field: 'bytes', atLeast: 10 }],
    ['errorCode', { field: 'errorCode', exists: true }],
    ['!errorCode', { field: 'errorCode', exists: false }],
  ])('%s', (text, body) => expect(parseConditionText(text)).toEqual(body))

  it.each(['', '=x', 'a=', 'a>b', '!a=b', 'a>'])('is not %j', (text) => {
    expect(parseConditionText(text)).toBeUndefined()
  })
})

describe('a look-up as JSON', () => {
  it('is refused with all that is wrong with it', () => {
    const body = {
      where: [{ field: 'a b', is: 'x' }, { field: 'eventName' }, { field: 'eventName', is: 'x', matches: 'y' }],
      since: 'soon',
      limit: -1,
      user: 'ana',
    }
    const parsed = parseLookup(body, 0)
    expect(parsed.kind === 'problems' && parsed.problems).toEqual([
      'unknown member "user"',
      'where[0].field must name a field or a path',
      'where[1] must hold exactly one test',
      'where[2] has unknown members: "matches"',
      'since must be a time such as 2026-01-31, 2026-01-31T12:00:00Z or -30d',
      'limit must be a whole number from 0 to 1000000',
    ])
  })

  it.each([
    null,
    [],
    'x',
    { where: {} },
    { where: Array(65).fill({ field: 'a', is: 'b' }) },
    { groupBy: Array(9).fill('a') },
  ])('is not %j', (body) => expect(parseLookup(body, 0).kind).toBe('problems'))
})

describe('a line of an answer', () => {
  const head = { account: '1', region: 'say ",\\"event\\":"', time: 't', position: 3 }
  it.each(['{"a":1}', '{\r\n "a" : "x\\n",\n"event":{}\n}', '{"a":"\\u003d","a":12345678901234567890}'])(
    'holds the bytes of %j without line breaks',
    (text) => {
      const line = eventLine(head, Buffer.from(text))
      expect(Buffer.from(line).toString().indexOf('\n')).toBe(line.length - 1)
      const expected = text.replace(/[\r\n]/g, '')
      expect(Buffer.from(recordOfLine(line) ?? []).toString()).toBe(expected)
      expect(JSON.parse(Buffer.from(line).toString())).toEqual({ ...head, event: JSON.parse(text) })
    },
  )
  it('that is the summary holds none', () => {
    expect(recordOfLine(Buffer.from('{"summary":{"matched":1}}'))).toBeUndefined()
  })
})
