import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildRecord, buildRecordKeepingOriginals, type RecordDraft, recordLimits } from './build-record.ts'
import { serviceIdentity } from './user-identity.ts'

const draft: RecordDraft = {
  userIdentity: serviceIdentity('cloudtrail.amazonaws.com'),
  eventTimeMs: Date.UTC(2026, 1, 3, 4, 5, 6, 999),
  eventSource: 'cloudtrail.amazonaws.com',
  eventName: 'StopLogging',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '198.51.100.7',
  eventID: '5b1c0000-0000-4000-8000-000000000000',
  recipientAccountId: '111122223333',
  eventCategory: 'Management',
}

const everything: RecordDraft = {
  ...draft,
  eventContext: { tagContext: { x: 1 } },
  addendum: { reason: 'DELIVERY_DELAY' },
  sessionCredentialFromConsole: true,
  tlsDetails: { clientProvidedHostHeader: 'h', cipherSuite: 'c', tlsVersion: 'TLSv1.3' },
  vpcEndpointAccountId: '1',
  vpcEndpointId: 'vpce-1',
  serviceEventDetails: { a: 1 },
  sharedEventID: 's',
  managementEvent: true,
  apiVersion: '2013-11-01',
  resources: [{ ARN: 'arn:x', type: 'T', accountId: '1' }],
  readOnly: false,
  requestID: 'r',
  additionalEventData: { a: 1 },
  responseElements: { a: 1 },
  requestParameters: { a: 1 },
  errorMessage: 'm',
  errorCode: 'c',
  userAgent: 'u',
}

test('members stand in the order of real files, whatever the order of the draft', () => {
  expect(Object.keys(JSON.parse(buildRecord(everything)))).toEqual(
    (
      'eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode ' +
      'errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources ' +
      'eventType apiVersion managementEvent recipientAccountId sharedEventID serviceEventDetails vpcEndpointId ' +
      'vpcEndpointAccountId eventCategory tlsDetails sessionCredentialFromConsole addendum eventContext'
    ).split(' '),
  )
  expect(buildRecord(everything)).toContain('"resources":[{"accountId":"1","type":"T","ARN":"arn:x"}]')
  expect(buildRecord(everything)).toContain('"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"c"')
})

test('parameters and answer are null when empty; everything else that is absent is left out', () => {
  const record = JSON.parse(buildRecord({ ...draft, requestParameters: {}, additionalEventData: {}, resources: [] }))
  expect(record).toEqual({
    eventVersion: '1.11',
    userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' },
    eventTime: '2026-02-03T04:05:06Z',
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '198.51.100.7',
    requestParameters: null,
    responseElements: null,
    eventID: draft.eventID,
    eventType: 'AwsApiCall',
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
  })
})

test('characters that matter in HTML are escaped in values and names, and nowhere else', () => {
  const text = buildRecord({ ...draft, requestParameters: { 'a=b': `<&'>=\u2028` } })
  expect(text).toContain('{"a\\u003db":"\\u003c\\u0026\\u0027\\u003e\\u003d\\u2028"}')
  expect(text).not.toMatch(/[<>&'=]/)
})

describe('sizes', () => {
  test('long texts are cut at 1 KB, between characters', () => {
    const record = JSON.parse(
      buildRecord({ ...draft, userAgent: 'é'.repeat(2000), errorMessage: `a${'€'.repeat(900)}` }),
    )
    expect(Buffer.byteLength(record.userAgent)).toBe(1024)
    expect(Buffer.byteLength(record.errorMessage)).toBe(1024)
    expect(record.errorMessage).toMatch(/^a€+$/)
  })

  test('parameters over 100 KB are shown as omitted and handed back whole', () => {
    const requestParameters = { policy: 'x'.repeat(recordLimits.contentBytes) }
    const { text, omitted } = buildRecordKeepingOriginals({ ...draft, requestParameters })
    const json = JSON.stringify(requestParameters)
    expect(JSON.parse(text).requestParameters).toMatchObject({ omitted: true, originalSize: json.length })
    expect(omitted).toEqual([{ field: 'requestParameters', json }])
  })

  test('exactly 100 KB is kept', () => {
    const policy = 'x'.repeat(recordLimits.contentBytes - '{"policy":""}'.length)
    expect(JSON.parse(buildRecord({ ...draft, requestParameters: { policy } })).requestParameters).toEqual({ policy })
  })

  test('additional data has its own limit of 28 KB', () => {
    const { omitted } = buildRecordKeepingOriginals({ ...draft, additionalEventData: { a: 'x'.repeat(29_000) } })
    expect(omitted.map(({ field }) => field)).toEqual(['additionalEventData'])
  })

  test('no record is above 256 KB, even when each part keeps its own limit', () => {
    const large = { a: 'x'.repeat(100_000) }
    const { text, omitted } = buildRecordKeepingOriginals({
      ...draft,
      requestParameters: large,
      responseElements: large,
      serviceEventDetails: large,
    })
    expect(text.length).toBeLessThanOrEqual(recordLimits.recordBytes)
    expect(omitted.map(({ field }) => field)).toEqual(['serviceEventDetails'])
  })
})

test('whatever the values, the text is one line of JSON that gives them back', () => {
  const members = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer(), fc.boolean()),
  )
  fc.assert(
    fc.property(members, fc.string({ unit: 'binary', maxLength: 200 }), (requestParameters, userAgent) => {
      const text = buildRecord({ ...draft, requestParameters, userAgent })
      expect(text).not.toMatch(/[\r\n\u2028\u2029]/)
      const record = JSON.parse(text)
      expect(record.userAgent).toBe(userAgent)
      expect(record.requestParameters ?? {}).toEqual(JSON.parse(JSON.stringify(requestParameters)))
    }),
  )
})
