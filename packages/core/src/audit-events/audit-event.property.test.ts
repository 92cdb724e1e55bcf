import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeByRules } from './audit-event.ts'
import { afterEventData, beforeEventData, judgeAuditEvent } from './index.ts'

const recipient = '123456789012'
const codes = ['FieldTooLong', 'FieldNotFound', 'InvalidData', 'InvalidRecipient', 'InvalidEventSource']

const right = {
  version: '1',
  userIdentity: { type: 'User', principalId: 'a' },
  eventSource: 'shop',
  eventName: 'Buy',
  eventTime: '2026-01-01T00:00:00Z',
  UID: 'u',
  recipientAccountId: recipient,
}

/** Right events with a member or two that are odd, wrong or fine. */
const nearlyRight = fc
  .subarray(
    [
      fc.record({ version: fc.anything() }),
      fc.record({ userIdentity: fc.record({ type: fc.string(), principalId: fc.string(), details: fc.anything() }) }),
      fc.record({ eventName: fc.string({ unit: 'binary', minLength: 1 }) }),
      fc.record({
        eventTime: fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.string(),
        ),
      }),
      fc.record({ UID: fc.string({ minLength: 1 }) }),
      fc.record({ sourceIPAddress: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()) }),
      fc.record({ requestParameters: fc.dictionary(fc.string(), fc.anything()) }),
      fc.record({ additionalEventData: fc.anything() }),
      fc.record({ other: fc.anything(), __proto__: fc.anything() }),
    ],
    { maxLength: 3 },
  )
  .chain((odd) => fc.tuple(...odd))
  .map((odd): object => Object.assign({}, right, ...odd))

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), nearlyRight.map(jsonText))

/** Some arbitrary values have no JSON text. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? String(member) : member)) ?? 'null'
  } catch {
    return 'null'
  }
}

test('whatever comes is judged, with a code that callers know', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const verdict = judgeAuditEvent(text, new TextEncoder().encode(text), recipient)
      if (verdict.kind === 'invalid') expect(codes).toContain(verdict.code)
      else expect(Date.parse(verdict.eventTime)).not.toBeNaN()
    }),
    { numRuns: 2_000 },
  )
})

test('what is taken makes a record that reads as the event it was made of, and nothing else', () => {
  const around = { eventId: 'i', region: 'r', recipient, ingestionTime: 't', channelArn: 'c' }
  let taken = 0
  fc.assert(
    fc.property(texts, (text) => {
      const verdict = judgeAuditEvent(text, new TextEncoder().encode(text), recipient)
      if (verdict.kind === 'invalid') return
      taken += 1
      const record = JSON.parse(
        `${beforeEventData({ ...around, eventTime: verdict.eventTime })}${text}${afterEventData}`,
      ) as object
      expect(record).toMatchObject({ eventID: 'i', eventCategory: 'ActivityAuditLog' })
      expect(Object.entries(record).at(-1)).toEqual(['eventData', JSON.parse(text)])
    }),
    { numRuns: 2_000 },
  )
  expect(taken).toBeGreaterThan(100)
})

test('an event that is taken at a glance is one that breaks no rule', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const verdict = judgeAuditEvent(text, new TextEncoder().encode(text), recipient)
      expect(verdict).toEqual(judgeByRules(text, recipient))
    }),
    { numRuns: 2_000 },
  )
})
