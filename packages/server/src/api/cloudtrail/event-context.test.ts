import { describe, expect, test, vi } from 'vitest'
import { account, createLakeCaller, failure, outsideEvents } from './lake.fixture.ts'

type Caller = Awaited<ReturnType<typeof createLakeCaller>>

const tagContext = { Type: 'TagContext', Equals: ['team', 'cost'] }
const requestContext = { Type: 'RequestContext', Equals: ['aws:PrincipalArn', 'aws:username', 'aws:SecureTransport'] }
const form = { service: 'iam', headers: { 'content-type': 'application/x-www-form-urlencoded' } }

async function iam(cairn: Caller, Action: string, members: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ Action, Version: '2010-05-08', ...members }).toString()
  const answer = await cairn.send({ ...form, body })
  expect(answer.status).toBe(200)
  return new TextDecoder().decode(answer.body as Uint8Array)
}

/** A user of these policies, with a tag, and its key. */
async function makeUser(cairn: Caller, UserName: string, statement: object) {
  await iam(cairn, 'CreateUser', { UserName, 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'blue' })
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await iam(cairn, 'PutUserPolicy', { UserName, PolicyName: 'one', PolicyDocument })
  const key = await iam(cairn, 'CreateAccessKey', { UserName })
  const member = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(key)?.[1] ?? ''
  return { accessKeyId: member('AccessKeyId'), secretAccessKey: member('SecretAccessKey') }
}

async function rowsOf(cairn: Caller, statement: string, expected: unknown): Promise<void> {
  await vi.waitFor(
    async () => {
      const { QueryId } = await cairn.call('StartQuery', { QueryStatement: statement })
      await vi.waitFor(async () =>
        expect((await cairn.call('DescribeQuery', { QueryId })).QueryStatus).toMatch(/FINISHED|FAILED/),
      )
      expect((await cairn.call('GetQueryResults', { QueryId })).QueryResultRows).toEqual(expected)
    },
    { timeout: 20_000, interval: 50 },
  )
}

test('events of a store have the context that it names, as it was at the call, and events of others have none', async () => {
  await using cairn = await createLakeCaller()
  const arns = [await cairn.createStore('plain'), await cairn.createStore('enriched'), await cairn.createStore('tags')]
  const [plain = '', enriched = '', tags = ''] = arns.map((arn) => arn.slice(-36))
  const put = (EventDataStore: string, ContextKeySelectors: readonly object[]) =>
    cairn.call('PutEventConfiguration', { EventDataStore, MaxEventSize: 'Large', ContextKeySelectors })
  await put(enriched, [requestContext, tagContext])
  await put(tags, [{ Type: 'TagContext', Equals: ['cost'] }])
  const credentials = await makeUser(cairn, 'ann', { Effect: 'Allow', Action: 'cloudtrail:Get*', Resource: '*' })
  const TagsList = [{ Key: 'cost', Value: '7' }]
  const watched = await cairn.createStore('watched', { TagsList })
  await cairn.call('GetEventDataStore', { EventDataStore: watched }, { credentials })
  await cairn.call('AddTags', { ResourceId: watched, TagsList: [{ Key: 'cost', Value: '8' }] }, { credentials })
  await cairn.call('AddTags', { ResourceId: watched, TagsList: [{ Key: 'cost', Value: '9' }] })

  const asked = (id: string) =>
    `SELECT eventName, errorCode, json_extract(eventJson, '$.eventContext') AS context,
      element_at(eventContext.requestContext, 'aws:username') AS name,
      element_at(eventContext.tagContext.principalTags, 'team') AS team,
      element_at(element_at(eventContext.tagContext.resourceTags, 1).tags, 'cost') AS cost
    FROM ${id} WHERE eventSource = 'cloudtrail.amazonaws.com' AND eventName IN ('GetEventDataStore', 'AddTags')
    ORDER BY eventName DESC, errorCode DESC`
  const row = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, value]) => ({ [key]: value }))
  const arn = `arn:aws:iam::${account}:user/ann`
  const requestValues = { 'aws:PrincipalArn': arn, 'aws:username': 'ann', 'aws:SecureTransport': 'false' }
  const resourceTags = [{ arn: watched, tags: { cost: '7' } }]
  const ofAnn = JSON.stringify({
    requestContext: requestValues,
    tagContext: { resourceTags, principalTags: { team: 'blue' } },
  })
  const byAnn = { name: 'ann', team: 'blue', cost: '7' }
  await rowsOf(cairn, asked(enriched), [
    row({ eventName: 'GetEventDataStore', errorCode: '', context: ofAnn, ...byAnn }),
    row({ eventName: 'AddTags', errorCode: 'AccessDenied', context: ofAnn, ...byAnn }),
    [{ eventName: 'AddTags' }, { errorCode: '' }, expect.anything(), { name: 'admin' }, { team: '' }, { cost: '7' }],
  ])
  const tagged = JSON.stringify({ requestContext: {}, tagContext: { resourceTags } })
  const rest = { name: '', team: '', cost: '7' }
  await rowsOf(cairn, asked(tags), [
    row({ eventName: 'GetEventDataStore', errorCode: '', context: tagged, ...rest }),
    row({ eventName: 'AddTags', errorCode: 'AccessDenied', context: tagged, ...rest }),
    row({ eventName: 'AddTags', errorCode: '', context: tagged, ...rest }),
  ])
  const without = { context: '', name: '', team: '', cost: '' }
  await rowsOf(cairn, asked(plain), [
    row({ eventName: 'GetEventDataStore', errorCode: '', ...without }),
    row({ eventName: 'AddTags', errorCode: 'AccessDenied', ...without }),
    row({ eventName: 'AddTags', errorCode: '', ...without }),
  ])
  for (const record of await cairn.records()) expect(record).not.toHaveProperty('eventContext')
}, 60_000)

describe('PutEventConfiguration', () => {
  test('reads back what it set, and what it does not name stays', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    const put = (more: object) => cairn.call('PutEventConfiguration', { EventDataStore, ...more })
    const configured = (MaxEventSize: string, ContextKeySelectors: readonly object[]) => ({
      EventDataStoreArn: EventDataStore,
      MaxEventSize,
      ContextKeySelectors,
    })
    const both = configured('Large', [tagContext, requestContext])
    expect(await put({ MaxEventSize: 'Large', ContextKeySelectors: both.ContextKeySelectors })).toEqual(both)
    expect(await put({})).toEqual(both)
    expect(await put({ MaxEventSize: 'Large' })).toEqual(both)
    expect(await put({ MaxEventSize: 'Standard' })).toMatchObject(failure('InvalidParameterCombinationException'))
    expect(await cairn.call('GetEventConfiguration', { EventDataStore })).toEqual(both)
    expect(await put({ ContextKeySelectors: [requestContext] })).toEqual(configured('Large', [requestContext]))
    expect(await put({ ContextKeySelectors: [] })).toEqual(configured('Large', []))
    expect(await put({ ContextKeySelectors: [tagContext] })).toEqual(configured('Large', [tagContext]))
    expect(await put({ MaxEventSize: 'Standard', ContextKeySelectors: [] })).toEqual(configured('Standard', []))
  })

  test.each([
    ['a key that is none', [{ Type: 'RequestContext', Equals: ['aws:SourceIp'] }], 'InvalidParameterException'],
    ['a type given twice', [tagContext, tagContext], 'InvalidParameterException'],
    ['events of usual size', [tagContext], 'InvalidParameterCombinationException', 'Standard'],
    ['events whose size stays the usual one', [tagContext], 'InvalidParameterCombinationException', undefined],
  ])('refuses %s and makes no role for it', async (_, ContextKeySelectors, code, MaxEventSize: unknown = 'Large') => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    const size = code === 'InvalidParameterCombinationException' && MaxEventSize === 'Large' ? {} : { MaxEventSize }
    const input = { EventDataStore, ContextKeySelectors, ...size }
    expect(await cairn.call('PutEventConfiguration', input)).toMatchObject(failure(code))
    expect(await iam(cairn, 'ListRoles', {})).not.toContain('AWSServiceRoleForCloudTrailEventContext')
    const outside = await cairn.createStore('outside', { AdvancedEventSelectors: outsideEvents })
    expect(await cairn.call('PutEventConfiguration', { ...input, EventDataStore: outside })).toMatchObject(
      failure('InvalidEventDataStoreCategoryException'),
    )
  })

  test('makes the service-linked role, for callers who may', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    const credentials = await makeUser(cairn, 'bob', { Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*' })
    const input = { EventDataStore, MaxEventSize: 'Large', ContextKeySelectors: [tagContext] }
    expect(await cairn.call('PutEventConfiguration', input, { credentials })).toMatchObject(
      failure('InsufficientIAMAccessPermissionException'),
    )
    expect(await cairn.call('PutEventConfiguration', input)).toMatchObject({ MaxEventSize: 'Large' })
    const roles = await iam(cairn, 'ListRoles', { PathPrefix: '/aws-service-role/' })
    expect(roles).toContain(
      'role/aws-service-role/context.cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrailEventContext',
    )
    expect(await cairn.call('PutEventConfiguration', input, { credentials })).toMatchObject({ MaxEventSize: 'Large' })
  })
})
