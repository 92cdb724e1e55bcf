import { expect, test } from 'vitest'
import { createTestInstallation, type Sent, textOf } from '../http/installation.fixture.ts'

const owner = '123456789012'
const caller = '444455556666'

/** An installation of two accounts; `as` is the admin of the one that uses what the other one has. */
async function twoAccounts() {
  const cairn = await createTestInstallation({ accounts: caller })
  const as = cairn.keys.accounts.find(({ account }) => account === caller)?.admin
  if (!as) throw new TypeError('no key')
  const s3 = async (method: string, path: string, sent: Sent = {}) => {
    const answer = await cairn.send({ ...sent, method, path, service: 's3' })
    await textOf(answer)
    return answer.status
  }
  const query = async (service: string, parameters: Readonly<Record<string, string>>, sent: Sent = {}) => {
    const body = new URLSearchParams(parameters).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return (await cairn.send({ ...sent, service, body, headers })).status
  }
  /** What the records of one call say, by the account that has them. */
  const copies = async (eventName: string) =>
    Object.fromEntries(
      (await cairn.records())
        .filter((record) => record.eventName === eventName)
        .map((record) => [record.recipientAccountId, record]),
    )
  return { cairn, as, s3, query, copies }
}

const statement = (more: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: caller }, ...more }] })

const bucketPolicy = statement({ Action: 's3:*', Resource: ['arn:aws:s3:::shared', 'arn:aws:s3:::shared/*'] })

const sharedByTwo = {
  [caller]: {
    sharedEventID: expect.any(String),
    userIdentity: { type: 'IAMUser', accountId: caller, userName: 'admin' },
  },
  [owner]: {
    sharedEventID: expect.any(String),
    userIdentity: { type: 'AWSAccount', accountId: caller, principalId: expect.stringMatching(/^AIDA/) },
  },
}

test('a call on the bucket of another account has a copy for each, told by the id they share', async () => {
  const { cairn, as, s3, copies } = await twoAccounts()
  await using _ = cairn
  await s3('PUT', '/shared')
  await s3('PUT', '/shared', { query: 'policy=', body: bucketPolicy })
  expect(await s3('GET', '/shared', { query: 'acl=', credentials: as })).toBe(200)
  const found = await copies('GetBucketAcl')
  expect(found).toMatchObject(sharedByTwo)
  expect(found[caller]?.sharedEventID).toBe(found[owner]?.sharedEventID)
  expect(found[caller]?.eventID).not.toBe(found[owner]?.eventID)
  expect(found[caller]?.requestID).toBe(found[owner]?.requestID)
  expect(found[owner]?.userIdentity).not.toHaveProperty('arn')
})

test('a data event is kept for the account whose trail selects it, and for no other', async () => {
  const { cairn, as, s3, copies } = await twoAccounts()
  await using _ = cairn
  await s3('PUT', '/shared')
  await s3('PUT', '/shared', { query: 'policy=', body: bucketPolicy })
  await s3('PUT', '/logs', { credentials: as })
  const Resource = ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*']
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 's3:*', Resource }],
  }
  await s3('PUT', '/logs', { query: 'policy=', body: JSON.stringify(policy), credentials: as })
  const create = await cairn.call('CreateTrail', { Name: 'main', S3BucketName: 'logs' }, { credentials: as })
  expect(create.status, JSON.stringify(create.body)).toBe(200)
  const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::shared/'] }]
  const selectors = { TrailName: 'main', EventSelectors: [{ DataResources }] }
  expect((await cairn.call('PutEventSelectors', selectors, { credentials: as })).status).toBe(200)
  expect((await cairn.call('StartLogging', { Name: 'main' }, { credentials: as })).status).toBe(200)
  expect(await s3('PUT', '/shared/key', { body: 'bytes', credentials: as })).toBe(200)
  const found = await copies('PutObject')
  expect(Object.keys(found)).toEqual([caller])
  // The id says that the call concerned another account, too, though that one keeps no copy.
  expect(found[caller]).toMatchObject(sharedByTwo[caller])
})

test('a role assumed from another account is on record in both; a refusal in the account of the caller alone', async () => {
  const { cairn, as, query, copies } = await twoAccounts()
  await using _ = cairn
  const createRole = {
    Action: 'CreateRole',
    Version: '2010-05-08',
    RoleName: 'deploy',
    AssumeRolePolicyDocument: statement({ Action: 'sts:AssumeRole' }),
  }
  expect(await query('iam', createRole)).toBe(200)
  const assume = { Action: 'AssumeRole', Version: '2011-06-15', RoleSessionName: 'ci' }
  const RoleArn = `arn:aws:iam::${owner}:role/deploy`
  expect(await query('sts', { ...assume, RoleArn: `${RoleArn}-no` }, { credentials: as })).toBe(403)
  expect(Object.keys(await copies('AssumeRole'))).toEqual([caller])
  expect(await query('sts', { ...assume, RoleArn }, { credentials: as })).toBe(200)
  const found = await copies('AssumeRole')
  expect(found).toMatchObject(sharedByTwo)
  expect(found[caller]?.sharedEventID).toBe(found[owner]?.sharedEventID)
})
