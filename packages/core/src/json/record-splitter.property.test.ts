import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRecordSplitter, splitLimits } from './record-splitter.ts'

const encoder = new TextEncoder()
const fullTimeoutMs = fullSize(10_000, 120_000)

/** A record with any content, spelled with any white space. */
const recordText = fc
  .tuple(fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 })), fc.constantFrom(undefined, 1, '\t'))
  .map(([more, space]) =>
    JSON.stringify({ eventVersion: '1.08', eventName: 'X', ...withoutMeaning(more) }, null, space),
  )

/** Members that themselves mean something to the splitter are another test's business. */
function withoutMeaning(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [`x-${name}`, value]))
}

const wrappings: readonly ((records: readonly string[]) => string)[] = [
  (records) => `{"Records":[${records.join(',')}]}`,
  (records) => `[${records.join(' , ')}]`,
  (records) => records.map((record) => `${record}\n`).join(''),
  (records) => `{"Events":[${records.map((record) => JSON.stringify({ CloudTrailEvent: record })).join(',')}]}`,
  (records) =>
    `{"QueryResultRows":[${records.map((record) => `[${JSON.stringify({ eventJson: record })}]`).join(',')}]}`,
]

function splitInPieces(bytes: Uint8Array, pieceBytes: number) {
  const texts: string[] = []
  const problems: string[] = []
  const splitter = createRecordSplitter(
    {
      record: (record) => texts.push(Buffer.from(record).toString()),
      digest: () => problems.push('digest'),
      problem: ({ code }) => problems.push(code),
    },
    splitLimits,
  )
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    // The same buffer each time, as a socket may do it.
    const piece = bytes.slice(from, from + pieceBytes)
    splitter.push(piece)
    piece.fill(0x7b)
  }
  splitter.end()
  return { texts, problems }
}

test(
  'every record comes out byte for byte, in order, whatever wraps it and however the file is cut',
  () => {
    fc.assert(
      fc.property(
        fc.array(recordText, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...wrappings),
        fc.integer({ min: 1, max: 300 }),
        (records, wrap, pieceBytes) => {
          expect(splitInPieces(encoder.encode(wrap(records)), pieceBytes)).toEqual({ texts: records, problems: [] })
        },
      ),
      { numRuns: fullSize(300, 10_000) },
    )
  },
  fullTimeoutMs,
)

test(
  'whatever is cut out of a file or put into it, nothing throws and whole records outside the damage survive',
  () => {
    const records = Array.from({ length: 6 }, (_, number) => `{"eventVersion":"1.08","eventName":"N${number}"}`)
    const whole = `{"Records":[${records.join(',')}]}`
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.nat(60),
        fc.string({ maxLength: 20 }),
        fc.integer({ min: 1, max: 100 }),
        (at, cut, put, pieceBytes) => {
          const damaged = whole.slice(0, at) + put + whole.slice(at + cut)
          const { texts } = splitInPieces(encoder.encode(damaged), pieceBytes)
          const before = records.filter((record) => whole.indexOf(record) + record.length <= at)
          for (const record of before) expect(texts).toContain(record)
        },
      ),
      { numRuns: fullSize(500, 20_000) },
    )
  },
  fullTimeoutMs,
)

test(
  'any bytes at all are read to their end',
  () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (bytes, pieceBytes) => {
        splitInPieces(bytes, pieceBytes)
      }),
      { numRuns: fullSize(500, 20_000) },
    )
  },
  fullTimeoutMs,
)
