import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assembleLogFile, fileKind, fileSuffix, logFileKey, planFiles, stampMs } from './index.ts'

const lane = { account: '111122223333', region: 'eu-west-1', kind: 'CloudTrail' } as const
const ms = (text: string) => Date.parse(text)
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array) => new TextDecoder().decode(content)

describe('keys', () => {
  const named = { lane, newestEventMs: ms('2025-03-01T10:16:01Z'), suffix: 'AbCdEfGhIjKlMnOp' }

  test('are those of the real service', () => {
    expect(logFileKey(named)).toBe(
      'AWSLogs/111122223333/CloudTrail/eu-west-1/2025/03/01/111122223333_CloudTrail_eu-west-1_20250301T1020Z_AbCdEfGhIjKlMnOp.json.gz',
    )
    expect(logFileKey({ ...named, prefix: 'a/b' })).toMatch(/^a\/b\/AWSLogs\//)
  })

  test.each([
    ['2025-03-01T10:15:00Z', '2025-03-01T10:15:00.000Z'],
    ['2025-03-01T10:15:01Z', '2025-03-01T10:20:00.000Z'],
    ['2025-12-31T23:57:00Z', '2026-01-01T00:00:00.000Z'],
  ])('an event of %s stands in a file of %s', (newest, stamp) => {
    expect(new Date(stampMs(ms(newest))).toISOString()).toBe(stamp)
  })

  test('the folder is the day of the stamp, also where the stamp is in the next year', () => {
    expect(logFileKey({ ...named, newestEventMs: ms('2025-12-31T23:57:00Z') })).toContain('/2026/01/01/')
  })

  test('each kind of event has its folder', () => {
    expect(['Management', 'Data', 'Insight', 'NetworkActivity'].map(fileKind)).toEqual([
      'CloudTrail',
      'CloudTrail',
      'CloudTrail-Insight',
      'CloudTrail-NetworkActivity',
    ])
  })

  test('a suffix is 16 letters and digits, the same for the same hash and another for another', () => {
    const hash = fc.uint8Array({ minLength: 12, maxLength: 32 })
    fc.assert(
      fc.property(hash, hash, (one, other) => {
        expect(fileSuffix(one)).toMatch(/^[A-Za-z0-9]{16}$/)
        expect(fileSuffix(one)).toBe(fileSuffix(one.slice()))
        const isSame = one.slice(0, 12).every((byte, index) => byte === other[index])
        // 62^16 is a little less than 2^96, so neighbours never meet.
        if (!isSame && one[0] === other[0]) expect(fileSuffix(one)).not.toBe(fileSuffix(other))
      }),
    )
  })
})

describe('contents', () => {
  test('records keep their bytes: duplicate keys, long numbers, escapes and order', () => {
    const records = ['{"b":1,"b":2,"n":12345678901234567890}', '{"s":"\\u003d\\n","z":{},"a":[1.0]}']
    expect(text(assembleLogFile(records.map(bytes)))).toBe(`{"Records":[${records.join(',')}]}`)
  })

  test('whatever the records and however they were laid out, the file is one line and means the same', () => {
    const layout = fc.constantFrom(0, 2, '\t')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.jsonValue(), layout, fc.boolean())), (given) => {
        const records = given.map(([value, indent, isWindows]) => {
          const laidOut = JSON.stringify({ value }, undefined, indent)
          return bytes(isWindows ? laidOut.replaceAll('\n', '\r\n') : laidOut)
        })
        const file = text(assembleLogFile(records))
        expect(file).not.toMatch(/[\r\n]/)
        expect(JSON.parse(file)).toEqual({ Records: records.map((record) => JSON.parse(text(record))) })
      }),
    )
  })
})

describe('planning', () => {
  const run = fc.record({
    lane: fc.constantFrom(lane, { ...lane, region: 'us-east-1' }, { ...lane, kind: 'CloudTrail-Insight' as const }),
    bytes: fc.integer({ min: 1, max: 100 }),
    newestEventMs: fc.integer({ min: 500, max: 1000 }),
    oldestEventMs: fc.integer({ min: 0, max: 500 }),
  })

  test('every run is in exactly one file of its lane, and files stay within the bound where they can', () => {
    fc.assert(
      fc.property(fc.array(run), fc.integer({ min: 1, max: 200 }), (runs, fileBytesMax) => {
        const files = planFiles(runs, fileBytesMax)
        expect(new Set(files.flatMap((file) => file.runs))).toEqual(new Set(runs))
        expect(files.reduce((sum, file) => sum + file.runs.length, 0)).toBe(runs.length)
        for (const file of files) {
          expect(file.runs.every((one) => one.lane === file.lane)).toBe(true)
          const size = file.runs.reduce((sum, one) => sum + one.bytes, 0)
          expect(size <= fileBytesMax || file.runs.length === 1).toBe(true)
          expect(file.newestEventMs).toBe(Math.max(...file.runs.map((one) => one.newestEventMs)))
          expect(file.oldestEventMs).toBe(Math.min(...file.runs.map((one) => one.oldestEventMs)))
        }
      }),
    )
  })

  test('planning again gives the same files in the same order', () => {
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        expect(planFiles(structuredClone(runs), 150)).toEqual(planFiles(runs, 150))
      }),
    )
  })
})
