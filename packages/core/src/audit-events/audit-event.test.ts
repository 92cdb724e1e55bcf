import { describe, expect, test } from 'vitest'
import { afterEventData, beforeEventData, judgeAuditEvent } from './index.ts'

const recipient = '123456789012'
const event = {
  version: '1.0',
  userIdentity: { type: 'CustomUserIdentity', principalId: 'alice', details: { team: 'audit' } },
  userAgent: 'app/1',
  eventSource: 'shop.example.com',
  eventName: 'DeleteOrder',
  eventTime: '2026-03-04T05:06:07Z',
  UID: 'f1',
  requestParameters: { order: 7 },
  responseElements: { ok: true },
  errorCode: 'Denied',
  errorMessage: 'not yours',
  sourceIPAddress: '2001:db8::1',
  recipientAccountId: recipient,
  additionalEventData: { more: [1, 2] },
}

const judgeText = (text: string) => judgeAuditEvent(text, new TextEncoder().encode(text), recipient)
const judge = (change: object) => judgeText(JSON.stringify({ ...event, ...change }))
const of = (length: number) => 'x'.repeat(length)
const objectOf = (bytes: number) => ({ a: of(bytes - '{"a":""}'.length) })

describe('an event with every field at its limit is valid', () => {
  test.each([
    [{}],
    [{ version: of(256), UID: of(1024), eventName: of(1024), eventSource: of(1024), userAgent: of(1024) }],
    [{ errorCode: of(256), errorMessage: of(256) }],
    [{ userIdentity: { type: of(128), principalId: of(1024) } }],
    [{ requestParameters: objectOf(100 * 1024), responseElements: objectOf(100 * 1024) }],
    [{ additionalEventData: objectOf(28 * 1024) }],
    [{ sourceIPAddress: '192.0.2.1' }],
    // Left out, the way some writers do it.
    [{ userAgent: null, requestParameters: null, sourceIPAddress: null, errorCode: undefined }],
    [{ unknown: 'is kept as it is' }],
  ])('%#', (change) => {
    expect(judge(change)).toEqual({ kind: 'valid', eventTime: '2026-03-04T05:06:07Z' })
  })
})

test.each([
  ['2026-03-04T05:06:07', '2026-03-04T05:06:07Z'],
  ['2026-03-04T05:06:07.891Z', '2026-03-04T05:06:07Z'],
  ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
])('the time %s is read as %s', (eventTime, read) => {
  expect(judge({ eventTime })).toEqual({ kind: 'valid', eventTime: read })
})

describe('refused with the code of the rule that is broken', () => {
  const required = ['version', 'userIdentity', 'eventSource', 'eventName', 'eventTime', 'UID', 'recipientAccountId']
  test.each<[change: object, code: string, field: string]>([
    ...required.map((name): [object, string, string] => [{ [name]: undefined }, 'FieldNotFound', name]),
    [{ UID: '' }, 'FieldNotFound', 'UID'],
    [{ userIdentity: { principalId: 'a' } }, 'FieldNotFound', 'userIdentity.type'],
    [{ userIdentity: { type: 'a' } }, 'FieldNotFound', 'userIdentity.principalId'],
    [{ version: of(257) }, 'FieldTooLong', 'version'],
    [{ userIdentity: { type: of(129), principalId: 'a' } }, 'FieldTooLong', 'userIdentity.type'],
    [{ userIdentity: { type: 'a', principalId: of(1025) } }, 'FieldTooLong', 'userIdentity.principalId'],
    [{ userAgent: of(1025) }, 'FieldTooLong', 'userAgent'],
    [{ errorCode: of(257) }, 'FieldTooLong', 'errorCode'],
    [{ errorMessage: of(257) }, 'FieldTooLong', 'errorMessage'],
    [{ requestParameters: objectOf(100 * 1024 + 1) }, 'FieldTooLong', 'requestParameters'],
    [{ responseElements: { a: 'ü'.repeat(51 * 1024) } }, 'FieldTooLong', 'responseElements'],
    [{ additionalEventData: objectOf(28 * 1024 + 1) }, 'FieldTooLong', 'additionalEventData'],
    [{ userIdentity: { ...event.userIdentity, details: objectOf(256 * 1024) } }, 'FieldTooLong', 'eventData'],
    [{ version: 1 }, 'InvalidData', 'version'],
    [{ userIdentity: 'alice' }, 'InvalidData', 'userIdentity'],
    [{ userIdentity: { ...event.userIdentity, details: [] } }, 'InvalidData', 'userIdentity.details'],
    [{ requestParameters: 'text' }, 'InvalidData', 'requestParameters'],
    [{ eventTime: 'yesterday' }, 'InvalidData', 'eventTime'],
    [{ eventTime: '2026-02-30T00:00:00Z' }, 'InvalidData', 'eventTime'],
    [{ eventTime: '2100-02-29T00:00:00Z' }, 'InvalidData', 'eventTime'],
    [{ eventTime: '2026-06-31T00:00:00Z' }, 'InvalidData', 'eventTime'],
    [{ eventTime: '2026-13-01T00:00:00Z' }, 'InvalidData', 'eventTime'],
    [{ eventTime: '2026-01-00T00:00:00Z' }, 'InvalidData', 'eventTime'],
    [{ eventTime: '2026-01-01T24:00:00Z' }, 'InvalidData', 'eventTime'],
    [{ eventTime: '2026-03-04T05:06:07+02:00' }, 'InvalidData', 'eventTime'],
    [{ sourceIPAddress: 'shop.example.com' }, 'InvalidData', 'sourceIPAddress'],
    [{ sourceIPAddress: '192.0.2.0/24' }, 'InvalidData', 'sourceIPAddress'],
    [{ sourceIPAddress: '192.0.2.256' }, 'InvalidData', 'sourceIPAddress'],
    [{ sourceIPAddress: '192.0.2' }, 'InvalidData', 'sourceIPAddress'],
    [{ sourceIPAddress: '2001:db8::/32' }, 'InvalidData', 'sourceIPAddress'],
    [{ recipientAccountId: '210987654321' }, 'InvalidRecipient', 'recipientAccountId'],
    [{ eventSource: 'shop\nexample' }, 'InvalidEventSource', 'eventSource'],
  ])('%j: %s', (change, code, field) => {
    expect(judge(change)).toEqual({ kind: 'invalid', code, message: expect.stringContaining(field) })
  })

  test.each([
    '',
    'null',
    '[]',
    '"text"',
    '{',
    '{"a":1} {}',
    `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
    '{"a":"\ud800"}',
    `{"__proto__":${JSON.stringify(event)}}`,
  ])('%#: what is no such object', (text) => {
    expect(judgeText(text)).toMatchObject({ kind: 'invalid' })
  })

  test('nesting that would exhaust whoever reads the record later', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`) as object
    expect(judge({ requestParameters: deep })).toMatchObject({
      code: 'InvalidData',
      message: expect.stringContaining('nests'),
    })
  })
})

test('the record holds the event as it came, character for character', () => {
  const eventData = '{ "UID": "a",\n "n": 12345678901234567890, "a": 1, "a": 2, "s": "\\u00e9é" }'
  const before = beforeEventData({
    eventId: '00000000-0000-8000-8000-000000000000',
    eventTime: '2026-03-04T05:06:07Z',
    region: 'us-east-1',
    recipient,
    ingestionTime: '2026-03-04T05:06:08Z',
    channelArn: 'arn:aws:cloudtrail:us-east-1:123456789012:channel/a',
  })
  const text = `${before}${eventData}${afterEventData}`
  expect(text).toContain(`"eventData":${eventData}}`)
  expect(JSON.parse(text)).toMatchObject({
    eventCategory: 'ActivityAuditLog',
    eventType: 'ActivityLog',
    eventID: '00000000-0000-8000-8000-000000000000',
    eventTime: '2026-03-04T05:06:07Z',
    awsRegion: 'us-east-1',
    recipientAccountId: recipient,
    metadata: {
      ingestionTime: '2026-03-04T05:06:08Z',
      channelARN: 'arn:aws:cloudtrail:us-east-1:123456789012:channel/a',
    },
    eventData: { UID: 'a' },
  })
})
