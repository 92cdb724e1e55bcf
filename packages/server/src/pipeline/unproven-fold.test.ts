import { describe, expect, test } from 'vitest'
import type { CallFacts, CallOutcome } from './call-record.ts'
import { createUnprovenFold } from './unproven-fold.ts'

const minuteMs = 60_000

function foldAt(startMs = 0, recordsPerMinuteMax = 2) {
  let nowMs = startMs
  const fold = createUnprovenFold({ nowMs: () => nowMs }, { recordsPerMinuteMax })
  let calls = 0
  return {
    ...fold,
    /** Whether a call from there gets a record of its own. */
    call(sourceIp = '192.0.2.1') {
      calls += 1
      return fold.admits(facts(sourceIp, `call-${calls}`), outcome)
    },
    at(ms: number) {
      nowMs = ms
    },
    /** Source, call that stands for the others, and how many they were. */
    taken: (options?: { everything: boolean }) =>
      fold
        .take(options)
        .map(({ facts: { sourceIp, callId }, outcome: { additionalEventData } }) => [
          sourceIp,
          callId,
          additionalEventData?.foldedCalls,
        ]),
  }
}
const outcome: CallOutcome = {
  completedAtMs: 0,
  responseElements: null,
  additionalEventData: { bytesTransferredOut: 7 },
}

function facts(sourceIp: string, callId: string): CallFacts {
  return {
    callId,
    requestId: callId,
    source: 'api',
    region: 'us-east-1',
    sourceIp,
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    readOnly: true,
    category: 'Management',
    requestParameters: null,
    copies: [],
  }
}

describe('refused calls of one source', () => {
  test('get records of their own up to the rate; the newest of the others stands for all of them', () => {
    const fold = foldAt()
    expect([fold.call(), fold.call(), fold.call(), fold.call()]).toEqual([true, true, false, false])
    fold.at(minuteMs)
    expect(fold.taken()).toEqual([['192.0.2.1', 'call-4', 2]])
  })

  test('are not written before their minute is over, and once only', () => {
    const fold = foldAt(minuteMs - 1, 0)
    fold.call()
    expect(fold.taken()).toEqual([])
    fold.at(minuteMs)
    expect(fold.taken()).toHaveLength(1)
    expect(fold.taken()).toEqual([])
  })

  test('begin anew with each minute, and the minute before keeps its count', () => {
    const fold = foldAt(minuteMs - 1, 1)
    expect([fold.call(), fold.call()]).toEqual([true, false])
    fold.at(minuteMs)
    expect([fold.call(), fold.call(), fold.call()]).toEqual([true, false, false])
    expect(fold.taken()).toEqual([['192.0.2.1', 'call-2', 1]])
    fold.at(2 * minuteMs)
    expect(fold.taken()).toEqual([['192.0.2.1', 'call-5', 2]])
  })

  test('below the rate leave no count', () => {
    const fold = foldAt()
    fold.call()
    fold.at(minuteMs)
    expect(fold.taken()).toEqual([])
  })

  test('keep what their own record would have said besides the count', () => {
    const fold = foldAt(0, 0)
    fold.call()
    expect(fold.take({ everything: true })[0]?.outcome.additionalEventData).toEqual({
      bytesTransferredOut: 7,
      foldedCalls: 1,
    })
  })
})

test('the end of the process takes the minute that is not over', () => {
  const fold = foldAt(1, 0)
  fold.call()
  expect(fold.taken({ everything: true })).toEqual([['192.0.2.1', 'call-1', 1]])
  expect(fold.taken({ everything: true })).toEqual([])
})

test('each source has its own rate, and beyond ten thousand of them the rest share one', () => {
  const fold = foldAt(0, 1)
  for (let index = 0; index < 10_000; index += 1) expect(fold.call(`198.51.${index >> 8}.${index & 255}`)).toBe(true)
  expect([fold.call('203.0.113.1'), fold.call('203.0.113.2'), fold.call('203.0.113.3')]).toEqual([true, false, false])
  expect(fold.call('198.51.0.0')).toBe(false)
  fold.at(minuteMs)
  expect(fold.taken()).toHaveLength(2)
})

test('what a sender made large is not kept while it waits for its minute', () => {
  const fold = createUnprovenFold({ nowMs: () => 0 }, { recordsPerMinuteMax: 0 })
  const large = {
    ...facts('192.0.2.1', 'call'),
    requestParameters: { x: 'x'.repeat(100_000) },
    userAgent: 'x'.repeat(30_000),
  }
  fold.admits(large, outcome)
  expect(JSON.stringify(fold.take({ everything: true })).length).toBeLessThan(2_000)
})

test('addresses of one IPv6 network are one source: whoever has one of them has all', () => {
  const fold = foldAt(0, 1)
  expect([fold.call('2001:db8:0:1::1'), fold.call('2001:db8:0:1:ffff::2'), fold.call('2001:db8:0:2::1')]).toEqual([
    true,
    false,
    true,
  ])
})
