import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  AddTagsCommand,
  type CloudTrailClient,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteResourcePolicyCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  GetEventConfigurationCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetResourcePolicyCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  ListTrailsCommand,
  LookupEventsCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  PutResourcePolicyCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail'
import { type Client, clients, programOf } from '@cairn/testkit/clients'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, home, type Keys, neighbour, startTrailServer, type TrailServer } from './trails.fixture.ts'

/** Trails as stock clients see them: from two accounts, three regions, a user and a role. */

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const regions = ['us-east-1', 'eu-west-1', 'private-7']
let cairn: TrailServer
const callers: Record<string, { readonly account: string; readonly keys: Keys }> = {}

beforeAll(async () => {
  cairn = await startTrailServer()
  callers.admin = { account: home, keys: cairn.adminOf(home) }
  callers.neighbour = { account: neighbour, keys: cairn.adminOf(neighbour) }
  callers.user = { account: home, keys: await cairn.makeUser(home, 'walker', everything) }
  callers.role = { account: neighbour, keys: await cairn.makeSession(neighbour, 'walker', everything) }
})
afterAll(() => cairn?.[Symbol.asyncDispose]())

function callerOf(name: string) {
  const caller = callers[name]
  if (!caller) throw new TypeError(`there is no caller ${name}`)
  return caller
}
const trailArn = (account: string, region: string, name: string) =>
  `arn:aws:cloudtrail:${region}:${account}:trail/${name}`
const homeArn = (name: string, region = 'us-east-1') => trailArn(home, region, name)

let made = 0
/** A new trail of the home account in us-east-1. */
async function newTrail(more: object = {}, region = 'us-east-1'): Promise<string> {
  const Name = `made-${++made}`
  await admin(region).send(new CreateTrailCommand({ Name, S3BucketName: `audit-${home}`, ...more }))
  return Name
}
const admin = (region?: string): CloudTrailClient => cairn.trails(cairn.adminOf(home), region)

describe.each(['admin', 'neighbour', 'user', 'role'])('the %s', (name) => {
  test.each(regions)('walks through the whole life of a trail in %s', async (region) => {
    const { account, keys } = callerOf(name)
    const trails = cairn.trails(keys, region)
    const Name = `life-of-${name}`
    const arn = trailArn(account, region, Name)
    const settings = {
      Name,
      S3BucketName: `audit-${account}`,
      TrailARN: arn,
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      LogFileValidationEnabled: false,
      IsOrganizationTrail: false,
      RecursiveLogging: true,
    }
    const tags = [{ Key: 'team', Value: 'audit' }, { Key: 'bare' }]
    const created = await trails.send(
      new CreateTrailCommand({ Name, S3BucketName: settings.S3BucketName, TagsList: tags }),
    )
    expect(created).toEqual({ $metadata: expect.anything(), ...settings })

    const updated = await trails.send(new UpdateTrailCommand({ Name: arn, EnableLogFileValidation: true }))
    expect(updated).toMatchObject({ ...settings, LogFileValidationEnabled: true })
    // The bucket's policy is asked again for whatever the update makes of the destination.
    const moved = trails.send(new UpdateTrailCommand({ Name: arn, S3KeyPrefix: 'not-in-the-policy' }))
    expect(await errorOf(moved)).toMatchObject({ name: 'InsufficientS3BucketPolicyException' })

    const selectors = [{ ReadWriteType: 'WriteOnly' as const }]
    await trails.send(new PutEventSelectorsCommand({ TrailName: Name, EventSelectors: selectors }))
    const read = await trails.send(new GetEventSelectorsCommand({ TrailName: arn }))
    const defaults = { IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] }
    expect(read).toEqual({
      $metadata: expect.anything(),
      TrailARN: arn,
      EventSelectors: [{ ReadWriteType: 'WriteOnly', ...defaults }],
    })

    await trails.send(new AddTagsCommand({ ResourceId: arn, TagsList: [{ Key: 'team', Value: 'security' }] }))
    await trails.send(new RemoveTagsCommand({ ResourceId: arn, TagsList: [{ Key: 'bare' }] }))
    const { ResourceTagList } = await trails.send(new ListTagsCommand({ ResourceIdList: [arn] }))
    expect(ResourceTagList).toEqual([{ ResourceId: arn, TagsList: [{ Key: 'team', Value: 'security' }] }])

    await trails.send(new StartLoggingCommand({ Name }))
    await trails.send(new StopLoggingCommand({ Name }))
    const status = await trails.send(new GetTrailStatusCommand({ Name }))
    expect(status).toMatchObject({
      IsLogging: false,
      StartLoggingTime: expect.any(Date),
      StopLoggingTime: expect.any(Date),
      TimeLoggingStarted: expect.stringMatching(/^\d{4}-.*Z$/),
      LatestDeliveryAttemptTime: expect.any(String),
    })

    const { Trail } = await trails.send(new GetTrailCommand({ Name }))
    expect(Trail).toMatchObject({ HomeRegion: region, HasCustomEventSelectors: true, HasInsightSelectors: false })
    const { trailList } = await trails.send(new DescribeTrailsCommand({ trailNameList: [Name, 'no-such-trail'] }))
    expect(trailList).toEqual([Trail])
    const { Trails } = await trails.send(new ListTrailsCommand({}))
    expect(Trails).toContainEqual({ TrailARN: arn, Name, HomeRegion: region })

    await trails.send(new DeleteTrailCommand({ Name: arn }))
    expect(await errorOf(trails.send(new GetTrailCommand({ Name })))).toEqual({
      name: 'TrailNotFoundException',
      message: `Unknown trail: ${Name} for the user: ${account}`,
    })
  })
})

describe('creating a trail is refused', () => {
  const bucket = `audit-${home}`
  test.each([
    [
      'InvalidTrailNameException',
      { Name: 'a' },
      'Trail name too short. Minimum allowed length: 3 characters. Specified name length: 1 characters.',
    ],
    ['InvalidTrailNameException', { Name: homeArn('main') }, /^Trail name or ARN can only contain uppercase letters/],
    ['InvalidTrailNameException', { Name: '192.168.5.4' }, /IP address/],
    ['InvalidTagParameterException', { TagsList: [{ Key: 'aws:mine' }] }, /reserved/],
    [
      'TagsLimitExceededException',
      { TagsList: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })) },
      /50/,
    ],
    [
      'InvalidParameterCombinationException',
      { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
      'Multi-Region trail must include global service events.',
    ],
    ['InvalidParameterCombinationException', { CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/x' }, /together/],
    ['OrganizationsNotInUseException', { IsOrganizationTrail: true }, /organization/],
    ['InvalidS3BucketNameException', { S3BucketName: 'Not_A_Bucket' }, /.+/],
    ['InvalidS3PrefixException', { S3KeyPrefix: 'p'.repeat(201) }, /200/],
    ['S3BucketDoesNotExistException', { S3BucketName: 'no-such-bucket' }, 'S3 bucket no-such-bucket does not exist!'],
    [
      'InsufficientS3BucketPolicyException',
      { S3BucketName: `audit-${neighbour}` },
      `Incorrect S3 bucket policy is detected for bucket: audit-${neighbour}`,
    ],
  ])('%s %j', async (name, input, message) => {
    const refused = await errorOf(
      admin().send(new CreateTrailCommand({ Name: 'refused', S3BucketName: bucket, ...input })),
    )
    expect(refused).toEqual({ name, message: typeof message === 'string' ? message : expect.stringMatching(message) })
  })

  test('the first broken rule is told, in the order of AWS', async () => {
    const Name = await newTrail()
    // Each step mends what the step before was refused for.
    let input: CreateTrailCommandInput = {
      Name: '-',
      S3BucketName: 'no-such-bucket',
      IsOrganizationTrail: true,
      TagsList: [{ Key: 'aws:x' }],
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: false,
    }
    const steps: readonly (readonly [string, Partial<CreateTrailCommandInput>])[] = [
      ['InvalidTrailNameException', { Name }],
      ['InvalidTagParameterException', { TagsList: [] }],
      ['InvalidParameterCombinationException', { IncludeGlobalServiceEvents: true }],
      ['TrailAlreadyExistsException', { Name: 'free-name' }],
      ['OrganizationsNotInUseException', { IsOrganizationTrail: false }],
      ['S3BucketDoesNotExistException', {}],
    ]
    for (const [name, mended] of steps) {
      expect(await errorOf(admin().send(new CreateTrailCommand(input)))).toMatchObject({ name })
      input = { ...input, ...mended }
    }
  })

  test('of many creates of one name at once one succeeds, and the others say the name is taken', async () => {
    const create = () => admin().send(new CreateTrailCommand({ Name: 'contested', S3BucketName: bucket }))
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, create))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(7)
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        name: 'TrailAlreadyExistsException',
        message: `Trail contested already exists for customer: ${home}`,
      })
    }
  })
})

describe('regions', () => {
  test('a multi-region trail is seen everywhere and changed at home only', async () => {
    const Name = await newTrail({ IsMultiRegionTrail: true })
    const abroad = admin('ap-southeast-2')
    const named = { Name: homeArn(Name), TrailName: homeArn(Name) }
    const { trailList } = await abroad.send(new DescribeTrailsCommand({}))
    expect(trailList).toContainEqual(expect.objectContaining({ TrailARN: named.Name, HomeRegion: 'us-east-1' }))
    const { trailList: own } = await abroad.send(new DescribeTrailsCommand({ includeShadowTrails: false }))
    expect(own).toEqual([])
    expect(await abroad.send(new GetTrailStatusCommand(named))).toMatchObject({ IsLogging: false })
    expect(await abroad.send(new GetEventSelectorsCommand(named))).toMatchObject({ TrailARN: named.Name })
    expect(await errorOf(abroad.send(new GetTrailStatusCommand({ Name })))).toEqual({
      name: 'TrailNotFoundException',
      message: `Unknown trail: ${homeArn(Name, 'ap-southeast-2')} for the user: ${home}`,
    })
    for (const change of [
      () => abroad.send(new UpdateTrailCommand(named)),
      () => abroad.send(new DeleteTrailCommand(named)),
      () => abroad.send(new StartLoggingCommand(named)),
      () => abroad.send(new StopLoggingCommand(named)),
      () => abroad.send(new PutEventSelectorsCommand({ ...named, EventSelectors: [{}] })),
      () => abroad.send(new PutInsightSelectorsCommand({ ...named, InsightSelectors: [] })),
      () => abroad.send(new PutEventConfigurationCommand({ ...named, AggregationConfigurations: [] })),
    ]) {
      expect(await errorOf(change())).toMatchObject({ name: 'InvalidHomeRegionException' })
    }
    const tags = { ResourceId: named.Name, TagsList: [{ Key: 'a' }] }
    for (const change of [new AddTagsCommand(tags), new RemoveTagsCommand(tags)]) {
      expect(await errorOf(abroad.send(change as AddTagsCommand))).toEqual({
        name: 'CloudTrailARNInvalidException',
        message: 'Region in ARN is wrong, you can only access resources in region ap-southeast-2.',
      })
    }
  })

  test('becoming a trail of one region, it disappears from the others and leaves global events', async () => {
    const Name = await newTrail({ IsMultiRegionTrail: true })
    const single = await admin().send(new UpdateTrailCommand({ Name, IsMultiRegionTrail: false }))
    expect(single).toMatchObject({ IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false })
    const { trailList } = await admin('sa-east-1').send(new DescribeTrailsCommand({}))
    expect(trailList?.map((trail) => trail.Name)).not.toContain(Name)
  })
})

describe('every operation on a trail', () => {
  const operations = (trails: CloudTrailClient) => ({
    GetTrail: (Name: string) => trails.send(new GetTrailCommand({ Name })),
    GetTrailStatus: (Name: string) => trails.send(new GetTrailStatusCommand({ Name })),
    UpdateTrail: (Name: string) => trails.send(new UpdateTrailCommand({ Name })),
    DeleteTrail: (Name: string) => trails.send(new DeleteTrailCommand({ Name })),
    StartLogging: (Name: string) => trails.send(new StartLoggingCommand({ Name })),
    StopLogging: (Name: string) => trails.send(new StopLoggingCommand({ Name })),
    GetEventSelectors: (TrailName: string) => trails.send(new GetEventSelectorsCommand({ TrailName })),
    PutEventSelectors: (TrailName: string) =>
      trails.send(new PutEventSelectorsCommand({ TrailName, EventSelectors: [{}] })),
    GetInsightSelectors: (TrailName: string) => trails.send(new GetInsightSelectorsCommand({ TrailName })),
    PutInsightSelectors: (TrailName: string) =>
      trails.send(new PutInsightSelectorsCommand({ TrailName, InsightSelectors: [] })),
    GetEventConfiguration: (TrailName: string) => trails.send(new GetEventConfigurationCommand({ TrailName })),
    PutEventConfiguration: (TrailName: string) => trails.send(new PutEventConfigurationCommand({ TrailName })),
  })

  test.each(Object.keys(operations({} as CloudTrailClient)) as (keyof ReturnType<typeof operations>)[])(
    '%s tells a bad name, a bad ARN and an unknown trail apart',
    async (operation) => {
      const call = operations(admin())[operation]
      const isRead = operation === 'GetTrail'
      const unknown = (shown: string) => ({
        name: 'TrailNotFoundException',
        message: `Unknown trail: ${shown} for the user: ${home}`,
      })
      expect(await errorOf(call('x'))).toMatchObject({ name: 'InvalidTrailNameException' })
      expect(await errorOf(call(homeArn('x')))).toMatchObject({ name: 'InvalidTrailNameException' })
      expect(await errorOf(call('arn:aws:s3:::bucket'))).toMatchObject({ name: 'CloudTrailARNInvalidException' })
      const china = homeArn('main').replace('arn:aws:', 'arn:aws-cn:')
      expect(await errorOf(call(china))).toMatchObject({ name: 'CloudTrailARNInvalidException' })
      expect(await errorOf(call('missing'))).toEqual(unknown(isRead ? 'missing' : homeArn('missing')))
    },
  )

  test('is refused to other accounts, which do not learn that the trail exists', async () => {
    const Name = await newTrail()
    for (const call of Object.values(operations(cairn.trails(cairn.adminOf(neighbour))))) {
      expect(await errorOf(call(homeArn(Name)))).toEqual({
        name: 'TrailNotFoundException',
        message: `Unknown trail: ${homeArn(Name)} for the user: ${neighbour}`,
      })
    }
    const seen = await cairn
      .trails(cairn.adminOf(neighbour))
      .send(new DescribeTrailsCommand({ trailNameList: [homeArn(Name)] }))
    expect(seen.trailList).toEqual([])
  })
})

describe('what has no consumer yet', () => {
  test('is refused by name, and reads as switched off', async () => {
    const Name = await newTrail()
    const TrailName = Name
    const insights = [{ InsightType: 'ApiCallRateInsight' as const }]
    const put = admin().send(new PutInsightSelectorsCommand({ TrailName, InsightSelectors: insights }))
    expect(await errorOf(put)).toMatchObject({ name: 'UnsupportedOperationException' })
    await admin().send(new PutInsightSelectorsCommand({ TrailName, InsightSelectors: [] }))
    expect(await errorOf(admin().send(new GetInsightSelectorsCommand({ TrailName })))).toEqual({
      name: 'InsightNotEnabledException',
      message: `Trail ${homeArn(Name)} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
    })
    const configuration = await admin().send(new GetEventConfigurationCommand({ TrailName }))
    expect(configuration).toMatchObject({ TrailARN: homeArn(Name), AggregationConfigurations: [] })
    expect(await errorOf(admin().send(new UpdateTrailCommand({ Name, SnsTopicName: 'news' })))).toMatchObject({
      name: 'UnsupportedOperationException',
    })
    expect(await errorOf(admin().send(new UpdateTrailCommand({ Name, KmsKeyId: 'alias/audit' })))).toMatchObject({
      name: 'KmsKeyNotFoundException',
    })
  })

  test('trails have no resource policy, and nothing that has one exists', async () => {
    const Name = await newTrail()
    const store = homeArn(Name).replace(/trail\/.*/, 'eventdatastore/00000000-0000-4000-8000-000000000000')
    const ResourcePolicy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"cloudtrail:*","Resource":"*"}]}'
    for (const [ResourceArn, name] of [
      [homeArn(Name), 'ResourceTypeNotSupportedException'],
      ['just-a-name', 'ResourceARNNotValidException'],
      [store, 'ResourceNotFoundException'],
    ] as const) {
      expect(await errorOf(admin().send(new GetResourcePolicyCommand({ ResourceArn })))).toMatchObject({ name })
      expect(await errorOf(admin().send(new DeleteResourcePolicyCommand({ ResourceArn })))).toMatchObject({ name })
      const put = new PutResourcePolicyCommand({ ResourceArn, ResourcePolicy })
      expect(await errorOf(admin().send(put))).toMatchObject({ name })
    }
  })
})

describe('permissions', () => {
  test('a policy can allow one trail, by its ARN or by its tags', async () => {
    const mine = await newTrail({ TagsList: [{ Key: 'team', Value: 'mine' }] })
    const theirs = await newTrail({ TagsList: [{ Key: 'team', Value: 'theirs' }] })
    const condition = { StringEquals: { 'aws:ResourceTag/team': 'mine' } }
    const keys = await cairn.makeUser(home, 'tagged', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudtrail:StartLogging', Resource: '*', Condition: condition }],
    })
    await cairn.trails(keys).send(new StartLoggingCommand({ Name: mine }))
    const refused = await errorOf(cairn.trails(keys).send(new StartLoggingCommand({ Name: theirs })))
    expect(refused.name).toBe('AccessDeniedException')
    expect(refused.message).toContain(`cloudtrail:StartLogging on resource: ${homeArn(theirs)}`)
  })

  test('creating with tags is also a question of AddTags', async () => {
    const keys = await cairn.makeUser(home, 'creator', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudtrail:CreateTrail', Resource: '*' }],
    })
    const input = { Name: 'of-the-creator', S3BucketName: `audit-${home}` }
    const tagged = new CreateTrailCommand({ ...input, TagsList: [{ Key: 'a' }] })
    expect(await errorOf(cairn.trails(keys).send(tagged))).toMatchObject({ name: 'AccessDeniedException' })
    await cairn.trails(keys).send(new CreateTrailCommand(input))
  })
})

test('a change is on record with what was asked and answered', async () => {
  const Name = await newTrail()
  await admin().send(new PutEventSelectorsCommand({ TrailName: Name, EventSelectors: [{ ReadWriteType: 'ReadOnly' }] }))
  const find = async () => {
    const attribute = { AttributeKey: 'ResourceName', AttributeValue: Name } as const
    const { Events = [] } = await admin().send(new LookupEventsCommand({ LookupAttributes: [attribute] }))
    return Events.find(({ EventName }) => EventName === 'PutEventSelectors')?.CloudTrailEvent
  }
  await expect.poll(find, { timeout: 5_000 }).toBeDefined()
  const selector = { readWriteType: 'ReadOnly' }
  expect(JSON.parse((await find()) ?? '')).toMatchObject({
    eventSource: 'cloudtrail.amazonaws.com',
    readOnly: false,
    requestParameters: { trailName: Name, eventSelectors: [selector] },
    responseElements: { trailARN: homeArn(Name), eventSelectors: [{ ...selector, includeManagementEvents: true }] },
  })
})

describe('other clients', () => {
  const found = clients()
  async function run(client: Client, ...args: string[]) {
    const { accessKeyId, secretAccessKey } = cairn.adminOf(home)
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: cairn.folder,
      AWS_ENDPOINT_URL: cairn.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
    }
    const { stdout } = await promisify(execFile)(programOf(client), args, { env })
    return stdout
  }

  test.skipIf(found.aws2.kind === 'absent')('aws-cli sets selectors and reads them back', async () => {
    const Name = await newTrail()
    const advanced = [{ Name: 'all', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }]
    const selectors = ['--trail-name', Name, '--advanced-event-selectors', JSON.stringify(advanced)]
    await run(found.aws2, 'cloudtrail', 'put-event-selectors', ...selectors)
    const read = await run(found.aws2, 'cloudtrail', 'get-event-selectors', '--trail-name', Name, '--output', 'json')
    expect(JSON.parse(read)).toEqual({ TrailARN: homeArn(Name), AdvancedEventSelectors: advanced })
    const update = ['cloudtrail', 'update-trail', '--name', Name, '--is-multi-region-trail', '--output', 'json']
    expect(JSON.parse(await run(found.aws2, ...update))).toMatchObject({ IsMultiRegionTrail: true })
  })

  test.skipIf(found.python.kind === 'absent')('boto3 raises the exception type of each error', async () => {
    const Name = await newTrail()
    const script = `
import boto3, sys
trails = boto3.client('cloudtrail')
name = sys.argv[1]
def raised(type, call, **input):
    try:
        call(**input)
    except type as error:
        print(error.response['Error']['Code'])
errors = trails.exceptions
raised(errors.InsightNotEnabledException, trails.get_insight_selectors, TrailName=name)
raised(errors.InvalidEventSelectorsException, trails.put_event_selectors, TrailName=name, EventSelectors=[])
raised(errors.CloudTrailARNInvalidException, trails.list_tags, ResourceIdList=[name])
raised(errors.TrailNotFoundException, trails.update_trail, Name='missing')
`
    expect((await run(found.python, '-c', script, Name)).trim().split('\n')).toEqual([
      'InsightNotEnabledException',
      'InvalidEventSelectorsException',
      'CloudTrailARNInvalidException',
      'TrailNotFoundException',
    ])
  })
})

test('with the quotas of AWS the sixth trail of a region is refused, and calls above their rate are throttled', async () => {
  await using strict = await startTrailServer({ quotas: 'aws' })
  const client = (region: string) => strict.trails(strict.adminOf(home), region)
  const create = (region: string) =>
    client(region).send(
      new CreateTrailCommand({ Name: `of-${region}`, S3BucketName: `audit-${home}`, IsMultiRegionTrail: true }),
    )
  for (const region of ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'eu-west-1']) await create(region)
  expect(await errorOf(create('eu-west-2'))).toEqual({
    name: 'MaximumNumberOfTrailsExceededException',
    message: `User: ${home} already has 5 trails in eu-west-2.`,
  })
  const lookups = await Promise.allSettled(
    Array.from({ length: 8 }, () => client('us-east-1').send(new LookupEventsCommand({}))),
  )
  const refused = lookups.filter((outcome) => outcome.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const { reason } of refused)
    expect(reason).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' })
})
