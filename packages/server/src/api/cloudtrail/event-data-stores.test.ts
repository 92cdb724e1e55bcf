import { describe, expect, test } from 'vitest'
import { hasChannel } from '../../lake/channels/index.ts'
import { hasImport } from '../../lake/imports/index.ts'
import { importKey, type LakeImport, lakeImports, noStatistics } from '../../lake/imports/lake-import.ts'
import { anEventDataStore } from '../../lake/stores/event-data-store.fixture.ts'
import { createEventDataStores } from '../../lake/stores/index.ts'
import { account, createLakeCaller, failure, insightEvents, otherAccount, outsideEvents } from './lake.fixture.ts'

const dayMs = 86_400_000
const unknownId = '00000000-0000-4000-8000-000000000000'
const arnOf = (id: string, owner = account) => `arn:aws:cloudtrail:us-east-1:${owner}:eventdatastore/${id}`

describe('CreateEventDataStore', () => {
  test('fills in what is not said: management events of all regions for 366 days, protected', async () => {
    await using cairn = await createLakeCaller()
    const created = await cairn.call('CreateEventDataStore', { Name: 'all' })
    expect(created).toEqual({
      EventDataStoreArn: expect.stringMatching(
        /^arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore\/[0-9a-f-]{36}$/,
      ),
      Name: 'all',
      Status: 'CREATED',
      AdvancedEventSelectors: [
        {
          Name: 'Default management events',
          FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }],
        },
      ],
      MultiRegionEnabled: true,
      OrganizationEnabled: false,
      RetentionPeriod: 366,
      TerminationProtectionEnabled: true,
      CreatedTimestamp: expect.any(Number),
      UpdatedTimestamp: expect.any(Number),
      BillingMode: 'EXTENDABLE_RETENTION_PRICING',
    })
    const { EventDataStoreArn } = created
    expect(await cairn.call('GetEventDataStore', { EventDataStore: EventDataStoreArn })).toEqual({
      ...created,
      Status: 'ENABLED',
    })
  })

  test('keeps what is said, and takes nothing when it is told not to start', async () => {
    await using cairn = await createLakeCaller()
    const settings = {
      Name: 'quiet',
      AdvancedEventSelectors: [
        {
          Name: 'writes',
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Management'] },
            { Field: 'readOnly', Equals: ['false'] },
          ],
        },
      ],
      MultiRegionEnabled: false,
      RetentionPeriod: 7,
      TerminationProtectionEnabled: false,
      BillingMode: 'FIXED_RETENTION_PRICING',
    }
    const TagsList = [{ Key: 'team', Value: 'audit' }]
    const created = await cairn.call('CreateEventDataStore', { ...settings, TagsList, StartIngestion: false })
    expect(created).toMatchObject({ ...settings, TagsList, Status: 'CREATED' })
    const EventDataStore = String(created.EventDataStoreArn)
    expect(await cairn.call('GetEventDataStore', { EventDataStore })).toMatchObject({
      ...settings,
      Status: 'STOPPED_INGESTION',
    })
    expect(await cairn.call('ListTags', { ResourceIdList: [EventDataStore] })).toEqual({
      ResourceTagList: [{ ResourceId: EventDataStore, TagsList }],
    })
  })

  test.each([
    [{ Name: 'first' }, 'EventDataStoreAlreadyExistsException', /named first already exists/],
    [{ RetentionPeriod: 2558, BillingMode: 'FIXED_RETENTION_PRICING' }, 'InvalidParameterException', /2557 days/],
    [{ RetentionPeriod: 6 }, 'ValidationException', /greater than or equal to 7/],
    [{ RetentionPeriod: 3654 }, 'ValidationException', /less than or equal to 3653/],
    [{ Name: 'no' }, 'ValidationException', /greater than or equal to 3/],
    [{ OrganizationEnabled: true }, 'OrganizationsNotInUseException', /not a member/],
    [{ KmsKeyId: 'alias/key' }, 'UnsupportedOperationException', /KmsKeyId/],
    [{ AdvancedEventSelectors: outsideEvents, MultiRegionEnabled: true }, 'InvalidParameterException', /one region/],
    [{ AdvancedEventSelectors: outsideEvents, StartIngestion: false }, 'InvalidParameterException', /StartIngestion/],
    [{ AdvancedEventSelectors: [...insightEvents, ...outsideEvents] }, 'InvalidEventSelectorsException', /combined/],
    [
      { AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Moon'] }] }] },
      'InvalidEventSelectorsException',
      /Moon/,
    ],
    [
      { AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Evidence'] }] }] },
      'UnsupportedOperationException',
      /Evidence/,
    ],
    [{ TagsList: [{ Key: 'aws:x' }] }, 'InvalidTagParameterException', /reserved/],
    [
      { TagsList: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })) },
      'InvalidTagParameterException',
      /50/,
    ],
  ])('%j: %s', async (change, code, message) => {
    await using cairn = await createLakeCaller()
    await cairn.createStore('first')
    expect(await cairn.call('CreateEventDataStore', { Name: 'second', ...change })).toMatchObject({
      __type: code,
      message: expect.stringMatching(message),
    })
    const { EventDataStores } = await cairn.call('ListEventDataStores', {})
    expect(EventDataStores).toHaveLength(1)
  })

  test('of many creates of one name at once exactly one succeeds', async () => {
    await using cairn = await createLakeCaller()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => cairn.call('CreateEventDataStore', { Name: 'one' })),
    )
    expect(answers.filter(({ __type }) => __type === undefined)).toHaveLength(1)
    expect(await cairn.call('CreateEventDataStore', { Name: 'one' }, { region: 'eu-west-1' })).toHaveProperty('Name')
  })

  test('with the quotas of AWS a region has ten, those pending deletion included', async () => {
    await using cairn = await createLakeCaller({ quotas: 'aws' })
    const stores = createEventDataStores({ ...cairn.storage, hasChannel, hasImport })
    for (let number = 0; number < 10; number++) {
      const store = anEventDataStore(number, number === 0 ? { deletedAfterMs: Number.MAX_SAFE_INTEGER } : {})
      await stores.create({ intentId: undefined }, store)
    }
    expect(await cairn.call('CreateEventDataStore', { Name: 'elsewhere' }, { region: 'eu-west-1' })).toHaveProperty(
      'Name',
    )
    expect(await cairn.call('CreateEventDataStore', { Name: 'eleventh' })).toMatchObject(
      failure(
        'EventDataStoreMaxLimitExceededException',
        `User: ${account} already has 10 event data stores in us-east-1.`,
      ),
    )
  })
})

describe('UpdateEventDataStore', () => {
  test('changes the members that are sent and leaves the others', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    const before = await cairn.call('GetEventDataStore', { EventDataStore })
    const changes = { Name: 'renamed', RetentionPeriod: 30, TerminationProtectionEnabled: true }
    const after = await cairn.call('UpdateEventDataStore', { EventDataStore: EventDataStore.slice(-36), ...changes })
    expect(after).toEqual({ ...before, ...changes, UpdatedTimestamp: expect.any(Number) })
    expect(await cairn.call('GetEventDataStore', { EventDataStore })).toEqual(after)
  })

  test('from fixed to extendable pricing is a way, back is none', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main', { BillingMode: 'FIXED_RETENTION_PRICING' })
    expect(
      await cairn.call('UpdateEventDataStore', {
        EventDataStore,
        BillingMode: 'EXTENDABLE_RETENTION_PRICING',
        RetentionPeriod: 3653,
      }),
    ).toMatchObject({ BillingMode: 'EXTENDABLE_RETENTION_PRICING', RetentionPeriod: 3653 })
    expect(
      await cairn.call('UpdateEventDataStore', { EventDataStore, BillingMode: 'FIXED_RETENTION_PRICING' }),
    ).toMatchObject(failure('InvalidParameterException'))
  })

  test.each([
    [{}, 'InvalidParameterException'],
    [{ Name: 'other' }, 'EventDataStoreAlreadyExistsException'],
    [{ AdvancedEventSelectors: outsideEvents }, 'InvalidEventSelectorsException'],
    [{ AdvancedEventSelectors: [] }, 'InvalidEventSelectorsException'],
    [{ OrganizationEnabled: true }, 'OrganizationsNotInUseException'],
    [{ KmsKeyId: 'alias/key' }, 'UnsupportedOperationException'],
    [{ EventDataStore: unknownId, Name: 'new' }, 'EventDataStoreNotFoundException'],
    [{ EventDataStore: 'main', Name: 'new' }, 'EventDataStoreARNInvalidException'],
  ])('%j: %s', async (change, code) => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    await cairn.createStore('other')
    const before = await cairn.call('GetEventDataStore', { EventDataStore })
    expect(await cairn.call('UpdateEventDataStore', { EventDataStore, ...change })).toMatchObject(failure(code))
    expect(await cairn.call('GetEventDataStore', { EventDataStore })).toEqual(before)
  })
})

describe('deleting', () => {
  test('is refused while the store is protected', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main', { TerminationProtectionEnabled: true })
    expect(await cairn.call('DeleteEventDataStore', { EventDataStore })).toMatchObject(
      failure('EventDataStoreTerminationProtectedException'),
    )
  })

  test('is refused while a channel leads to the store', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('outside', { AdvancedEventSelectors: outsideEvents })
    const Channel = await cairn.createChannel('ours', [EventDataStore])
    expect(await cairn.call('DeleteEventDataStore', { EventDataStore })).toMatchObject(
      failure('ChannelExistsForEDSException'),
    )
    await cairn.call('DeleteChannel', { Channel })
    expect(await cairn.call('DeleteEventDataStore', { EventDataStore })).toEqual({})
  })

  test('leaves a store that does nothing but come back as it was', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main', { StartIngestion: false })
    const before = await cairn.call('GetEventDataStore', { EventDataStore })
    expect(await cairn.call('DeleteEventDataStore', { EventDataStore })).toEqual({})
    expect(await cairn.call('GetEventDataStore', { EventDataStore })).toMatchObject({ Status: 'PENDING_DELETION' })
    const refused: readonly (readonly [operation: string, input: object, code: string])[] = [
      ['DeleteEventDataStore', { EventDataStore }, 'InactiveEventDataStoreException'],
      ['UpdateEventDataStore', { EventDataStore, Name: 'new' }, 'InactiveEventDataStoreException'],
      ['StartEventDataStoreIngestion', { EventDataStore }, 'InvalidEventDataStoreStatusException'],
      ['PutEventConfiguration', { EventDataStore, MaxEventSize: 'Standard' }, 'InactiveEventDataStoreException'],
      ['AddTags', { ResourceId: EventDataStore, TagsList: [{ Key: 'a' }] }, 'InactiveEventDataStoreException'],
      ['CreateEventDataStore', { Name: 'main' }, 'EventDataStoreAlreadyExistsException'],
    ]
    for (const [operation, input, code] of refused) {
      expect(await cairn.call(operation, input), operation).toMatchObject(failure(code))
    }
    expect(await cairn.call('RestoreEventDataStore', { EventDataStore })).toEqual({
      ...before,
      UpdatedTimestamp: expect.any(Number),
    })
    expect(await cairn.call('RestoreEventDataStore', { EventDataStore })).toMatchObject(
      failure('InvalidEventDataStoreStatusException'),
    )
  })

  test('ends after seven days: then the store is gone', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    await cairn.call('DeleteEventDataStore', { EventDataStore })
    const { catalog, clock } = cairn.storage
    const removeAfter = (ms: number) =>
      createEventDataStores({
        catalog,
        clock: { nowMs: () => clock.nowMs() + ms },
        hasChannel,
        hasImport,
      }).removeDue()
    await removeAfter(7 * dayMs - 60_000)
    expect(await cairn.call('GetEventDataStore', { EventDataStore })).toMatchObject({ Status: 'PENDING_DELETION' })
    await removeAfter(7 * dayMs)
    for (const operation of ['GetEventDataStore', 'RestoreEventDataStore', 'DeleteEventDataStore']) {
      expect(await cairn.call(operation, { EventDataStore })).toMatchObject(failure('EventDataStoreNotFoundException'))
    }
    expect(await cairn.call('CreateEventDataStore', { Name: 'main' })).toHaveProperty('EventDataStoreArn')
  })
})

describe('ingestion', () => {
  test('is stopped and started, each only from the other', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    const statusAfter = async (operation: string) => {
      const answer = await cairn.call(operation, { EventDataStore })
      return answer.__type ?? (await cairn.call('GetEventDataStore', { EventDataStore })).Status
    }
    expect(await statusAfter('StartEventDataStoreIngestion')).toBe('InvalidEventDataStoreStatusException')
    expect(await statusAfter('StopEventDataStoreIngestion')).toBe('STOPPED_INGESTION')
    expect(await statusAfter('StopEventDataStoreIngestion')).toBe('InvalidEventDataStoreStatusException')
    expect(await statusAfter('StartEventDataStoreIngestion')).toBe('ENABLED')
  })

  test.each([insightEvents, outsideEvents])('is for events of CloudTrail: %j', async (...[selector]) => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main', { AdvancedEventSelectors: [selector] })
    expect(await cairn.call('StopEventDataStoreIngestion', { EventDataStore })).toMatchObject(
      failure('InvalidEventDataStoreCategoryException'),
    )
  })
})

describe('ListEventDataStores', () => {
  test('pages through the stores of the region by name, whatever is made meanwhile', async () => {
    await using cairn = await createLakeCaller()
    for (const name of ['delta', 'alpha', 'charlie']) await cairn.createStore(name)
    await cairn.createStore('elsewhere', {}, { region: 'eu-west-1' })
    const first = await cairn.call('ListEventDataStores', { MaxResults: 2 })
    await cairn.createStore('bravo')
    const { NextToken } = first
    const second = await cairn.call('ListEventDataStores', { MaxResults: 2, NextToken })
    const names = [first, second].map(({ EventDataStores }) =>
      (EventDataStores as { Name: string }[]).map(({ Name }) => Name),
    )
    expect(names).toEqual([['alpha', 'charlie'], ['delta']])
    expect(second).not.toHaveProperty('NextToken')
    for (const token of [
      'nonsense',
      String(NextToken).slice(4),
      Buffer.from('["channels","a"]').toString('base64url'),
    ]) {
      expect(await cairn.call('ListEventDataStores', { NextToken: token })).toMatchObject(
        failure('InvalidNextTokenException'),
      )
    }
  })
})

describe('references', () => {
  test.each([
    ['all', 'EventDataStoreARNInvalidException'],
    ['arn:aws:s3:::bucket', 'EventDataStoreARNInvalidException'],
    [arnOf('all'), 'EventDataStoreARNInvalidException'],
    [arnOf(unknownId).replace('us-east-1', 'eu-west-1'), 'EventDataStoreARNInvalidException'],
    [unknownId, 'EventDataStoreNotFoundException'],
    [arnOf(unknownId), 'EventDataStoreNotFoundException'],
  ])('%s: %s', async (EventDataStore, code) => {
    await using cairn = await createLakeCaller()
    expect(await cairn.call('GetEventDataStore', { EventDataStore })).toMatchObject(failure(code))
    expect(await cairn.call('DeleteEventDataStore', { EventDataStore })).toMatchObject(failure(code))
  })

  test('another account learns nothing of a store, whether it exists or not', async () => {
    await using cairn = await createLakeCaller()
    const own = await cairn.createStore('main')
    const answers = await Promise.all(
      [own, arnOf(unknownId)].map((EventDataStore) =>
        cairn.call('GetEventDataStore', { EventDataStore }, { credentials: cairn.other }),
      ),
    )
    for (const answer of answers) expect(answer).toMatchObject(failure('AccessDeniedException'))
    expect(
      await cairn.call('GetEventDataStore', { EventDataStore: own.slice(-36) }, { credentials: cairn.other }),
    ).toMatchObject(failure('EventDataStoreNotFoundException'))
  })
})

describe('event configuration', () => {
  test('says how large events are kept', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    const of = (MaxEventSize: string) => ({ EventDataStoreArn: EventDataStore, MaxEventSize, ContextKeySelectors: [] })
    expect(await cairn.call('GetEventConfiguration', { EventDataStore })).toEqual(of('Standard'))
    for (const MaxEventSize of ['Large', 'Standard', 'Large']) {
      expect(await cairn.call('PutEventConfiguration', { EventDataStore, MaxEventSize })).toEqual(of(MaxEventSize))
    }
    expect(await cairn.call('PutEventConfiguration', { EventDataStore })).toEqual(of('Large'))
    const outside = await cairn.createStore('outside', { AdvancedEventSelectors: outsideEvents })
    expect(await cairn.call('GetEventConfiguration', { EventDataStore: outside })).toMatchObject(
      failure('InvalidEventDataStoreCategoryException'),
    )
  })
})

describe('resource policies', () => {
  const policyFor = (arn: string, change: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: otherAccount },
          Action: 'cloudtrail:GetEventDataStore',
          Resource: arn,
          ...change,
        },
      ],
    })

  test('let another account in, for what they say and as long as they are there', async () => {
    await using cairn = await createLakeCaller()
    const EventDataStore = await cairn.createStore('main')
    const get = () => cairn.call('GetEventDataStore', { EventDataStore }, { credentials: cairn.other })
    const policy = { ResourceArn: EventDataStore, ResourcePolicy: policyFor(EventDataStore) }
    expect(await cairn.call('PutResourcePolicy', policy)).toEqual(policy)
    expect(await cairn.call('GetResourcePolicy', { ResourceArn: EventDataStore })).toEqual(policy)
    expect(await get()).toMatchObject({ Name: 'main' })
    expect(
      await cairn.call('UpdateEventDataStore', { EventDataStore, Name: 'taken' }, { credentials: cairn.other }),
    ).toMatchObject(failure('AccessDeniedException'))
    expect(await cairn.call('DeleteResourcePolicy', { ResourceArn: EventDataStore })).toEqual({})
    expect(await get()).toMatchObject(failure('AccessDeniedException'))
    for (const operation of ['GetResourcePolicy', 'DeleteResourcePolicy']) {
      expect(await cairn.call(operation, { ResourceArn: EventDataStore })).toMatchObject(
        failure('ResourcePolicyNotFoundException'),
      )
    }
  })

  test.each([
    [{ Action: 'cloudtrail:DeleteEventDataStore' }],
    [{ Action: 'cloudtrail:*' }],
    [{ Action: undefined, NotAction: 'cloudtrail:StartQuery' }],
    [{ Resource: '*' }],
    [{ Principal: { Service: 'ec2.amazonaws.com' } }],
    [{ Principal: { AWS: Array.from({ length: 51 }, (_, index) => String(100_000_000_000 + index)) } }],
  ])('that could not take effect as written are refused: %j', async (change) => {
    await using cairn = await createLakeCaller()
    const ResourceArn = await cairn.createStore('main')
    expect(
      await cairn.call('PutResourcePolicy', { ResourceArn, ResourcePolicy: policyFor(ResourceArn, change) }),
    ).toMatchObject(failure('ResourcePolicyNotValidException'))
  })
})

test('a store that log files are copied into is neither changed nor deleted', async () => {
  await using cairn = await createLakeCaller()
  const EventDataStore = await cairn.createStore('main')
  const place = { account, region: 'us-east-1', id: unknownId }
  const source = { uri: 's3://logs/', region: 'us-east-1', roleArn: 'arn:aws:iam::123456789012:role/import' }
  const store = EventDataStore.slice(-36) as LakeImport['store']
  const times = { createdAtMs: 0, updatedAtMs: 0, logFrom: cairn.storage.log.bounds().end, statistics: noStatistics }
  const copying = { ...place, store, storeArn: EventDataStore, source, bucket: 'logs', prefix: '', ...times }
  const putImport = (state: LakeImport['state']) =>
    cairn.storage.catalog.change({ intentId: undefined }, (draft) =>
      draft.put(lakeImports, importKey(place), { ...copying, state }),
    )
  await putImport('IN_PROGRESS')
  for (const [operation, change] of [
    ['UpdateEventDataStore', { Name: 'new' }],
    ['DeleteEventDataStore', {}],
  ] as const) {
    expect(await cairn.call(operation, { EventDataStore, ...change })).toMatchObject(
      failure('EventDataStoreHasOngoingImportException'),
    )
  }
  await putImport('COMPLETED')
  expect(await cairn.call('DeleteEventDataStore', { EventDataStore })).toEqual({})
})
