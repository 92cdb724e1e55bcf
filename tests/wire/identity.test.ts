import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  EntityAlreadyExistsException,
  GetAccessKeyLastUsedCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListUsersCommand,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  paginateListGroups,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { type Server, startServer } from '@cairn/server'
import { configFrom } from '@cairn/server/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** The official SDK against a running server: what it sends is understood, what it reads is what was meant. */

const account = '123456789012'
const region = 'eu-west-1'
/** Where the records of global services are, IAM's among them. */
const globalRegion = 'us-east-1'
let directory: string
let server: Server | undefined
let adminKeys: { accessKeyId: string; secretAccessKey: string }

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cairn-identity-'))
  const { config } = await configFrom({ port: '0', dataDir: join(directory, 'data') }, directory)
  server = await startServer(config)
  const { accounts } = JSON.parse(await readFile(join(directory, 'data', 'credentials.json'), 'utf8'))
  adminKeys = accounts[0].admin
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
const clientOptions = (credentials: Keys = adminKeys) => ({
  region,
  endpoint: server?.endpoint ?? '',
  credentials,
  maxAttempts: 1,
})
const iam = (keys?: Keys) => new IAMClient(clientOptions(keys))
const sts = (keys?: Keys) => new STSClient(clientOptions(keys))
const allow = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })

interface SdkKeys {
  readonly AccessKeyId?: string | undefined
  readonly SecretAccessKey?: string | undefined
  readonly SessionToken?: string | undefined
}

/** The SDK's type has every member optional. */
function keysOf(credentials: SdkKeys = {}): Keys {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = credentials
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
  }
}

describe('IAM', () => {
  it('makes a user with a key that signs, and says so in the types of the SDK', async () => {
    const made = await iam().send(
      new CreateUserCommand({ UserName: 'ana', Path: '/team/', Tags: [{ Key: 'k', Value: 'v +=/ ü' }] }),
    )
    expect(made.User).toMatchObject({
      Arn: `arn:aws:iam::${account}:user/team/ana`,
      Tags: [{ Key: 'k', Value: 'v +=/ ü' }],
    })
    expect(made.User?.CreateDate).toBeInstanceOf(Date)
    const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: 'ana' }))
    const caller = await sts(keysOf(AccessKey)).send(new GetCallerIdentityCommand())
    expect(caller).toMatchObject({ Account: account, Arn: made.User?.Arn, UserId: made.User?.UserId })
    await expect(iam(keysOf(AccessKey)).send(new ListUsersCommand())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`User: ${made.User?.Arn} is not authorized to perform: iam:ListUsers`),
    })
    await iam().send(
      new AttachUserPolicyCommand({ UserName: 'ana', PolicyArn: `arn:aws:iam::${account}:policy/cairn/auditor` }),
    )
    const { Users } = await iam(keysOf(AccessKey)).send(new ListUsersCommand())
    expect(Users?.map(({ UserName }) => UserName)).toEqual(['admin', 'ana'])
  })

  it('answers errors that the SDK knows by type', async () => {
    await iam().send(new CreateUserCommand({ UserName: 'twice' }))
    await expect(iam().send(new CreateUserCommand({ UserName: 'Twice' }))).rejects.toBeInstanceOf(
      EntityAlreadyExistsException,
    )
    await expect(iam().send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toBeInstanceOf(NoSuchEntityException)
    const bad = new PutUserPolicyCommand({ UserName: 'twice', PolicyName: 'p', PolicyDocument: '{"Version":' })
    await expect(iam().send(bad)).rejects.toBeInstanceOf(MalformedPolicyDocumentException)
    const own = new DeletePolicyCommand({ PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })
    await expect(iam().send(own)).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
    await expect(iam().send(new CreateUserCommand({ UserName: 'no/slash' }))).rejects.toMatchObject({
      name: 'ValidationError',
    })
  })

  it('returns policy documents as they were given', async () => {
    const PolicyDocument = `{ "Version": "2012-10-17",\n "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::ü+%/*" } }`
    await iam().send(new CreateUserCommand({ UserName: 'doc' }))
    await iam().send(new PutUserPolicyCommand({ UserName: 'doc', PolicyName: 'p', PolicyDocument }))
    const got = await iam().send(new GetUserPolicyCommand({ UserName: 'doc', PolicyName: 'p' }))
    expect(decodeURIComponent(got.PolicyDocument ?? '')).toBe(PolicyDocument)
    const arn = 'arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess'
    const { PolicyVersion } = await iam().send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v3' }))
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toMatchObject({ Version: '2012-10-17' })
  })

  it('pages as the SDK’s paginators expect', async () => {
    for (const GroupName of ['a', 'b', 'c']) await iam().send(new CreateGroupCommand({ GroupName }))
    const names: (string | undefined)[] = []
    for await (const page of paginateListGroups({ client: iam(), pageSize: 2 }, {})) {
      names.push(...(page.Groups ?? []).map(({ GroupName }) => GroupName))
    }
    expect(names).toEqual(['a', 'b', 'c'])
  })

  it('knows when a key was last used', async () => {
    const { AccessKeyLastUsed } = await iam().send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: adminKeys.accessKeyId }),
    )
    expect(AccessKeyLastUsed).toMatchObject({ ServiceName: 'iam', Region: globalRegion })
    expect(AccessKeyLastUsed?.LastUsedDate).toBeInstanceOf(Date)
  })
})

describe('STS', () => {
  it('lets a user assume a role within its session policy, and tells whose a key is', async () => {
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'x-1' } },
        },
      ],
    }
    const { Role } = await iam().send(
      new CreateRoleCommand({ RoleName: 'etl', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    )
    await iam().send(new PutRolePolicyCommand({ RoleName: 'etl', PolicyName: 'p', PolicyDocument: allow('iam:*') }))
    const wanted = { RoleArn: Role?.Arn, RoleSessionName: 'job' }
    await expect(sts().send(new AssumeRoleCommand(wanted))).rejects.toMatchObject({ name: 'AccessDenied' })
    const assumed = await sts().send(
      new AssumeRoleCommand({ ...wanted, ExternalId: 'x-1', Policy: allow('iam:ListUsers') }),
    )
    expect(assumed.AssumedRoleUser).toEqual({
      AssumedRoleId: `${Role?.RoleId}:job`,
      Arn: `arn:aws:sts::${account}:assumed-role/etl/job`,
    })
    const session = keysOf(assumed.Credentials)
    expect(await sts(session).send(new GetCallerIdentityCommand())).toMatchObject({ Arn: assumed.AssumedRoleUser?.Arn })
    expect((await iam(session).send(new ListUsersCommand())).Users?.length).toBeGreaterThan(0)
    await expect(iam(session).send(new GetRoleCommand({ RoleName: 'etl' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    const info = await sts().send(new GetAccessKeyInfoCommand({ AccessKeyId: session.accessKeyId }))
    expect(info.Account).toBe(account)
    const forged = { ...session, sessionToken: `${session.sessionToken?.slice(0, -4)}AAAA` }
    await expect(sts(forged).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    })
  })

  it('gives a user temporary keys', async () => {
    const { Credentials } = await sts().send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    const caller = await sts(keysOf(Credentials)).send(new GetCallerIdentityCommand())
    expect(caller.Arn).toBe(`arn:aws:iam::${account}:user/admin`)
  })
})

describe('the record', () => {
  /** Look-ups follow within a second of the answer. */
  const recordOf = (eventName: string, where = globalRegion) =>
    expect.poll(() => newestRecord(eventName, where), { timeout: 5_000 })
  const newestRecord = async (eventName: string, where = globalRegion) => {
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: eventName }]
    const client = new CloudTrailClient({ ...clientOptions(), region: where })
    const { Events } = await client.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 1 }))
    return JSON.parse(Events?.[0]?.CloudTrailEvent ?? 'null')
  }

  it('of a new key shows its id and never its secret', async () => {
    await iam().send(new CreateUserCommand({ UserName: 'recorded' }))
    const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: 'recorded' }))
    await recordOf('CreateAccessKey').toMatchObject({
      eventSource: 'iam.amazonaws.com',
      readOnly: false,
      userIdentity: { type: 'IAMUser', userName: 'admin', accessKeyId: adminKeys.accessKeyId },
      requestParameters: { userName: 'recorded' },
      responseElements: { accessKey: { userName: 'recorded', status: 'Active', accessKeyId: AccessKey?.AccessKeyId } },
    })
    expect(JSON.stringify(await newestRecord('CreateAccessKey'))).not.toContain(AccessKey?.SecretAccessKey)
  })

  it('of an assumed role shows key id, token and role, and the next call’s shows the session', async () => {
    const { Credentials, AssumedRoleUser } = await sts().send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${account}:role/etl`,
        RoleSessionName: 'seen',
        ExternalId: 'x-1',
      }),
    )
    await recordOf('AssumeRole', region).toMatchObject({
      eventSource: 'sts.amazonaws.com',
      readOnly: true,
      requestParameters: { roleSessionName: 'seen', externalId: 'x-1' },
      responseElements: {
        credentials: { accessKeyId: Credentials?.AccessKeyId, sessionToken: Credentials?.SessionToken },
        assumedRoleUser: { arn: AssumedRoleUser?.Arn, assumedRoleId: AssumedRoleUser?.AssumedRoleId },
      },
      resources: [{ accountId: account, type: 'AWS::IAM::Role', ARN: `arn:aws:iam::${account}:role/etl` }],
    })
    expect(JSON.stringify(await newestRecord('AssumeRole', region))).not.toContain(Credentials?.SecretAccessKey)
    await iam(keysOf(Credentials)).send(new ListUsersCommand())
    await recordOf('ListUsers').toMatchObject({
      responseElements: null,
      userIdentity: {
        type: 'AssumedRole',
        arn: AssumedRoleUser?.Arn,
        sessionContext: { sessionIssuer: { userName: 'etl' } },
      },
    })
  })
})
