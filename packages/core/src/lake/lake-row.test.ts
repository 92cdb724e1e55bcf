import { describe, expect, test } from 'vitest'
import { type LakeTableKind, lakeRow, lakeTableSchemas, parseRecord, storedColumns } from './index.ts'

function rowOf(text: string, kind: LakeTableKind = 'events') {
  const { line, eventTimeMs } = lakeRow(kind, parseRecord(text) ?? {}, text)
  return { row: JSON.parse(line), eventTimeMs, line }
}

describe('the row of an event', () => {
  test('has the record byte for byte, whatever is in it', () => {
    const text = '{ "eventName":"A", "eventName":"B", "n":12345678901234567890.10, "s":"\\u003d\\ud800\\u0000é" }'
    expect(rowOf(text).row).toMatchObject({ eventname: 'B', eventjson: text })
  })

  test('is one line', () => {
    expect(rowOf('{\n"errorMessage":"a\\nb\\u2028"\r\n}').line).not.toMatch(/[\n\r]/)
  })

  test('has every documented column under its documented name', () => {
    const row = rowOf(
      JSON.stringify({
        eventVersion: '1.11',
        userIdentity: {
          type: 'AssumedRole',
          principalId: 'P',
          accessKeyId: 'K',
          sessionContext: {
            attributes: { creationDate: '2026-01-02T03:04:05Z', mfaAuthenticated: 'false' },
            sessionIssuer: { userName: 'role' },
            webIdFederationData: { federatedProvider: 'f', attributes: { a: 'b' } },
            ec2RoleDelivery: '2.0',
          },
          inScopeOf: { credentialsIssuedTo: 'i' },
          credentialId: 'has no column',
        },
        eventTime: '2026-01-02T03:04:06Z',
        sourceIPAddress: '192.0.2.1',
        resources: [{ ARN: 'arn:1', accountId: '1' }, { arn: 'arn:2', ARNPrefix: 'p' }, 'odd'],
        readOnly: true,
        managementEvent: 'false',
        tlsDetails: { tlsVersion: 'TLSv1.3', keyExchange: 'has no column' },
        sessionCredentialFromConsole: 'true',
        eventContext: { tagContext: { resourceTags: [{ arn: 'a', tags: { k: 'v' } }] } },
      }),
    )
    expect(row.eventTimeMs).toBe(Date.UTC(2026, 0, 2, 3, 4, 6))
    expect(row.row).toMatchObject({
      eventversion: '1.11',
      useridentity: {
        type: 'AssumedRole',
        principalid: 'P',
        accesskeyid: 'K',
        sessioncontext: {
          attributes: { creationdate: '2026-01-02T03:04:05.000Z', mfaauthenticated: 'false' },
          sessionissuer: { username: 'role' },
          webidfederationdata: { federatedprovider: 'f', attributes: { a: 'b' } },
          ec2roledelivery: '2.0',
        },
        inscopeof: { credentiaisissuedto: 'i' },
      },
      eventtime: '2026-01-02T03:04:06.000Z',
      sourceipaddress: '192.0.2.1',
      resources: [{ arn: 'arn:1', accountid: '1' }, { arn: 'arn:2', arnprefix: 'p' }, null],
      readonly: true,
      managementevent: false,
      tlsdetails: { tlsversion: 'TLSv1.3' },
      sessioncredentialfromconsole: 'true',
      eventcontext: { tagcontext: { resourcetags: [{ arn: 'a', tags: { k: 'v' } }] } },
    })
    expect(row.row.useridentity).not.toHaveProperty('credentialid')
    const names = lakeTableSchemas.events.columns.map(({ name }) => name)
    expect(names.slice(0, 3)).toEqual(['eventversion', 'useridentity', 'eventtime'])
    expect(Object.keys(row.row).filter((name) => !names.includes(name))).toEqual([])
  })

  test('has text in maps: strings as they are, nested values as JSON, numbers as they were written', () => {
    const text =
      '{"requestParameters":{"s":"x","n":12345678901234567890,"f":1.0,"b":true,"z":null,"o":{"a":[1,2.50]},"__proto__":"p"}}'
    expect(Object.entries(rowOf(text).row.requestparameters)).toEqual([
      ['s', 'x'],
      ['n', '12345678901234567890'],
      ['f', '1.0'],
      ['b', 'true'],
      ['z', null],
      ['o', '{"a":[1,2.50]}'],
      ['__proto__', 'p'],
    ])
  })

  test.each([
    ['a number where text is expected', { eventName: 7 }, { eventname: '7' }],
    ['an object where text is expected', { eventName: { a: 1 } }, { eventname: '{"a":1}' }],
    ['text where an object is expected', { userIdentity: 'x', requestParameters: 'y' }, {}],
    ['a list where a map is expected', { requestParameters: [1] }, {}],
    ['an object where a list is expected', { resources: {} }, {}],
    ['a number of odd spelling where a map is expected', '{"requestParameters":2E-3}', {}],
    ['text where a truth is expected', { readOnly: 'maybe' }, {}],
    ['a time that is none', { eventTime: '2026-13-01T00:00:00Z' }, {}],
    ['a time before all years', { eventTime: '0001-01-01T00:30:00+01:00' }, {}],
    ['the first of all times', { eventTime: '0001-01-01T00:00:00Z' }, { eventtime: '0001-01-01T00:00:00.000Z' }],
    ['the last of all times', { eventTime: '9999-12-31T23:59:59Z' }, { eventtime: '9999-12-31T23:59:59.000Z' }],
    ['a time after all years', { eventTime: '9999-12-31T23:59:59-01:00' }, {}],
    ['half a surrogate pair', { eventName: 'x\ud800' }, { eventname: 'x\ufffd' }],
  ])('takes %s', (_what, record, expected) => {
    const text = typeof record === 'string' ? record : JSON.stringify(record)
    expect(rowOf(text).row).toEqual({ ...expected, eventjson: text })
  })

  test('says nothing of a text that is no record', () => {
    for (const text of ['', '[]', '7', 'null', '{"a":', '"{}"']) expect(parseRecord(text)).toBeUndefined()
  })
})

test('an Insights event has its statistics in columns, an attribution for each value', () => {
  const { row } = rowOf(
    JSON.stringify({
      eventCategory: 'Insight',
      insightDetails: {
        state: 'Start',
        eventSource: 's3.amazonaws.com',
        eventName: 'GetObject',
        insightType: 'ApiCallRateInsight',
        insightContext: {
          statistics: {
            baseline: { average: 0.5 },
            insight: { average: 20 },
            insightDuration: 5,
            baselineDuration: 1e4,
          },
          attributions: [
            {
              attribute: 'userAgent',
              insight: [
                { value: 'a', average: 1 },
                { value: 'b', average: 2 },
              ],
              baseline: [],
            },
          ],
        },
      },
    }),
    'insights',
  )
  expect(row).toEqual({
    eventcategory: 'Insight',
    insightstate: 'Start',
    insighteventsource: 's3.amazonaws.com',
    insighteventname: 'GetObject',
    insighttype: 'ApiCallRateInsight',
    insightcontext: {
      baselineaverage: 0.5,
      insightaverage: 20,
      baselineduration: 10_000,
      insightduration: 5,
      attributions: [
        { attribute: 'userAgent', insightvalue: 'a', insightaverage: 1, insight: { value: 'a', average: 1 } },
        { attribute: 'userAgent', insightvalue: 'b', insightaverage: 2, insight: { value: 'b', average: 2 } },
      ],
    },
  })
})

test('a number of an Insights event is one however it is spelled', () => {
  const text = '{"insightDetails":{"insightContext":{"statistics":{"baseline":{"average":1.0},"insightDuration":5.0}}}}'
  expect(rowOf(text, 'insights').row.insightcontext).toEqual({ baselineaverage: 1, insightduration: 5 })
})

test('an event from outside AWS has its data in a struct', () => {
  const { row } = rowOf(
    JSON.stringify({
      eventCategory: 'ActivityAuditLog',
      metadata: { ingestionTime: 't', channelARN: 'arn' },
      eventData: {
        userIdentity: { type: 'User', details: { team: { name: 'x' } } },
        UID: 'u',
        errorMessage: 'broken',
        eventTime: '2026-01-02T03:04:05Z',
      },
    }),
    'activity',
  )
  expect(row).toEqual({
    eventcategory: 'ActivityAuditLog',
    metadata: { ingestiontime: 't', channelarn: 'arn' },
    eventdata: {
      useridentity: { type: 'User', details: { team: '{"name":"x"}' } },
      uid: 'u',
      errormssage: 'broken',
      eventtime: '2026-01-02T03:04:05Z',
    },
  })
})

test('files have all columns but the checksum, with types of the engine', () => {
  const columns = storedColumns('events')
  expect(columns.map(({ name }) => name)).not.toContain('eventjsonchecksum')
  expect(columns).toContainEqual({
    name: 'resources',
    type: 'STRUCT("accountid" VARCHAR, "type" VARCHAR, "arn" VARCHAR, "arnprefix" VARCHAR)[]',
  })
})
