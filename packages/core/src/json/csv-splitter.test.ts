import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCsvSplitter } from './csv-splitter.ts'
import { type SplitProblem, splitLimits } from './record-splitter.ts'

const record = '{"eventVersion":"1.08","eventName":"A, \\"b\\""}'
const quoted = `"${record.replaceAll('"', '""')}"`

function split(text: string, pieceBytes = text.length) {
  const texts: string[] = []
  const problems: SplitProblem[] = []
  const splitter = createCsvSplitter(
    { record: (bytes) => texts.push(Buffer.from(bytes).toString()), digest() {}, problem: (one) => problems.push(one) },
    splitLimits,
  )
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length; from += pieceBytes) splitter.push(bytes.subarray(from, from + pieceBytes))
  splitter.end()
  return { texts, problems }
}

test.each([1, 7, 10_000])('records are the column eventJson, unquoted, in pieces of %i bytes', (pieceBytes) => {
  const text = `\ufeffeventTime,"eventJson",x\r\n2024,${quoted},1\r\n\r\n"20\n24",${quoted},`
  expect(split(text, pieceBytes)).toEqual({ texts: [record, record], problems: [] })
})

test.each(['eventjson', 'EventJson'])('the column may be written %s, as the query wrote it', (name) => {
  expect(split(`eventtime,${name}\n1,${quoted}\n`)).toEqual({ texts: [record], problems: [] })
})

test('without that column the file is reported, once', () => {
  expect(split('eventName,eventTime\nA,1\nB,2\n')).toEqual({
    texts: [],
    problems: [{ code: 'no-event-json', offset: 0 }],
  })
})

test('a field that is no record is told by its offset, the next row goes in', () => {
  expect(split(`eventJson\nnonsense\n${quoted}\n`)).toEqual({
    texts: [record],
    problems: [{ code: 'not-a-record', offset: 10 }],
  })
})

test('a file cut inside a quoted field is truncated there', () => {
  expect(split(`eventJson\n${quoted}\n"{""eventV`)).toMatchObject({
    texts: [record],
    problems: [{ code: 'truncated' }],
  })
})

test('any text, however it is cut, gives the same records and the same problems', () => {
  const cell = fc.constantFrom(
    'eventJson',
    'eventName',
    quoted,
    record,
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    'x',
    '{}',
    '\ufeff',
  )
  fc.assert(
    fc.property(
      fc.array(cell, { maxLength: 20 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (cells, bytes, named) => {
        const text = `${named ? 'eventJson\n' : ''}${cells.join('')}`
        expect(split(text, bytes)).toEqual(split(text, Math.max(1, Buffer.byteLength(text))))
      },
    ),
    { numRuns: 500 },
  )
})
