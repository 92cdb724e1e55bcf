import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventFields, fieldsOfRecord } from './event-fields.ts'
import { eventHead } from './event-head.ts'

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

test.each([
  ['a user by name', { type: 'IAMUser', userName: 'ana' }, 'ana'],
  ['root as root, whatever its alias', { type: 'Root', userName: 'alias' }, 'root'],
  ['a role by its session', { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/R/session-1' }, 'session-1'],
  ['a role without ARN by its principal', { type: 'AssumedRole', principalId: 'AROA:session-2' }, 'session-2'],
  ['a federated user by name', { type: 'FederatedUser', arn: 'arn:aws:sts::1:federated-user/bob' }, 'bob'],
  ['a service not at all', { type: 'AWSService', invokedBy: 'x.amazonaws.com' }, undefined],
])('LookupEvents names %s', (_, userIdentity, username) => {
  expect(fieldsOfRecord({ userIdentity }).username).toBe(username)
})

test('fields of a record are read, empty and malformed ones are absent', () => {
  const record = {
    eventID: 'id',
    eventTime: '2024-01-02T03:04:05Z',
    eventName: '',
    awsRegion: 7,
    readOnly: 'true',
    managementEvent: false,
    userIdentity: { accountId: '1', accessKeyId: 'AKIA' },
  }
  expect(eventFields(bytes(record))).toMatchObject({
    eventId: 'id',
    eventTimeMs: Date.UTC(2024, 0, 2, 3, 4, 5),
    eventName: undefined,
    region: undefined,
    readOnly: true,
    managementEvent: false,
    category: 'Data',
    callerAccountId: '1',
    accessKeyId: 'AKIA',
  })
})

test.each(['2024-01-02', '2024-01-02T03:04:05', 'yesterday', '9999-99-99T00:00:00Z', ''])(
  '%j is no event time',
  (eventTime) => {
    expect(fieldsOfRecord({ eventTime }).eventTimeMs).toBeUndefined()
  },
)

test('resources are those of the record, then those that members name, without repeats', () => {
  const { resources } = fieldsOfRecord({
    eventSource: 'iam.amazonaws.com',
    resources: [{ type: 'AWS::IAM::Role', ARN: 'arn:r' }, { ARN: 'arn:untyped' }, 'nonsense'],
    requestParameters: { roleName: 'r', nested: { policyArn: 'arn:p' } },
    responseElements: { role: { roleName: 'r', arn: 'arn:r' } },
  })
  expect(resources).toEqual([
    { type: 'AWS::IAM::Role', name: 'arn:r' },
    { name: 'arn:untyped' },
    { type: 'AWS::IAM::Role', name: 'r' },
    { type: 'AWS::IAM::Policy', name: 'arn:p' },
  ])
})

test('a record with a million resources costs a bounded index', () => {
  const names = Array.from({ length: 100_000 }, (_, number) => ({ instanceId: `i-${number}` }))
  const { resources } = fieldsOfRecord({ eventSource: 'ec2.amazonaws.com', requestParameters: { names } })
  expect(resources.length).toBeLessThanOrEqual(64)
})

test('values are cut to what can be looked up', () => {
  expect(fieldsOfRecord({ eventName: 'x'.repeat(1_000_000) }).eventName).toHaveLength(2048)
})

test('anything that is no JSON object is undefined, and nothing throws', () => {
  for (const text of ['', 'null', '[]', '1', '"x"', '{', '{"a":}', '\u0000'])
    expect(eventFields(Buffer.from(text))).toBeUndefined()
  expect(eventFields(Buffer.from('['.repeat(100_000)))).toBeUndefined()
  fc.assert(fc.property(fc.jsonValue(), (value) => void eventFields(bytes(value))))
  fc.assert(
    fc.property(
      fc.jsonValue(),
      (value) => void fieldsOfRecord({ userIdentity: value, resources: value, eventTime: value }),
    ),
  )
})

test('the head of a record is what its fields say, and there is none of what is no object', () => {
  const record = {
    eventID: 'e-1',
    eventTime: '2026-01-02T03:04:05Z',
    awsRegion: 'eu-west-1',
    recipientAccountId: '111111111111',
    userIdentity: { accountId: '222222222222' },
  }
  const head = eventHead(Buffer.from(JSON.stringify(record)))
  expect(fieldsOfRecord(record)).toMatchObject({ ...head })
  expect(head).toEqual({
    eventId: 'e-1',
    eventTimeMs: Date.parse('2026-01-02T03:04:05Z'),
    region: 'eu-west-1',
    recipientAccountId: '111111111111',
    callerAccountId: '222222222222',
  })
  expect(eventHead(Buffer.from('[1]'))).toBeUndefined()
  expect(eventHead(Buffer.from('{'))).toBeUndefined()
})
