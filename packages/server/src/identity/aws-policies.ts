import type { ManagedPolicy } from './entity.ts'

/*
 * The policies of AWS's own that code around trails attaches, as AWS publishes them. Others are not known here: to
 * attach one is refused, as for any name that does not exist.
 *
 * @source AWS Managed Policy Reference; version and date are those of the published default version
 */

interface Published {
  readonly name: string
  readonly path: string
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly statement: readonly object[]
}

const allow = (action: string | readonly string[], resource: string | readonly string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
})

const contextRules = 'arn:aws:events:*:*:rule/CloudTrailEventContext*'
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies
const ownRules = { 'events:creatorAccount': '${aws:PrincipalAccount}' }
const managedRules = { 'events:ManagedBy': 'context.cloudtrail.amazonaws.com' }

const published: readonly Published[] = [
  {
    name: 'AdministratorAccess',
    path: '/',
    version: 1,
    createdAt: '2015-02-06T18:39:46Z',
    updatedAt: '2015-02-06T18:39:46Z',
    statement: [allow('*')],
  },
  {
    name: 'AWSCloudTrail_ReadOnlyAccess',
    path: '/',
    version: 1,
    createdAt: '2022-06-14T17:19:05Z',
    updatedAt: '2022-06-14T17:19:05Z',
    statement: [allow(['cloudtrail:Get*', 'cloudtrail:Describe*', 'cloudtrail:List*', 'cloudtrail:LookupEvents'])],
  },
  {
    name: 'AWSCloudTrail_FullAccess',
    path: '/',
    version: 3,
    createdAt: '2021-02-22T19:01:00Z',
    updatedAt: '2021-02-22T19:01:00Z',
    statement: [
      allow(
        ['sns:AddPermission', 'sns:CreateTopic', 'sns:SetTopicAttributes', 'sns:GetTopicAttributes'],
        ['arn:aws:sns:*:*:aws-cloudtrail-logs*'],
      ),
      allow(['sns:ListTopics']),
      allow(
        ['s3:CreateBucket', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'],
        ['arn:aws:s3:::aws-cloudtrail-logs*'],
      ),
      allow(['s3:ListAllMyBuckets', 's3:GetBucketLocation', 's3:GetBucketPolicy']),
      allow('cloudtrail:*'),
      allow(['logs:CreateLogGroup'], ['arn:aws:logs:*:*:log-group:aws-cloudtrail-logs*']),
      allow(['iam:ListRoles', 'iam:GetRolePolicy', 'iam:GetUser']),
      allow(['iam:PassRole'], '*', {
        Condition: { StringEquals: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } },
      }),
      allow(['kms:CreateKey', 'kms:CreateAlias', 'kms:ListKeys', 'kms:ListAliases']),
      allow(['lambda:ListFunctions']),
      allow(['dynamodb:ListGlobalTables', 'dynamodb:ListTables']),
    ],
  },
  {
    name: 'CloudTrailServiceRolePolicy',
    path: '/aws-service-role/',
    version: 1,
    createdAt: '2018-10-24T21:21:44Z',
    updatedAt: '2018-10-24T21:21:44Z',
    statement: [
      allow(['cloudtrail:*'], '*', { Sid: 'CloudTrailFullAccess' }),
      allow(
        [
          'organizations:DescribeAccount',
          'organizations:DescribeOrganization',
          'organizations:ListAccounts',
          'organizations:ListAWSServiceAccessForOrganization',
        ],
        ['*'],
        { Sid: 'AwsOrgsAccess' },
      ),
    ],
  },
  {
    name: 'CloudTrailEventContext',
    path: '/aws-service-role/',
    version: 1,
    createdAt: '2025-05-15T13:52:00Z',
    updatedAt: '2025-05-15T13:52:00Z',
    statement: [
      allow('tag:GetResources', '*', {
        Sid: 'CloudTrailEventContextPermissionForTag',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies
        Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
      }),
      allow('events:PutRule', contextRules, {
        Sid: 'AllowEventBridgeRuleCreation',
        Condition: {
          'ForAllValues:StringEquals': { 'events:source': 'aws.tag' },
          StringEquals: { ...ownRules, 'events:detail-type': 'Tag Change on Resource', ...managedRules },
        },
      }),
      allow(['events:PutTargets', 'events:DeleteRule', 'events:RemoveTargets'], contextRules, {
        Sid: 'AllowEventBridgeRuleWrite',
        Condition: { StringEquals: { ...ownRules, ...managedRules } },
      }),
      allow(['events:DescribeRule', 'events:ListTargetsByRule'], contextRules, {
        Sid: 'AllowEventBridgeRuleRead',
        Condition: { StringEquals: ownRules },
      }),
      allow(['events:ListRules'], '*', { Sid: 'AllowEventBridgeRuleList' }),
    ],
  },
]

export function awsPolicies(partition: string): readonly ManagedPolicy[] {
  return published.map(({ name, path, version, createdAt, updatedAt, statement }) => {
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statement }).replaceAll(
      '"arn:aws:',
      `"arn:${partition}:`,
    )
    return {
      arn: `arn:${partition}:iam::aws:policy${path}${name}`,
      id: bundledId(name),
      name,
      path,
      createdAtMs: Date.parse(createdAt),
      updatedAtMs: Date.parse(updatedAt),
      defaultVersion: `v${version}`,
      versions: [{ id: `v${version}`, document, createdAtMs: Date.parse(updatedAt) }],
      nextVersion: version + 1,
      tags: [],
    }
  })
}

/** An id of AWS's form that is the same at every start; AWS's own ids of these policies mean nothing to anybody. */
function bundledId(name: string): string {
  const letters = name.toUpperCase().replace(/[^A-Z2-7]/g, '')
  return `ANPA${letters.padEnd(17, 'A').slice(0, 17)}`
}

/**
 * Cairn's own policies, put into every new account under `/cairn/` where their owner may edit them: `auditor` sees
 * everything that was recorded and how recording is set up, and changes nothing; `analyst` looks events up and runs
 * queries.
 */
export const readyMadePolicies = [
  {
    name: 'auditor',
    path: '/cairn/',
    description: 'See everything that is recorded and how recording is set up; change nothing.',
    statement: [
      allow(['cloudtrail:Get*', 'cloudtrail:Describe*', 'cloudtrail:List*', 'cloudtrail:LookupEvents'], '*', {
        Sid: 'Trails',
      }),
      allow(['cloudtrail:StartQuery', 'cloudtrail:CancelQuery', 'cloudtrail:GenerateQuery'], '*', { Sid: 'Queries' }),
      allow(['s3:ListAllMyBuckets', 's3:GetBucket*', 's3:ListBucket', 's3:GetObject', 's3:GetObjectVersion'], '*', {
        Sid: 'LogFiles',
      }),
      allow(['iam:Get*', 'iam:List*', 'iam:SimulatePrincipalPolicy'], '*', { Sid: 'WhoMayWhat' }),
    ],
  },
  {
    name: 'analyst',
    path: '/cairn/',
    description: 'Look events up and run queries.',
    statement: [
      allow(
        [
          'cloudtrail:LookupEvents',
          'cloudtrail:ListEventDataStores',
          'cloudtrail:GetEventDataStore',
          'cloudtrail:StartQuery',
          'cloudtrail:CancelQuery',
          'cloudtrail:DescribeQuery',
          'cloudtrail:GetQueryResults',
          'cloudtrail:ListQueries',
        ],
        '*',
        { Sid: 'LookUpAndQuery' },
      ),
    ],
  },
] as const
