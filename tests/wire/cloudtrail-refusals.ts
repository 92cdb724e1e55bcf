/**
 * Every error that the model declares for an operation on trails, selectors, tags, policies and history: a call that
 * provokes it, with what AWS says, or why nothing can.
 */

/** What stands ready for one caller in one region. */
export interface World {
  readonly account: string
  readonly region: string
  /** Another one in use. */
  readonly abroad: string
  readonly bucket: string
  /** A bucket that is there and lets no trail in. */
  readonly closedBucket: string
  /** The ARN of a trail of all regions, made here. */
  readonly trail: string
  /** One that takes data events. */
  readonly dataTrail: string
  /** Keys that CloudTrail may not use, and that nobody may at the moment. */
  readonly closedKey: string
  readonly disabledKey: string
  readonly eventsStore: string
  readonly insightsStore: string
  readonly deletedStore: string
}

export interface Refusal {
  readonly code: string
  readonly input: object
  readonly message: string | RegExp
  /** Whether the call is sent to the other region. */
  readonly isAbroad?: true
  /** Whether the caller is one who may do everything in CloudTrail, and nothing elsewhere. */
  readonly isByTrailAdmin?: true
}

const unknownId = '00000000-0000-4000-8000-000000000000'
const tooShort = 'Trail name too short. Minimum allowed length: 3 characters. Specified name length: 1 characters.'
const foreignArn = 'arn:aws:s3:::audit'

/** What is wrong with a trail, whatever the operation wants of it. */
function trailReference(world: World, member: string, more: object = {}): readonly Refusal[] {
  const arn = `arn:aws:cloudtrail:${world.region}:${world.account}:trail/missing`
  return [
    { code: 'InvalidTrailNameException', input: { [member]: 'a', ...more }, message: tooShort },
    { code: 'CloudTrailARNInvalidException', input: { [member]: foreignArn, ...more }, message: /arn:aws:s3:::audit/ },
    {
      code: 'TrailNotFoundException',
      input: { [member]: 'missing', ...more },
      message: `Unknown trail: ${arn} for the user: ${world.account}`,
    },
  ]
}

function trailChange(world: World, member: string, more: object = {}): readonly Refusal[] {
  return [
    ...trailReference(world, member, more),
    {
      code: 'InvalidHomeRegionException',
      input: { [member]: world.trail, ...more },
      message: new RegExp(`home region ${world.region}`),
      isAbroad: true,
    },
  ]
}

/** What is wrong with where a trail delivers to and how, when it is made and when it is changed. */
function trailSettings(world: World, base: object): readonly Refusal[] {
  const logs = `arn:aws:logs:${world.region}:${world.account}:log-group:trails:*`
  const role = `arn:aws:iam::${world.account}:role/logs`
  const rows: readonly (readonly [string, object, string | RegExp])[] = [
    [
      'CloudWatchLogsDeliveryUnavailableException',
      { CloudWatchLogsLogGroupArn: logs, CloudWatchLogsRoleArn: role },
      /CloudWatch Logs/,
    ],
    [
      'InsufficientEncryptionPolicyException',
      { KmsKeyId: world.closedKey },
      `Insufficient permissions to access S3 bucket ${world.bucket} or KMS key ${world.closedKey}.`,
    ],
    [
      'InsufficientS3BucketPolicyException',
      { S3BucketName: world.closedBucket },
      `Incorrect S3 bucket policy is detected for bucket: ${world.closedBucket}`,
    ],
    ['InvalidKmsKeyIdException', { KmsKeyId: 'no key!' }, /no key!/],
    [
      'InvalidParameterCombinationException',
      { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
      'Multi-Region trail must include global service events.',
    ],
    ['InvalidS3BucketNameException', { S3BucketName: 'Not_A_Bucket' }, /bucket/i],
    ['InvalidS3PrefixException', { S3KeyPrefix: 'p'.repeat(201) }, /200/],
    ['KmsException', { KmsKeyId: world.disabledKey }, /disabled/],
    ['KmsKeyNotFoundException', { KmsKeyId: 'alias/none' }, /alias\/none/],
    ['OrganizationsNotInUseException', { IsOrganizationTrail: true }, /organization/],
    ['S3BucketDoesNotExistException', { S3BucketName: 'no-such-bucket' }, 'S3 bucket no-such-bucket does not exist!'],
    ['UnsupportedOperationException', { SnsTopicName: 'news' }, /SNS/],
  ]
  return rows.map(([code, input, message]) => ({ code, input: { ...base, ...input }, message }))
}

function tagged(world: World, more: object, wrap: (arn: string) => object): readonly Refusal[] {
  const arnOf = (resource: string) => `arn:aws:cloudtrail:${world.region}:${world.account}:${resource}`
  const rows: readonly (readonly [string, string, string | RegExp])[] = [
    ['ChannelARNInvalidException', arnOf('channel/mine'), /channel\/mine/],
    ['CloudTrailARNInvalidException', foreignArn, /arn:aws:s3:::audit/],
    ['EventDataStoreARNInvalidException', arnOf('eventdatastore/mine'), /eventdatastore\/mine/],
    ['EventDataStoreNotFoundException', arnOf(`eventdatastore/${unknownId}`), /not found/],
    ['InactiveEventDataStoreException', world.deletedStore, /pending deletion/],
    ['InvalidTrailNameException', arnOf('trail/a'), tooShort],
    ['ResourceNotFoundException', arnOf('trail/missing'), /not found/],
    ['ResourceTypeNotSupportedException', arnOf('rocket/mine'), /rocket/],
  ]
  return [
    ...rows.map(([code, arn, message]) => ({ code, input: { ...wrap(arn), ...more }, message })),
    {
      code: 'CloudTrailARNInvalidException',
      input: { ...wrap(world.trail), ...more },
      message: `Region in ARN is wrong, you can only access resources in region ${world.abroad}.`,
      isAbroad: true,
    },
  ]
}

const manyTags = Array.from({ length: 51 }, (_, index) => ({ Key: `key-${index}` }))
const reservedTag = [{ Key: 'aws:mine', Value: 'x' }]

function tagChange(world: World): readonly Refusal[] {
  const arn = `arn:aws:cloudtrail:${world.region}:${world.account}:channel/${unknownId}`
  return [
    ...tagged(world, { TagsList: [{ Key: 'a' }] }, (ResourceId) => ({ ResourceId })),
    {
      code: 'ChannelNotFoundException',
      input: { ResourceId: arn, TagsList: [{ Key: 'a' }] },
      message: `The channel ${arn} was not found.`,
    },
    {
      code: 'InvalidTagParameterException',
      input: { ResourceId: world.trail, TagsList: reservedTag },
      message: /reserved/,
    },
  ]
}

function policyResource(world: World, more: object = {}): readonly Refusal[] {
  const store = `arn:aws:cloudtrail:${world.region}:${world.account}:eventdatastore/${unknownId}`
  return [
    { code: 'ResourceARNNotValidException', input: { ResourceArn: 'a-name', ...more }, message: /a-name/ },
    { code: 'ResourceNotFoundException', input: { ResourceArn: store, ...more }, message: /not found/ },
    { code: 'ResourceTypeNotSupportedException', input: { ResourceArn: world.trail, ...more }, message: /trail/ },
  ]
}

function storeConfiguration(world: World, more: object = {}): readonly Refusal[] {
  return [
    { code: 'EventDataStoreARNInvalidException', input: { EventDataStore: 'mine', ...more }, message: /mine/ },
    { code: 'EventDataStoreNotFoundException', input: { EventDataStore: unknownId, ...more }, message: /not found/ },
    {
      code: 'InvalidEventDataStoreCategoryException',
      input: { EventDataStore: world.insightsStore, ...more },
      message: /management, data and network activity events/,
    },
    { code: 'InvalidParameterCombinationException', input: more, message: /either TrailName or EventDataStore/ },
  ]
}

/** The operations of this table. */
export const operations = [
  'CreateTrail',
  'UpdateTrail',
  'DeleteTrail',
  'StartLogging',
  'StopLogging',
  'DescribeTrails',
  'GetTrail',
  'GetTrailStatus',
  'ListTrails',
  'PutEventSelectors',
  'GetEventSelectors',
  'PutInsightSelectors',
  'GetInsightSelectors',
  'PutEventConfiguration',
  'GetEventConfiguration',
  'AddTags',
  'RemoveTags',
  'ListTags',
  'PutResourcePolicy',
  'GetResourcePolicy',
  'DeleteResourcePolicy',
  'ListPublicKeys',
  'LookupEvents',
] as const
export type OperationName = (typeof operations)[number]

/** The table. The order of an operation's errors does not matter: each call breaks one rule. */
export function refusalsIn(world: World): Readonly<Record<OperationName, readonly Refusal[]>> {
  const { account, trail: TrailName, eventsStore, insightsStore } = world
  const insights = [{ InsightType: 'ApiCallRateInsight' }]
  const aggregations = [{ Templates: ['API_ACTIVITY'], EventCategory: 'Data' }]
  const newTrail = { Name: 'refused', S3BucketName: world.bucket }
  const everyone = { Effect: 'Allow', Principal: '*', Action: 'cloudtrail:StartQuery', Resource: '*' }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [everyone] })
  const day = (date: number) => new Date(Date.UTC(2026, 0, date))
  const backwards = { StartTime: day(2), EndTime: day(1) }
  const attribute = { AttributeKey: 'EventName', AttributeValue: 'CreateTrail' }
  return {
    CreateTrail: [
      ...trailSettings(world, newTrail),
      { code: 'InvalidTrailNameException', input: { ...newTrail, Name: 'a' }, message: tooShort },
      { code: 'InvalidTagParameterException', input: { ...newTrail, TagsList: reservedTag }, message: /reserved/ },
      { code: 'TagsLimitExceededException', input: { ...newTrail, TagsList: manyTags }, message: /50/ },
      {
        code: 'TrailAlreadyExistsException',
        input: { ...newTrail, Name: 'main' },
        message: `Trail main already exists for customer: ${account}`,
      },
    ],
    UpdateTrail: [...trailSettings(world, { Name: 'main' }), ...trailChange(world, 'Name')],
    DeleteTrail: trailChange(world, 'Name'),
    StartLogging: trailChange(world, 'Name'),
    StopLogging: trailChange(world, 'Name'),
    DescribeTrails: [
      { code: 'InvalidTrailNameException', input: { trailNameList: ['main', 'a'] }, message: tooShort },
      { code: 'CloudTrailARNInvalidException', input: { trailNameList: [foreignArn] }, message: /arn:aws:s3:::audit/ },
    ],
    GetTrail: trailReference(world, 'Name').map((refusal) =>
      refusal.code === 'TrailNotFoundException'
        ? { ...refusal, message: `Unknown trail: missing for the user: ${account}` }
        : refusal,
    ),
    GetTrailStatus: trailReference(world, 'Name'),
    ListTrails: [],
    PutEventSelectors: [
      ...trailChange(world, 'TrailName', { EventSelectors: [{}] }),
      {
        code: 'InvalidEventSelectorsException',
        input: {
          TrailName,
          EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::*'] }] }],
        },
        message: 'Value arn:aws:s3:::* for DataResources.Values is invalid.',
      },
      {
        code: 'InvalidEventSelectorsException',
        input: {
          TrailName,
          AdvancedEventSelectors: [
            {
              FieldSelectors: [
                { Field: 'eventCategory', Equals: ['Data'] },
                { Field: 'resources.type', Equals: ['AWS::S3::Objekt'] },
              ],
            },
          ],
        },
        message: 'Value AWS::S3::Objekt for field resources.type is invalid.',
      },
    ],
    GetEventSelectors: trailReference(world, 'TrailName'),
    PutInsightSelectors: [
      ...trailChange(world, 'TrailName', { InsightSelectors: [] }),
      {
        code: 'InvalidInsightSelectorsException',
        input: { TrailName, InsightSelectors: [...insights, ...insights] },
        message: /more than once/,
      },
      { code: 'InvalidParameterCombinationException', input: { InsightSelectors: [] }, message: /either TrailName or/ },
      {
        code: 'InvalidParameterException',
        input: { EventDataStore: eventsStore, InsightSelectors: [] },
        message: 'InsightsDestination is required when EventDataStore is specified.',
      },
      { code: 'UnsupportedOperationException', input: { TrailName, InsightSelectors: insights }, message: /Insights/ },
    ],
    GetInsightSelectors: [
      ...trailReference(world, 'TrailName'),
      {
        code: 'InsightNotEnabledException',
        input: { TrailName: 'main' },
        message: `Trail ${TrailName} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.`,
      },
      { code: 'InvalidParameterCombinationException', input: {}, message: /either TrailName or EventDataStore/ },
      { code: 'InvalidParameterException', input: { EventDataStore: 'mine' }, message: /mine/ },
    ],
    PutEventConfiguration: [
      ...trailChange(world, 'TrailName'),
      ...storeConfiguration(world, { MaxEventSize: 'Large' }),
      {
        code: 'InactiveEventDataStoreException',
        input: { EventDataStore: world.deletedStore, MaxEventSize: 'Large' },
        message: /pending deletion/,
      },
      {
        code: 'InvalidParameterException',
        input: { TrailName, AggregationConfigurations: aggregations },
        message: /data events/,
      },
      {
        code: 'UnsupportedOperationException',
        input: { TrailName: world.dataTrail, AggregationConfigurations: aggregations },
        message: /aggregate/,
      },
      {
        code: 'InsufficientIAMAccessPermissionException',
        input: {
          EventDataStore: eventsStore,
          MaxEventSize: 'Large',
          ContextKeySelectors: [{ Type: 'TagContext', Equals: ['team'] }],
        },
        message: /service-linked role/,
        isByTrailAdmin: true,
      },
    ],
    GetEventConfiguration: [...trailReference(world, 'TrailName'), ...storeConfiguration(world)],
    AddTags: [
      ...tagChange(world),
      { code: 'TagsLimitExceededException', input: { ResourceId: TrailName, TagsList: manyTags }, message: /50/ },
    ],
    RemoveTags: tagChange(world),
    ListTags: [
      ...tagged(world, {}, (arn) => ({ ResourceIdList: [arn] })),
      { code: 'InvalidTokenException', input: { ResourceIdList: [TrailName], NextToken: 'x' }, message: /token/ },
    ],
    PutResourcePolicy: [
      ...policyResource(world, { ResourcePolicy: policy }),
      {
        code: 'ResourcePolicyNotValidException',
        input: { ResourceArn: eventsStore, ResourcePolicy: policy },
        message: `The resource of every statement must be ${eventsStore}.`,
      },
    ],
    GetResourcePolicy: [
      ...policyResource(world),
      { code: 'ResourcePolicyNotFoundException', input: { ResourceArn: insightsStore }, message: /no resource policy/ },
    ],
    DeleteResourcePolicy: [
      ...policyResource(world),
      { code: 'ResourcePolicyNotFoundException', input: { ResourceArn: insightsStore }, message: /no resource policy/ },
    ],
    ListPublicKeys: [
      { code: 'InvalidTimeRangeException', input: backwards, message: /before/ },
      { code: 'InvalidTokenException', input: { NextToken: 'x' }, message: /token/ },
    ],
    LookupEvents: [
      {
        code: 'InvalidEventCategoryException',
        input: { EventCategory: 'data' },
        message: /enum value set: \[insight\]/,
      },
      {
        code: 'InvalidLookupAttributesException',
        input: { LookupAttributes: [attribute, attribute] },
        message: /only one/,
      },
      {
        code: 'InvalidMaxResultsException',
        input: { MaxResults: 51 },
        message:
          "1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
      },
      { code: 'InvalidNextTokenException', input: { NextToken: 'x' }, message: /token/ },
      { code: 'InvalidTimeRangeException', input: backwards, message: /earlier/ },
    ],
  }
}

/** Declared by the model of some of these operations, and never their answer here. */
export interface Unreached {
  readonly why: string
  readonly codes: readonly string[]
  /** By default all that declare it. */
  readonly operations?: readonly OperationName[]
}

export const unreached: readonly Unreached[] = [
  {
    why: 'there are no organizations: whoever asks for one hears OrganizationsNotInUseException',
    codes: [
      'CloudTrailAccessNotEnabledException',
      'InsufficientDependencyServiceAccessPermissionException',
      'NoManagementAccountSLRExistsException',
      'NotOrganizationMasterAccountException',
      'OrganizationNotInAllFeaturesModeException',
    ],
  },
  {
    why: 'there are no topics: whoever names one hears UnsupportedOperationException',
    codes: [
      'CloudTrailInvalidClientTokenIdException',
      'InsufficientSnsTopicPolicyException',
      'InvalidSnsTopicNameException',
    ],
  },
  {
    why: 'there are no log groups: whoever names one hears CloudWatchLogsDeliveryUnavailableException',
    codes: ['InvalidCloudWatchLogsLogGroupArnException', 'InvalidCloudWatchLogsRoleArnException'],
  },
  { why: 'AWS no longer uses it', codes: ['KmsKeyDisabledException', 'TrailNotProvidedException'] },
  { why: 'a change happens at once, so that nobody finds one half done', codes: ['ConflictException'] },
  { why: 'nothing is closed, and there are no delegated administrators', codes: ['OperationNotPermittedException'] },
  {
    why: 'each setting has an error of its own',
    codes: ['InvalidParameterException'],
    operations: ['CreateTrail', 'UpdateTrail', 'GetEventConfiguration'],
  },
  {
    why: 'no setting of a trail speaks against its selectors',
    codes: ['InvalidEventSelectorsException'],
    operations: ['UpdateTrail'],
  },
  {
    why: 'the destination of insights is not asked before there are any',
    codes: [
      'InsufficientEncryptionPolicyException',
      'InsufficientS3BucketPolicyException',
      'KmsException',
      'S3BucketDoesNotExistException',
    ],
    operations: ['PutInsightSelectors'],
  },
  { why: 'a store is ready as soon as it is made', codes: ['InvalidEventDataStoreStatusException'] },
  {
    why: 'everything these can be asked for is supported',
    codes: ['UnsupportedOperationException'],
    operations: [
      'AddTags',
      'DeleteResourcePolicy',
      'DeleteTrail',
      'DescribeTrails',
      'GetEventConfiguration',
      'GetEventSelectors',
      'GetInsightSelectors',
      'GetResourcePolicy',
      'GetTrail',
      'GetTrailStatus',
      'ListPublicKeys',
      'ListTags',
      'ListTrails',
      'LookupEvents',
      'PutEventSelectors',
      'PutResourcePolicy',
      'RemoveTags',
      'StartLogging',
      'StopLogging',
    ],
  },
]

/** What only the quotas of AWS lead to. */
export const underQuotas = ['MaximumNumberOfTrailsExceededException', 'ThrottlingException']
