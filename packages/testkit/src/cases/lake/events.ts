/*
 * The rows that the queries beside this file are asked over: made up, the same at every run. Whoever changes them has to
 * record all answers anew with `npm run test:trino -- --record`.
 */

const apis = [
  { source: 's3.amazonaws.com', name: 'GetObject', isRead: true, category: 'Data' },
  { source: 's3.amazonaws.com', name: 'PutBucketPolicy', isRead: false, category: 'Management' },
  { source: 'ec2.amazonaws.com', name: 'RunInstances', isRead: false, category: 'Management' },
  { source: 'ec2.amazonaws.com', name: 'DescribeInstances', isRead: true, category: 'Management' },
  { source: 'ec2.amazonaws.com', name: 'CreateTags', isRead: false, category: 'Management' },
  { source: 'iam.amazonaws.com', name: 'CreateRole', isRead: false, category: 'Management' },
  { source: 'sts.amazonaws.com', name: 'AssumeRole', isRead: true, category: 'Management' },
  { source: 'signin.amazonaws.com', name: 'ConsoleLogin', isRead: false, category: 'Management' },
  { source: 'cloudtrail.amazonaws.com', name: 'StopLogging', isRead: false, category: 'Management' },
  { source: 'rds.amazonaws.com', name: 'CreateDBInstance', isRead: false, category: 'Management' },
] as const

const regions = ['us-east-1', 'eu-central-1', 'us-west-2']
const accounts = ['111111111111', '222222222222', '333333333333']
const users = ['alice', 'bob', 'carol', 'Ünal']
const startMs = Date.UTC(2023, 6, 1)
/** Coprime to the numbers above, so that everything meets everything. */
const stepMs = 7 * 3_600_000 + 13 * 60_000 + 7_000

/** How many events there are. */
export const madeUpEvents = 240

/** Records as CloudTrail writes them, in order of their time. */
export function madeUpRecord(index: number): Readonly<Record<string, unknown>> {
  const api = apis[(index * 7) % apis.length] ?? apis[0]
  const account = accounts[index % accounts.length] ?? ''
  const isRefused = index % 6 === 5
  const number = (salt: number) => String((index * 7919 + salt * 104_729) % 65_536).padStart(5, '0')
  return {
    eventVersion: '1.08',
    userIdentity: identity(index, account),
    eventTime: `${new Date(startMs + index * stepMs).toISOString().slice(0, 19)}Z`,
    eventSource: api.source,
    eventName: api.name,
    awsRegion: regions[(index * 5) % regions.length],
    sourceIPAddress: index % 9 === 0 ? 'cloudformation.amazonaws.com' : `192.0.2.${(index * 31) % 200}`,
    userAgent: index % 4 === 0 ? 'console.amazonaws.com' : `aws-cli/2.${index % 7}.0 Python/3.11 (quote " and , comma)`,
    ...(isRefused && { errorCode: index % 12 === 5 ? 'AccessDenied' : 'Client.UnauthorizedOperation' }),
    ...(isRefused && { errorMessage: `User is not authorized to perform: ${api.name}` }),
    requestParameters: request(api.name, index),
    responseElements: isRefused || api.isRead ? null : answer(api.name, index),
    ...(api.name === 'ConsoleLogin' && {
      additionalEventData: { MFAUsed: index % 2 === 0 ? 'Yes' : 'No', LoginTo: 'https://console.aws.amazon.com/' },
    }),
    requestID: `req-${number(1)}-${number(2)}`,
    eventID: `00000000-0000-4000-8000-${number(3)}${String(index).padStart(7, '0')}`,
    readOnly: api.isRead,
    ...(api.source === 's3.amazonaws.com' && {
      resources: [
        { accountId: account, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::bucket-${index % 4}` },
        { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::bucket-${index % 4}/key-${index % 8}` },
      ],
    }),
    eventType: api.name === 'ConsoleLogin' ? 'AwsConsoleSignIn' : 'AwsApiCall',
    managementEvent: api.category === 'Management',
    recipientAccountId: account,
    eventCategory: api.category,
    ...(index % 3 === 0 && { tlsDetails: { tlsVersion: index % 2 === 0 ? 'TLSv1.2' : 'TLSv1.3', cipherSuite: 'x' } }),
    ...(index % 4 === 0 && { sessionCredentialFromConsole: 'true' }),
  }
}

function identity(index: number, accountId: string): Readonly<Record<string, unknown>> {
  const user = users[index % users.length] ?? ''
  switch (index % 5) {
    case 0:
      return { type: 'Root', principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId }
    case 1:
      return { type: 'AWSService', invokedBy: 'config.amazonaws.com' }
    case 2: {
      const sessionIssuer = { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::${accountId}:role/admin`, accountId, userName: 'admin' }
      const attributes = { creationDate: '2023-07-01T00:00:00Z', mfaAuthenticated: index % 2 === 0 ? 'true' : 'false' }
      return {
        type: 'AssumedRole',
        principalId: `AROAEXAMPLE:${user}`,
        arn: `arn:aws:sts::${accountId}:assumed-role/admin/${user}`,
        accountId,
        accessKeyId: `ASIA${index % 7}EXAMPLE`,
        sessionContext: { sessionIssuer, webIdFederationData: {}, attributes },
      }
    }
    default:
      return { type: 'IAMUser', principalId: `AIDA${user}`, arn: `arn:aws:iam::${accountId}:user/${user}`, accountId, accessKeyId: `AKIA${index % 7}EXAMPLE`, userName: user }
  }
}

function request(name: string, index: number): unknown {
  switch (name) {
    case 'GetObject':
      return { bucketName: `bucket-${index % 4}`, key: `key-${index % 8}`, bytes: index * 17 }
    case 'PutBucketPolicy': {
      const Statement = [{ Effect: index % 2 === 0 ? 'Allow' : 'Deny', Principal: '*', Action: ['s3:GetObject', 's3:PutObject'] }]
      return { bucketName: `bucket-${index % 4}`, bucketPolicy: { Version: '2012-10-17', Statement } }
    }
    case 'RunInstances':
      return { instanceType: index % 2 === 0 ? 't3.micro' : 'm5.large', minCount: 1, maxCount: 1 + (index % 3), monitoring: { enabled: index % 2 === 0 } }
    case 'CreateTags':
      return {
        resourcesSet: { items: [{ resourceId: `i-${index}` }] },
        tagSet: { items: [{ key: 'team', value: users[index % users.length] }, { key: 'stage', value: index % 2 === 0 ? 'prod' : 'test' }] },
      }
    case 'CreateRole':
      return { roleName: `role-${index % 5}`, assumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }
    case 'AssumeRole':
      return { roleArn: `arn:aws:iam::${accounts[index % 3]}:role/admin`, durationSeconds: 900 + index, roleSessionName: users[index % 4] }
    case 'CreateDBInstance':
      return { dBInstanceIdentifier: `db-${index}`, engine: index % 2 === 0 ? 'aurora-postgresql' : 'mysql', publiclyAccessible: index % 3 === 0, allocatedStorage: 20 + index / 4 }
    case 'StopLogging':
      return { name: 'trail' }
    default:
      return null
  }
}

function answer(name: string, index: number): unknown {
  switch (name) {
    case 'RunInstances':
      return { instancesSet: { items: [{ instanceId: `i-${index}`, state: { code: 0, name: 'pending' } }] } }
    case 'ConsoleLogin':
      return { ConsoleLogin: index % 8 === 0 ? 'Failure' : 'Success' }
    case 'CreateRole':
      return { role: { arn: `arn:aws:iam::111111111111:role/role-${index % 5}`, createDate: 'Jul 1, 2023 12:00:00 AM' } }
    default:
      return { _return: true }
  }
}
