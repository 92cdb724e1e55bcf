import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** `--mode emulator`: what other people's test suites, with their made-up credentials, meet. */

const folder = temporaryFolder()
let cairn: RunningCairn
beforeAll(async () => {
  cairn = await startCairn({ dataDir: `${folder.path}/data`, args: ['--mode', 'emulator'] })
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function callerArn(accessKeyId: string): Promise<string | undefined> {
  const credentials = { accessKeyId, secretAccessKey: 'made up' }
  const client = new STSClient({ endpoint: cairn.endpoint, region: 'us-east-1', credentials })
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Arn
  } finally {
    client.destroy()
  }
}

test('any credentials are accepted, and twelve digits name the account', async () => {
  expect(await callerArn('test')).toBe('arn:aws:iam::123456789012:root')
  expect(await callerArn('222222222222')).toBe('arn:aws:iam::222222222222:root')
})

test('made-up credentials assume a role', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const options = { endpoint: cairn.endpoint, region: 'us-east-1', credentials }
  const iam = new IAMClient(options)
  const sts = new STSClient(options)
  const Statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument }))
  const RoleArn = 'arn:aws:iam::123456789012:role/deployer'
  const { Credentials: got } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ci' }))
  const session = new STSClient({
    ...options,
    credentials: {
      accessKeyId: got?.AccessKeyId ?? '',
      secretAccessKey: got?.SecretAccessKey ?? '',
      sessionToken: got?.SessionToken ?? '',
    },
  })
  const { Arn } = await session.send(new GetCallerIdentityCommand({}))
  expect(Arn).toBe('arn:aws:sts::123456789012:assumed-role/deployer/ci')
  for (const client of [iam, sts, session]) client.destroy()
})

test('policies may name users and roles that nobody made', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const s3 = new S3Client({ endpoint: cairn.endpoint, region: 'us-east-1', credentials, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: 'shared' }))
  const Principal = { AWS: 'arn:aws:iam::123456789012:role/made-elsewhere' }
  const Statement = { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::shared/*' }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'shared', Policy }))
  s3.destroy()
})

test('the mode is warned of at the start and shows in health', async () => {
  expect(cairn.log()).toMatch(/"level":"warn".*emulator mode/)
  const health = await fetch(`${cairn.endpoint}/_cairn/health`)
  expect(await health.json()).toMatchObject({ mode: 'emulator', live: true, ready: true })
})

test('without it the same credentials are refused', async () => {
  using strictFolder = temporaryFolder()
  await using strict = await startCairn({ dataDir: `${strictFolder.path}/data` })
  const client = new STSClient({
    endpoint: strict.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'made up' },
  })
  await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  client.destroy()
})
