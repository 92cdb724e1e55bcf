import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudTrailClient, CloudTrailServiceException } from '@aws-sdk/client-cloudtrail'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { trailBucketPolicy } from '@cairn/core/policy'
import { startServer } from '@cairn/server'
import { configFrom } from '@cairn/server/config'
import { temporaryFolder } from '@cairn/testkit/running-cairn'

export const home = '123456789012'
export const neighbour = '210987654321'

export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A server with two accounts, each with a bucket `audit-<account>` that takes the files of its trails. */
export async function startTrailServer(flags: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const { config } = await configFrom(
    { port: '0', dataDir, accounts: neighbour, 'log.level': 'silent', ...flags },
    folder.path,
  )
  const server = await startServer(config)
  const { accounts } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'))
  const adminOf = (account: string): Keys =>
    accounts.find((keys: { account: string }) => keys.account === account).admin
  const options = (credentials: Keys, region = 'us-east-1') => ({
    region,
    endpoint: server.endpoint,
    credentials,
    maxAttempts: 1,
  })

  async function makeBucket(account: string, bucket = `audit-${account}`) {
    const s3 = new S3Client({ ...options(adminOf(account)), forcePathStyle: true })
    await s3.send(new CreateBucketCommand({ Bucket: bucket }))
    const Policy = JSON.stringify(trailBucketPolicy({ bucket, account, partition: 'aws' }))
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
  }

  async function makeUser(account: string, name: string, policy: object): Promise<Keys> {
    const iam = new IAMClient(options(adminOf(account)))
    await iam.send(new CreateUserCommand({ UserName: name }))
    const document = JSON.stringify(policy)
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument: document }))
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
    return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' }
  }

  /** Keys of a session of a new role that anyone in its account may assume. */
  async function makeSession(account: string, name: string, policy: object): Promise<Keys> {
    const iam = new IAMClient(options(adminOf(account)))
    const trust = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }
    const { Role: role } = await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document([trust]) }),
    )
    const PolicyDocument = JSON.stringify(policy)
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument }))
    const sts = new STSClient(options(adminOf(account)))
    const assume = new AssumeRoleCommand({ RoleArn: role?.Arn, RoleSessionName: 'walk' })
    const { Credentials: keys } = await sts.send(assume)
    return {
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      sessionToken: keys?.SessionToken ?? '',
    }
  }

  for (const account of [home, neighbour]) await makeBucket(account)
  return {
    endpoint: server.endpoint,
    folder: folder.path,
    adminOf,
    makeBucket,
    makeUser,
    makeSession,
    trails: (keys: Keys, region?: string) => new CloudTrailClient(options(keys, region)),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

export type TrailServer = Awaited<ReturnType<typeof startTrailServer>>

export function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** The error that a call ends with. Fails when it does not, or ends with one that the SDK does not know. */
export async function errorOf(sent: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  const outcome = await sent.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(outcome instanceof CloudTrailServiceException)) throw new TypeError(`no error of CloudTrail: ${outcome}`)
  return { name: outcome.name, message: outcome.message }
}
