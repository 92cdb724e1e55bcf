import { describe, expect, test } from 'vitest'
import { createRecordSplitter, type SplitLimits, type SplitProblem, splitLimits } from './record-splitter.ts'
import { splitRecords } from './split-records.ts'

const record = (name: string, more = ''): string => `{"eventVersion":"1.08","eventName":"${name}"${more}}`
const a = record('A')
const b = record('B')

function split(text: string | Uint8Array, limits: SplitLimits = splitLimits) {
  const found = splitRecords(typeof text === 'string' ? Buffer.from(text) : text, limits)
  return { ...found, texts: found.records.map(({ bytes }) => Buffer.from(bytes).toString()) }
}

describe('wrappings', () => {
  const string = JSON.stringify(a)
  test.each([
    ['a log file', `{"Records":[${a},${b}]}`],
    ['a log file with spaces and more members', `{ "x" : [1, {"y": []}], "Records" : [ ${a} ,\r\n ${b} ], "z": {} }\n`],
    ['a top-level array', `[${a},${b}]`],
    ['one record a line', `${a}\n${b}\n`],
    ['one record a line with CRLF', `${a}\r\n${b}\r\n`],
    ['records with nothing between', `${a}${b}`],
    ['several log files, one after the other', `{"Records":[${a}]}{"Records":[${b}]}`],
    ['a byte order mark first', `\ufeff{"Records":[${a},${b}]}`],
    [
      'LookupEvents output',
      `{"NextToken":"t","Events":[{"EventId":"1","CloudTrailEvent":${string}},{"CloudTrailEvent":${JSON.stringify(b)},"Username":"u"}]}`,
    ],
    [
      'a subscription to a log group',
      `{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":${string}},{"id":"2","message":${JSON.stringify(b)}}]}`,
    ],
    [
      'FilterLogEvents output',
      `{"events":[{"logStreamName":"s","eventId":"9","message":${string}},{"message":${JSON.stringify(b)}}]}`,
    ],
    ['lines of a log group export', `2023-07-10T11:42:18.000Z ${a}\n2023-07-10T11:42:19.123Z ${b}\n`],
    [
      'GetQueryResults output',
      `{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventName":"A"},{"eventJson":${string}}],[{"eventJson":${JSON.stringify(b)}}]]}`,
    ],
    [
      'event bus envelopes',
      `[{"detail-type":"AWS API Call via CloudTrail","detail":${a},"source":"aws.ec2"},{"detail":${b}}]`,
    ],
    [
      'documents of a search engine',
      `[{"@timestamp":"t","aws":{"cloudtrail":${a}}},{"aws":{"x":1,"cloudtrail":${b}}}]`,
    ],
  ])('%s', (_, text) => {
    const { texts, problems } = split(text)
    expect(texts).toEqual([a, b])
    expect(problems).toEqual([])
  })

  test('a record inside a string comes out unescaped, half a surrogate pair as its escape', () => {
    const inner = '{"eventVersion":"1.08","eventName":"\\ud83d","x":"\\u003d \\" \\\\ é"}'
    expect(split(JSON.stringify({ CloudTrailEvent: inner })).texts).toEqual([inner])
    expect(split(`{"CloudTrailEvent":"{\\"eventVersion\\":1,\\"eventName\\":\\"\\ud83d\\"}"}`).texts).toEqual([
      '{"eventVersion":1,"eventName":"\\ud83d"}',
    ])
  })

  test('a digest is told from records, one record that stands alone from a wrapping', () => {
    const digest = '{"awsAccountId":"1","digestStartTime":"x","logFiles":[{"s3Bucket":"b"}]}'
    expect(split(digest)).toMatchObject({ digests: [0], records: [], problems: [] })
    expect(split(a).texts).toEqual([a])
  })

  test('query results without the records themselves are said to be that', () => {
    const { problems } = split('{"QueryResultRows":[[{"eventName":"A"},{"eventTime":"x"}]]}')
    expect(problems.map(({ code }) => code)).toEqual(['no-event-json'])
  })
})

test('bytes stay as they are: doubled keys, big integers, odd numbers, escapes, spaces and line breaks', () => {
  const odd =
    '{ "eventVersion":"1",\r\n\t"eventName" :"A","eventName":"B","n":12345678901234567890,"m":1e400,"s":"\\ud800\\/\\u0041" }'
  expect(split(`{"Records":[${odd}]}`).texts).toEqual([odd])
  const notUtf8 = Buffer.concat([
    Buffer.from('{"eventVersion":"1","eventName":"'),
    Buffer.of(0xff, 0xfe),
    Buffer.from('"}'),
  ])
  const found = splitRecords(notUtf8)
  expect(Buffer.from(found.records[0]?.bytes ?? []).equals(notUtf8)).toBe(true)
})

describe('broken pieces are told by their offset, and the rest goes in', () => {
  const codes = (problems: readonly SplitProblem[]) => problems.map(({ code, offset }) => `${code}@${offset}`)
  test.each([
    ['a bare word', `[{"eventVersion":oops},${a}]`, ['invalid-json@1'], [a]],
    ['a record without its end', `[{"eventVersion":"1","x":{"y":1,${a},${b}]`, ['invalid-json@1'], [a, b]],
    ['a string without its end', `[{"eventVersion":"1","x":"y},${a},${b}]`, ['invalid-json@1'], [a, b]],
    ['a missing comma', `[${a}${b}]`, ['missing-comma@40'], [a, b]],
    ['a file cut inside a record', `{"Records":[${a},{"eventVersion":"1","ev`, ['truncated@52', 'truncated@75'], [a]],
    ['a file cut between records', `{"Records":[${a},`, ['truncated@52'], [a]],
    ['something that is no record', `[{"hello":1},${a},"text"]`, ['not-a-record@1', 'unexpected-text@53'], [a]],
    ['an empty object', `{}`, ['not-a-record@0'], []],
    ['NUL bytes', `${a}\u0000\u0000${b}`, ['unexpected-text@39'], [a, b]],
    ['a NUL inside a string', `${record('\u0000')}\n${b}`, ['invalid-json@0'], [b]],
    ['a line break inside a string', `${record('x\ny')}\n${b}`, ['invalid-json@0'], [b]],
    ['a text', 'Hello, this is no JSON.\nReally not.\n', ['unexpected-text@0'], []],
    ['closers without openers', `]]}${a}`, ['unexpected-text@0'], [a]],
    ['brackets that do not match', `[{"eventVersion":"1","x":[}],${a}]`, ['invalid-json@1'], [a]],
  ])('%s', (_, text, problems, texts) => {
    const found = split(text)
    expect(found.texts).toEqual(texts)
    expect(codes(found.problems)).toEqual(problems)
  })

  test('a record that nests too deep is skipped as one', () => {
    const deep = record('D', `,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    const found = split(`{"Records":[${a},${deep},${b}]}`)
    expect(found.texts).toEqual([a, b])
    expect(codes(found.problems)).toEqual(['too-deep@52'])
  })

  test('a record above the limit is skipped as one, with memory bounded by the limit', () => {
    const limits = { ...splitLimits, recordBytesMax: 100_000 }
    const texts: string[] = []
    const problems: SplitProblem[] = []
    const splitter = createRecordSplitter(
      {
        record: (bytes) => texts.push(Buffer.from(bytes).toString()),
        digest() {},
        problem: (one) => problems.push(one),
      },
      limits,
    )
    splitter.push(Buffer.from(`[${a},{"eventVersion":"1","x":"`))
    const piece = Buffer.alloc(64 * 1024, 'y')
    for (let pushed = 0; pushed < 300 * 1024 * 1024; pushed += piece.length) splitter.push(piece)
    splitter.push(Buffer.from(`"},${b}]`))
    splitter.end()
    expect(texts).toEqual([a, b])
    expect(codes(problems)).toEqual(['record-too-large@41'])
  })

  test('nesting made to be read again and again stays linear', () => {
    const hostile = '{"eventVersion":'.repeat(200_000)
    const began = performance.now()
    const { problems } = split(`${hostile}${b}`, { recordBytesMax: 8 * 1024 * 1024, depthMax: 512 })
    expect(problems.length).toBeGreaterThan(0)
    // Quadratic work would take minutes; this is no measurement.
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
