import { describe, expect, test } from 'vitest'
import { createTestInstallation, type Sent } from '../../http/installation.fixture.ts'

const account = '123456789012'
const arnOf = (name: string, region = 'us-east-1') => `arn:aws:cloudtrail:${region}:${account}:trail/${name}`
const storeArn = `arn:aws:cloudtrail:us-east-1:${account}:eventdatastore/00000000-0000-4000-8000-000000000000`

/** An installation with a bucket that takes every trail's files. */
async function createTrailCaller(flags: Readonly<Record<string, string>> = {}) {
  const cairn = await createTestInstallation({ mode: 'emulator', ...flags })
  await cairn.send({ method: 'PUT', path: '/audit', service: 's3' })
  const call = async (name: string, input: object, sent: Sent = {}) => (await cairn.call(name, input, sent)).body
  const create = (Name: string, more: object = {}, sent: Sent = {}) =>
    call('CreateTrail', { Name, S3BucketName: 'audit', ...more }, sent)
  return { ...cairn, call, create }
}

describe('with the quotas of AWS', () => {
  const regions = ['us-east-1', 'eu-west-1', 'eu-west-2', 'ap-south-1', 'cloud-7']

  test('an account sees five trails in a region, those of other regions included', async () => {
    await using cairn = await createTrailCaller({ quotas: 'aws' })
    for (const region of regions) {
      const created = await cairn.create(`home-${region}`, { IsMultiRegionTrail: true }, { region })
      expect(created).toHaveProperty('TrailARN')
    }
    expect(await cairn.create('sixth', {}, { region: 'sa-east-1' })).toMatchObject({
      __type: 'MaximumNumberOfTrailsExceededException',
      message: `User: ${account} already has 5 trails in sa-east-1.`,
    })
  })

  test('calls above the rate of their operation are throttled, by region', async () => {
    await using cairn = await createTrailCaller({ quotas: 'aws' })
    const lookups = await Promise.all(Array.from({ length: 6 }, () => cairn.call('LookupEvents', {})))
    const throttled = lookups.filter(({ __type }) => __type === 'ThrottlingException')
    expect(throttled.length).toBeGreaterThanOrEqual(3)
    expect(throttled[0]).toMatchObject({ message: 'Rate exceeded' })
    expect(await cairn.call('LookupEvents', {}, { region: 'eu-west-1' })).not.toHaveProperty('__type')
    expect(await cairn.call('ListTrails', {})).not.toHaveProperty('__type')
  })

  test('by default there are none', async () => {
    await using cairn = await createTrailCaller()
    for (let index = 0; index < 7; index++) {
      expect(await cairn.create(`trail-${index}`)).toHaveProperty('TrailARN')
    }
  })
})

describe('DescribeTrails', () => {
  test('a trail asked for by name and ARN is told once, one that is unknown not at all', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    await cairn.create('other')
    const trailNameList = ['main', arnOf('main'), 'main', 'unknown', arnOf('other').replace(account, '210987654321')]
    const { trailList } = await cairn.call('DescribeTrails', { trailNameList })
    expect(trailList).toEqual([expect.objectContaining({ TrailARN: arnOf('main') })])
  })
})

describe('UpdateTrail', () => {
  test('changes the members that are sent and leaves the others', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main', { S3KeyPrefix: 'logs', EnableLogFileValidation: true })
    expect(await cairn.call('UpdateTrail', { Name: 'main', RecursiveLogging: false })).toEqual({
      Name: 'main',
      S3BucketName: 'audit',
      S3KeyPrefix: 'logs',
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: false,
      TrailARN: arnOf('main'),
      LogFileValidationEnabled: true,
      IsOrganizationTrail: false,
      RecursiveLogging: false,
    })
  })

  test('an empty text clears a setting', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main', { S3KeyPrefix: 'logs' })
    const cleared = { S3KeyPrefix: '', SnsTopicName: '', KmsKeyId: '', CloudWatchLogsLogGroupArn: '' }
    expect(await cairn.call('UpdateTrail', { Name: 'main', ...cleared })).not.toHaveProperty('S3KeyPrefix')
  })

  test.each([
    ['all regions: on', true, {}, true],
    ['one region: off', false, {}, false],
    ['one region, said otherwise', false, { IncludeGlobalServiceEvents: true }, true],
  ])('becoming a trail of %s', async (_what, IsMultiRegionTrail, more, IncludeGlobalServiceEvents) => {
    await using cairn = await createTrailCaller()
    await cairn.create('main', { IsMultiRegionTrail: !IsMultiRegionTrail })
    if (IsMultiRegionTrail) await cairn.call('UpdateTrail', { Name: 'main', IncludeGlobalServiceEvents: false })
    expect(await cairn.call('UpdateTrail', { Name: 'main', IsMultiRegionTrail, ...more })).toMatchObject({
      IsMultiRegionTrail,
      IncludeGlobalServiceEvents,
    })
  })

  test('what a trail had before stays when the update is refused', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main', { IsMultiRegionTrail: true })
    const before = await cairn.call('GetTrail', { Name: 'main' })
    for (const [code, change] of [
      ['InvalidParameterCombinationException', { IncludeGlobalServiceEvents: false }],
      ['InvalidParameterCombinationException', { CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/logs' }],
      ['InvalidS3BucketNameException', { S3BucketName: '' }],
      ['InvalidS3PrefixException', { S3KeyPrefix: 'p'.repeat(201) }],
      ['InvalidS3PrefixException', { S3KeyPrefix: 'logs\n' }],
      ['InvalidS3PrefixException', { S3KeyPrefix: 'half \ud800' }],
      ['S3BucketDoesNotExistException', { S3BucketName: 'elsewhere' }],
      ['KmsKeyNotFoundException', { KmsKeyId: 'alias/audit' }],
      ['InvalidKmsKeyIdException', { KmsKeyId: 'arn:aws:s3:::audit' }],
      ['OrganizationsNotInUseException', { IsOrganizationTrail: true }],
    ] as const) {
      const refused = await cairn.call('UpdateTrail', { Name: 'main', EnableLogFileValidation: true, ...change })
      expect(refused).toMatchObject({ __type: code })
    }
    expect(await cairn.call('GetTrail', { Name: 'main' })).toEqual(before)
  })

  test('is answered in the home region only', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main', { IsMultiRegionTrail: true })
    const elsewhere = { region: 'eu-west-1' }
    expect(await cairn.call('UpdateTrail', { Name: arnOf('main') }, elsewhere)).toMatchObject({
      __type: 'InvalidHomeRegionException',
    })
    expect(await cairn.call('UpdateTrail', { Name: 'main' }, elsewhere)).toMatchObject({
      __type: 'TrailNotFoundException',
      message: `Unknown trail: ${arnOf('main', 'eu-west-1')} for the user: ${account}`,
    })
  })
})

describe('event selectors', () => {
  test('a trail starts with all management events, shown with every default', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    expect(await cairn.call('GetEventSelectors', { TrailName: 'main' })).toEqual({
      TrailARN: arnOf('main'),
      EventSelectors: [
        { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
      ],
    })
    expect(await cairn.call('GetTrail', { Name: 'main' })).toMatchObject({ Trail: { HasCustomEventSelectors: false } })
  })

  test('each kind replaces the other', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    const advanced = [{ Name: 'writes', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }]
    await cairn.call('PutEventSelectors', { TrailName: 'main', AdvancedEventSelectors: advanced })
    expect(await cairn.call('GetEventSelectors', { TrailName: 'main' })).toEqual({
      TrailARN: arnOf('main'),
      AdvancedEventSelectors: advanced,
    })
    await cairn.call('PutEventSelectors', { TrailName: 'main', EventSelectors: [{ ReadWriteType: 'ReadOnly' }] })
    expect(await cairn.call('GetEventSelectors', { TrailName: 'main' })).not.toHaveProperty('AdvancedEventSelectors')
    expect(await cairn.call('GetTrail', { Name: 'main' })).toMatchObject({ Trail: { HasCustomEventSelectors: true } })
  })

  test.each([
    ['none at all', {}],
    [
      'both kinds',
      {
        EventSelectors: [{}],
        AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
      },
    ],
    [
      'a value AWS refuses',
      {
        EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::*'] }] }],
      },
    ],
  ])('%s is InvalidEventSelectorsException', async (_what, selectors) => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    expect(await cairn.call('PutEventSelectors', { TrailName: 'main', ...selectors })).toMatchObject({
      __type: 'InvalidEventSelectorsException',
    })
  })
})

describe('Insights and event configuration', () => {
  test('Insights are off: an empty list is accepted, reading them says so in the words of AWS', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    expect(await cairn.call('PutInsightSelectors', { TrailName: 'main', InsightSelectors: [] })).toEqual({
      TrailARN: arnOf('main'),
      InsightSelectors: [],
    })
    expect(await cairn.call('GetInsightSelectors', { TrailName: 'main' })).toMatchObject({
      __type: 'InsightNotEnabledException',
      message: `Trail ${arnOf('main')} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
    })
  })

  test.each([
    [
      'PutInsightSelectors',
      'UnsupportedOperationException',
      { InsightSelectors: [{ InsightType: 'ApiCallRateInsight' }] },
    ],
    [
      'PutInsightSelectors',
      'InvalidInsightSelectorsException',
      {
        InsightSelectors: [{ InsightType: 'ApiCallRateInsight', EventCategories: ['Data'] }],
      },
    ],
    [
      'PutInsightSelectors',
      'InvalidInsightSelectorsException',
      {
        InsightSelectors: [{ InsightType: 'ApiErrorRateInsight' }, { InsightType: 'ApiErrorRateInsight' }],
      },
    ],
    ['PutInsightSelectors', 'InvalidParameterCombinationException', { InsightSelectors: [], EventDataStore: storeArn }],
    [
      'PutInsightSelectors',
      'InvalidParameterCombinationException',
      {
        InsightSelectors: [],
        InsightsDestination: storeArn,
      },
    ],
    ['GetInsightSelectors', 'InvalidParameterCombinationException', { EventDataStore: storeArn }],
    ['PutEventConfiguration', 'InvalidParameterCombinationException', { MaxEventSize: 'Large' }],
    [
      'PutEventConfiguration',
      'InvalidParameterException',
      {
        AggregationConfigurations: [{ Templates: ['API_ACTIVITY'], EventCategory: 'Data' }],
      },
    ],
  ])('%s: %s', async (operation, code, input) => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    expect(await cairn.call(operation, { TrailName: 'main', ...input })).toMatchObject({ __type: code })
  })

  test('aggregation is refused by its own name where AWS would take it', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    const objects = { DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }
    await cairn.call('PutEventSelectors', { TrailName: 'main', EventSelectors: [objects] })
    const aggregated = [{ Templates: ['API_ACTIVITY'], EventCategory: 'Data' }]
    const put = (AggregationConfigurations: object[]) =>
      cairn.call('PutEventConfiguration', { TrailName: 'main', AggregationConfigurations })
    expect(await put(aggregated)).toMatchObject({ __type: 'UnsupportedOperationException' })
    expect(await put([])).toEqual({ TrailARN: arnOf('main'), AggregationConfigurations: [] })
    expect(await cairn.call('GetEventConfiguration', { TrailName: 'main' })).toEqual(await put([]))
  })

  test.each([
    [storeArn, 'EventDataStoreNotFoundException'],
    ['00000000-0000-4000-8000-000000000000', 'EventDataStoreNotFoundException'],
    ['store', 'EventDataStoreARNInvalidException'],
    [storeArn.replace(account, '210987654321'), 'EventDataStoreARNInvalidException'],
  ])('the event data store %s: %s', async (EventDataStore, code) => {
    await using cairn = await createTrailCaller()
    expect(await cairn.call('GetEventConfiguration', { EventDataStore })).toMatchObject({ __type: code })
    expect(await cairn.call('PutEventConfiguration', { EventDataStore, MaxEventSize: 'Large' })).toMatchObject({
      __type: code,
    })
  })
})

describe('tags', () => {
  test('are added, replaced by key and removed by key, listed in the order asked', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main', { TagsList: [{ Key: 'team', Value: 'a' }] })
    await cairn.create('other')
    const ResourceId = arnOf('main')
    expect(
      await cairn.call('AddTags', { ResourceId, TagsList: [{ Key: 'team', Value: 'b' }, { Key: 'bare' }] }),
    ).toEqual({})
    expect(await cairn.call('ListTags', { ResourceIdList: [arnOf('other'), ResourceId] })).toEqual({
      ResourceTagList: [
        { ResourceId: arnOf('other'), TagsList: [] },
        { ResourceId, TagsList: [{ Key: 'team', Value: 'b' }, { Key: 'bare' }] },
      ],
    })
    await cairn.call('RemoveTags', { ResourceId, TagsList: [{ Key: 'team' }, { Key: 'never there' }] })
    expect(await cairn.call('ListTags', { ResourceIdList: [ResourceId] })).toEqual({
      ResourceTagList: [{ ResourceId, TagsList: [{ Key: 'bare' }] }],
    })
  })

  test('fifty in all, counted together', async () => {
    await using cairn = await createTrailCaller()
    const tags = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ Key: `key-${from + index}`, Value: 'v' }))
    await cairn.create('main', { TagsList: tags(0, 30) })
    const add = (TagsList: object[]) => cairn.call('AddTags', { ResourceId: arnOf('main'), TagsList })
    expect(await add(tags(10, 41))).toMatchObject({ __type: 'TagsLimitExceededException' })
    expect(await add(tags(10, 40))).toEqual({})
  })

  test.each([
    ['main', 'CloudTrailARNInvalidException'],
    ['arn:aws:s3:::audit', 'CloudTrailARNInvalidException'],
    ['arn:aws-cn:cloudtrail:us-east-1:123456789012:trail/main', 'CloudTrailARNInvalidException'],
    [arnOf('main', 'eu-west-1'), 'CloudTrailARNInvalidException'],
    ['arn:aws:cloudtrail:us-east-1:123456789012:rocket/main', 'ResourceTypeNotSupportedException'],
    [arnOf('m'), 'InvalidTrailNameException'],
    [arnOf('missing'), 'ResourceNotFoundException'],
    [arnOf('main').replace(account, '210987654321'), 'ResourceNotFoundException'],
    ['arn:aws:cloudtrail:us-east-1:123456789012:dashboard/main', 'ResourceNotFoundException'],
    [storeArn, 'EventDataStoreNotFoundException'],
    [storeArn.replace(/eventdatastore.*/, 'eventdatastore/mine'), 'EventDataStoreARNInvalidException'],
    [storeArn.replace('eventdatastore', 'channel'), 'ChannelNotFoundException', 'ResourceNotFoundException'],
    [storeArn.replace(/eventdatastore.*/, 'channel/mine'), 'ChannelARNInvalidException'],
  ])('%s: %s', async (ResourceId, code, listed = code) => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    const refused = { __type: code }
    expect(await cairn.call('ListTags', { ResourceIdList: [ResourceId] })).toMatchObject({ __type: listed })
    expect(await cairn.call('AddTags', { ResourceId, TagsList: [{ Key: 'a' }] })).toMatchObject(refused)
    expect(await cairn.call('RemoveTags', { ResourceId, TagsList: [{ Key: 'a' }] })).toMatchObject(refused)
  })

  test.each([[{ Key: 'aws:owned' }], [{ Key: 'a', Value: '\u0000' }], [{ Key: 'a' }, { Key: 'a' }]])(
    '%j cannot be tags',
    async (...TagsList) => {
      await using cairn = await createTrailCaller()
      await cairn.create('main')
      expect(await cairn.call('AddTags', { ResourceId: arnOf('main'), TagsList })).toMatchObject({
        __type: 'InvalidTagParameterException',
      })
    },
  )

  test('what no tag can be called cannot be removed either', async () => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    const TagsList = [{ Key: 'aws:owned' }]
    expect(await cairn.call('RemoveTags', { ResourceId: arnOf('main'), TagsList })).toMatchObject({
      __type: 'InvalidTagParameterException',
    })
  })

  test('more than twenty resources at once are refused', async () => {
    await using cairn = await createTrailCaller()
    expect(await cairn.call('ListTags', { ResourceIdList: Array(21).fill(arnOf('main')) })).toMatchObject({
      __type: 'ValidationException',
    })
    expect(await cairn.call('ListTags', { ResourceIdList: [] })).toEqual({ ResourceTagList: [] })
  })
})

describe('resource policies', () => {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'cloudtrail:StartQuery', Resource: '*' }],
  })

  test.each([
    [arnOf('main'), 'ResourceTypeNotSupportedException'],
    ['main', 'ResourceARNNotValidException'],
    ['arn:aws:s3:::audit', 'ResourceARNNotValidException'],
    [storeArn, 'ResourceNotFoundException'],
    ['arn:aws:cloudtrail:us-east-1:123456789012:dashboard/main', 'ResourceNotFoundException'],
  ])('%s: %s', async (ResourceArn, code) => {
    await using cairn = await createTrailCaller()
    await cairn.create('main')
    for (const operation of ['GetResourcePolicy', 'DeleteResourcePolicy']) {
      expect(await cairn.call(operation, { ResourceArn })).toMatchObject({ __type: code })
    }
    expect(await cairn.call('PutResourcePolicy', { ResourceArn, ResourcePolicy: policy })).toMatchObject({
      __type: code,
    })
  })

  test('text that is no policy is refused as one', async () => {
    await using cairn = await createTrailCaller()
    expect(await cairn.call('PutResourcePolicy', { ResourceArn: storeArn, ResourcePolicy: '{' })).toMatchObject({
      __type: 'ResourcePolicyNotValidException',
    })
  })
})
