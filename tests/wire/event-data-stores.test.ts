import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AddTagsCommand,
  type CloudTrailClient,
  CreateChannelCommand,
  CreateEventDataStoreCommand,
  DeleteEventDataStoreCommand,
  DeleteResourcePolicyCommand,
  GetChannelCommand,
  GetEventConfigurationCommand,
  GetEventDataStoreCommand,
  GetQueryResultsCommand,
  ListEventDataStoresCommand,
  PutInsightSelectorsCommand,
  PutResourcePolicyCommand,
  RestoreEventDataStoreCommand,
  SearchSampleQueriesCommand,
  StartEventDataStoreIngestionCommand,
  StartQueryCommand,
  StopEventDataStoreIngestionCommand,
  UpdateChannelCommand,
  UpdateEventDataStoreCommand,
} from '@aws-sdk/client-cloudtrail'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, home, neighbour, startTrailServer, type TrailServer } from './trails.fixture.ts'

/** Event data stores and channels as stock clients see them. */

const category = (name: string) => [{ FieldSelectors: [{ Field: 'eventCategory', Equals: [name] }] }]
const unknownId = '00000000-0000-4000-8000-000000000000'
const found = clients()

describe('the JavaScript SDK', () => {
  let cairn: TrailServer
  let client: CloudTrailClient
  beforeAll(async () => {
    cairn = await startTrailServer()
    client = cairn.trails(cairn.adminOf(home))
  })
  afterAll(() => cairn?.[Symbol.asyncDispose]())

  let made = 0
  async function newStore(more: object = {}) {
    const settings = { Name: `store-${++made}`, TerminationProtectionEnabled: false, ...more }
    const { EventDataStoreArn: arn } = await client.send(new CreateEventDataStoreCommand(settings))
    if (arn === undefined) throw new TypeError('a store has an ARN')
    return arn
  }
  const destinations = (Location: string) => [{ Type: 'EVENT_DATA_STORE' as const, Location }]

  test('times are dates, and a store comes back as it was made', async () => {
    const arn = await newStore({ RetentionPeriod: 30 })
    const store = await client.send(new GetEventDataStoreCommand({ EventDataStore: arn }))
    expect(store).toMatchObject({ Status: 'ENABLED', RetentionPeriod: 30, MultiRegionEnabled: true })
    expect(store.CreatedTimestamp).toBeInstanceOf(Date)
    const { EventDataStores } = await client.send(new ListEventDataStoresCommand({}))
    expect(EventDataStores).toContainEqual({ EventDataStoreArn: arn, Name: store.Name })
  })

  /** Each makes the error whose name it has, and no other. */
  const failures: Readonly<Record<string, () => Promise<unknown>>> = {
    async EventDataStoreAlreadyExistsException() {
      await newStore({ Name: 'twice' })
      await newStore({ Name: 'twice' })
    },
    InvalidEventSelectorsException: () => newStore({ AdvancedEventSelectors: category('Moon') }),
    InvalidParameterException: () => newStore({ RetentionPeriod: 3000, BillingMode: 'FIXED_RETENTION_PRICING' }),
    InvalidTagParameterException: () => newStore({ TagsList: [{ Key: 'aws:x' }] }),
    OrganizationsNotInUseException: () => newStore({ OrganizationEnabled: true }),
    UnsupportedOperationException: () => newStore({ KmsKeyId: 'alias/key' }),
    EventDataStoreARNInvalidException: () =>
      client.send(new GetEventDataStoreCommand({ EventDataStore: 'not-an-arn' })),
    EventDataStoreNotFoundException: () =>
      client.send(new UpdateEventDataStoreCommand({ EventDataStore: unknownId, Name: 'new' })),
    async EventDataStoreTerminationProtectedException() {
      const EventDataStore = await newStore({ TerminationProtectionEnabled: true })
      await client.send(new DeleteEventDataStoreCommand({ EventDataStore }))
    },
    async InactiveEventDataStoreException() {
      const EventDataStore = await newStore()
      await client.send(new DeleteEventDataStoreCommand({ EventDataStore }))
      await client.send(new DeleteEventDataStoreCommand({ EventDataStore }))
    },
    async InvalidEventDataStoreStatusException() {
      await client.send(new RestoreEventDataStoreCommand({ EventDataStore: await newStore() }))
    },
    async InvalidEventDataStoreCategoryException() {
      const EventDataStore = await newStore({ AdvancedEventSelectors: category('Insight') })
      await client.send(new StopEventDataStoreIngestionCommand({ EventDataStore }))
    },
    InvalidNextTokenException: () => client.send(new ListEventDataStoresCommand({ NextToken: 'none' })),
    async ChannelExistsForEDSException() {
      const EventDataStore = await newStore({ AdvancedEventSelectors: category('ActivityAuditLog') })
      await newChannel(EventDataStore)
      await client.send(new DeleteEventDataStoreCommand({ EventDataStore }))
    },
    async ChannelAlreadyExistsException() {
      const store = await newStore({ AdvancedEventSelectors: category('ActivityAuditLog') })
      await newChannel(store, { Name: 'same-name' })
      await newChannel(store, { Name: 'same-name' })
    },
    InvalidSourceException: () => newChannel(unknownId, { Source: 'Nobody' }),
    TagsLimitExceededException: async () => {
      const store = await newStore({ AdvancedEventSelectors: category('ActivityAuditLog') })
      const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` }))
      await newChannel(store, { Tags })
    },
    ChannelARNInvalidException: () => client.send(new GetChannelCommand({ Channel: 'not-an-arn' })),
    ChannelNotFoundException: () => client.send(new UpdateChannelCommand({ Channel: unknownId, Name: 'new' })),
    ResourceNotFoundException: () =>
      client.send(
        new AddTagsCommand({
          ResourceId: `arn:aws:cloudtrail:us-east-1:${home}:dashboard/main`,
          TagsList: [{ Key: 'a' }],
        }),
      ),
    async ResourcePolicyNotFoundException() {
      await client.send(new DeleteResourcePolicyCommand({ ResourceArn: await newStore() }))
    },
    async ResourcePolicyNotValidException() {
      const ResourceArn = await newStore()
      const Statement = { Effect: 'Allow', Principal: '*', Action: 'cloudtrail:*', Resource: ResourceArn }
      const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement })
      await client.send(new PutResourcePolicyCommand({ ResourceArn, ResourcePolicy }))
    },
    InvalidParameterCombinationException: () => client.send(new GetEventConfigurationCommand({})),
    ValidationException: () => client.send(new SearchSampleQueriesCommand({ SearchPhrase: 'x' })),
  }

  async function newChannel(store: string, more: object = {}): Promise<void> {
    const channel = { Name: `channel-${++made}`, Source: 'Custom', Destinations: destinations(store), ...more }
    await client.send(new CreateChannelCommand(channel))
  }

  test.each(Object.entries(failures))('%s', async (name, fail) => {
    expect(await errorOf(fail())).toMatchObject({ name })
  })

  test('Insights go from a store of events to one of Insights, and from no other to no other', async () => {
    const source = await newStore()
    const destination = await newStore({ AdvancedEventSelectors: category('Insight') })
    const put = (EventDataStore: string, InsightsDestination: string) =>
      client.send(new PutInsightSelectorsCommand({ EventDataStore, InsightsDestination, InsightSelectors: [] }))
    expect(await put(source, destination)).toMatchObject({
      EventDataStoreArn: source,
      InsightsDestination: destination,
      InsightSelectors: [],
    })
    for (const pair of [put(destination, source), put(source, source), put(unknownId, destination)]) {
      expect(await errorOf(pair)).toMatchObject({ name: 'InvalidParameterException' })
    }
  })

  test('another account queries a store that its policy opens, and no other', { timeout: 30_000 }, async () => {
    const [open, closed] = [await newStore(), await newStore()]
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: neighbour },
      Action: ['cloudtrail:StartQuery', 'cloudtrail:GetQueryResults'],
      Resource: open,
    }
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement })
    await client.send(new PutResourcePolicyCommand({ ResourceArn: open, ResourcePolicy }))
    const other = cairn.trails(cairn.adminOf(neighbour))
    const query = (arn: string) =>
      other.send(
        new StartQueryCommand({
          QueryStatement: `SELECT eventName FROM ${arn.slice(-36)} WHERE eventName = 'PutResourcePolicy'`,
          EventDataStoreOwnerAccountId: home,
        }),
      )
    const { QueryId } = await query(open)
    const results = async () =>
      (await other.send(new GetQueryResultsCommand({ QueryId, EventDataStoreOwnerAccountId: home }))).QueryStatus
    await expect.poll(results, { timeout: 20_000, interval: 100 }).toBe('FINISHED')
    expect(await errorOf(query(closed))).toMatchObject({ name: 'AccessDeniedException' })
  })

  test('policies of users ask for tags as a permission of their own, and by the tags of a store', async () => {
    const keys = await cairn.makeUser(home, 'steward', {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'cloudtrail:CreateEventDataStore', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'cloudtrail:UpdateEventDataStore',
          Resource: `arn:aws:cloudtrail:us-east-1:${home}:eventdatastore/*`,
          Condition: { StringEquals: { 'aws:ResourceTag/team': 'audit' } },
        },
      ],
    })
    const steward = cairn.trails(keys)
    const TagsList = [{ Key: 'team', Value: 'audit' }]
    const create = (more: object) => steward.send(new CreateEventDataStoreCommand({ Name: `store-${++made}`, ...more }))
    const update = (EventDataStore: string | undefined) =>
      steward.send(new UpdateEventDataStoreCommand({ EventDataStore, RetentionPeriod: 30 }))
    expect(await errorOf(create({ TagsList }))).toMatchObject({ name: 'AccessDeniedException' })
    const { EventDataStoreArn: untagged } = await create({})
    expect(await errorOf(update(untagged))).toMatchObject({ name: 'AccessDeniedException' })
    expect(await update(await newStore({ TagsList }))).toMatchObject({ RetentionPeriod: 30 })
  })

  test('ingestion stops and starts', async () => {
    const EventDataStore = await newStore()
    const status = async () => (await client.send(new GetEventDataStoreCommand({ EventDataStore }))).Status
    await client.send(new StopEventDataStoreIngestionCommand({ EventDataStore }))
    expect(await status()).toBe('STOPPED_INGESTION')
    await client.send(new StartEventDataStoreIngestionCommand({ EventDataStore }))
    expect(await status()).toBe('ENABLED')
  })
})

describe('command lines and boto3', () => {
  const folder = temporaryFolder()
  let cairn: RunningCairn
  beforeAll(async () => {
    cairn = await startCairn({ dataDir: join(folder.path, 'data') })
  })
  afterAll(async () => {
    await cairn?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  const entry = (id: string, change: object = {}) => ({
    id,
    eventData: JSON.stringify({
      version: '1.0',
      userIdentity: { type: 'User', principalId: 'alice' },
      eventSource: 'shop.example.com',
      eventName: 'DeleteOrder',
      eventTime: '2026-03-04T05:06:07Z',
      UID: id,
      recipientAccountId: home,
      ...change,
    }),
  })

  describe('aws-cli 2', () => {
    const client = found.aws2
    const run = (...args: string[]) => cairn.run(programOf(client), ...args, '--output', 'json')
    const aws = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(...args)
      expect(stderr).toBe('')
      expect(code).toBe(0)
      return stdout === '' ? undefined : JSON.parse(stdout)
    }

    test.skipIf(client.kind === 'absent')(
      'takes events from outside from the first store to the last',
      async () => {
        const id = 'orders'
        const selectors = join(folder.path, 'selectors.json')
        writeFileSync(selectors, JSON.stringify(category('ActivityAuditLog')))
        const { EventDataStoreArn: store } = await aws(
          ...['cloudtrail', 'create-event-data-store', '--name', id, '--no-multi-region-enabled'],
          ...['--no-termination-protection-enabled', '--advanced-event-selectors', `file://${selectors}`],
        )
        const { ChannelArn: channel } = await aws(
          ...['cloudtrail', 'create-channel', '--name', id, '--source', 'Custom'],
          ...['--destinations', `Type=EVENT_DATA_STORE,Location=${store}`],
        )
        const events = join(folder.path, `${id}.json`)
        writeFileSync(events, JSON.stringify([entry(`${id}-1`), entry(`${id}-2`, { eventTime: 'never' })]))
        const put = [
          'cloudtrail-data',
          'put-audit-events',
          '--channel-arn',
          channel,
          '--audit-events',
          `file://${events}`,
        ]
        const answer = await aws(...put)
        expect(answer).toEqual({
          successful: [{ id: `${id}-1`, eventID: expect.any(String) }],
          failed: [{ id: `${id}-2`, errorCode: 'InvalidData', errorMessage: expect.stringContaining('eventTime') }],
        })
        expect(await aws(...put)).toEqual(answer)
        expect(await aws('cloudtrail', 'get-channel', '--channel', channel)).toMatchObject({
          IngestionStatus: { LatestIngestionSuccessEventID: answer.successful[0].eventID },
        })
        const deleted = await run('cloudtrail', 'delete-event-data-store', '--event-data-store', store)
        expect(deleted.stderr).toContain('(ChannelExistsForEDSException)')
        await aws('cloudtrail', 'delete-channel', '--channel', channel)
        await aws('cloudtrail', 'delete-event-data-store', '--event-data-store', store)
        const gone = await aws('cloudtrail', 'get-event-data-store', '--event-data-store', store)
        expect(gone.Status).toBe('PENDING_DELETION')
      },
      60_000,
    )
  })

  test.skipIf(found.python.kind === 'absent')(
    'boto3 raises the exception type of each error of PutAuditEvents',
    async () => {
      const script = `
import boto3, json
control, data = boto3.client('cloudtrail'), boto3.client('cloudtrail-data')
select = [{'FieldSelectors': [{'Field': 'eventCategory', 'Equals': ['ActivityAuditLog']}]}]
store = control.create_event_data_store(Name='boto3', AdvancedEventSelectors=select)['EventDataStoreArn']
channel = control.create_channel(Name='boto3', Source='Custom',
    Destinations=[{'Type': 'EVENT_DATA_STORE', 'Location': store}])['ChannelArn']
entry = {'id': 'a', 'eventData': json.dumps(${JSON.stringify(JSON.parse(entry('a').eventData))})}
def put(arn, entries):
    try:
        return data.put_audit_events(channelArn=arn, auditEvents=entries)['successful'][0]['id']
    except Exception as error:
        return type(error).__name__
print(put(channel, [entry]))
print(put(channel, [entry, entry]))
print(put(channel[:-36] + '${unknownId}', [entry]))
print(put('arn:aws:s3:::bucket', [entry]))
print(put(channel.replace('${home}', '210987654321'), [entry]))
`
      const { stdout, stderr } = await cairn.run(programOf(found.python), '-c', script)
      expect(stderr).toBe('')
      expect(stdout.trim().split('\n')).toEqual([
        'a',
        'DuplicatedAuditEventId',
        'ChannelNotFound',
        'InvalidChannelARN',
        'ChannelInsufficientPermission',
      ])
    },
    60_000,
  )
})
