import { beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../identity/index.ts'
import {
  createTestAccounts,
  homeAccount,
  otherAccount,
  policyText,
  type TestAccounts,
  trustText,
} from '../account.fixture.ts'
import type { Credentials } from '../generated/sts.ts'
import { createAccessKey } from '../iam/create-access-key.ts'
import { createRole } from '../iam/create-role.ts'
import { createUser } from '../iam/create-user.ts'
import { deleteAccessKey } from '../iam/delete-access-key.ts'
import { deleteRole } from '../iam/delete-role.ts'
import { deleteUser } from '../iam/delete-user.ts'
import { getUser } from '../iam/get-user.ts'
import { listUsers } from '../iam/list-users.ts'
import { putRolePolicy } from '../iam/put-role-policy.ts'
import { putUserPolicy } from '../iam/put-user-policy.ts'
import { assumeRole } from './assume-role.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getSessionToken } from './get-session-token.ts'

let accounts: TestAccounts
beforeEach(async () => {
  accounts = await createTestAccounts()
})

const roleArn = (name: string, account = homeAccount) => `arn:aws:iam::${account}:role/${name}`
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` })

async function newUser(name: string): Promise<Principal> {
  await accounts.perform(createUser, { UserName: name })
  const { AccessKey } = await accounts.perform(createAccessKey, { UserName: name })
  return accounts.signedBy((AccessKey as { AccessKeyId: string }).AccessKeyId)
}

async function newRole(trust: string, more: object = {}, by?: Principal): Promise<void> {
  await accounts.perform(createRole, { RoleName: 'etl', AssumeRolePolicyDocument: trust, ...more }, by)
}

async function assume(more: object = {}, by?: Principal) {
  const output = await accounts.perform(assumeRole, { RoleArn: roleArn('etl'), RoleSessionName: 'job', ...more }, by)
  const credentials = output.Credentials as Credentials
  return { output, credentials, principal: accounts.signedBy(credentials.AccessKeyId, credentials.SessionToken) }
}

describe('GetCallerIdentity', () => {
  it('names user, root and role session, whatever policies say', async () => {
    const nobody = await newUser('nobody')
    expect(await accounts.perform(getCallerIdentity, {}, nobody)).toMatchObject({
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Account: homeAccount,
      Arn: `arn:aws:iam::${homeAccount}:user/nobody`,
    })
    const rootKey = accounts.identity.installationKeys().accounts[0]?.root?.accessKeyId ?? ''
    expect(await accounts.perform(getCallerIdentity, {}, accounts.signedBy(rootKey))).toEqual({
      UserId: homeAccount,
      Account: homeAccount,
      Arn: `arn:aws:iam::${homeAccount}:root`,
    })
    await newRole(trustText(root(homeAccount)))
    const { principal } = await assume()
    expect(await accounts.perform(getCallerIdentity, {}, principal)).toEqual({
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:job$/),
      Account: homeAccount,
      Arn: `arn:aws:sts::${homeAccount}:assumed-role/etl/job`,
    })
  })
})

describe('GetAccessKeyInfo', () => {
  it('reads the account out of any key id of AWS’s form', async () => {
    const { accessKeyId } = accounts.identity.installationKeys().accounts[1]?.admin ?? { accessKeyId: '' }
    expect(await accounts.perform(getAccessKeyInfo, { AccessKeyId: accessKeyId })).toEqual({ Account: otherAccount })
    // A key id published in AWS's documentation of the form; its account was computed by others the same way.
    expect(await accounts.perform(getAccessKeyInfo, { AccessKeyId: 'ASIAQNZGKIQY56JQ7WML' })).toEqual({
      Account: '029608264753',
    })
    await expect(accounts.perform(getAccessKeyInfo, { AccessKeyId: 'not-a-key-id-at-all' })).rejects.toMatchObject({
      code: 'ValidationError',
    })
  })
})

describe('AssumeRole: trust', () => {
  it('needs both trust and the caller’s own policies when trust names the account', async () => {
    await newRole(trustText(root(homeAccount)))
    const user = await newUser('ana')
    await expect(assume({}, user)).rejects.toMatchObject({ message: expect.stringContaining('is not authorized') })
    const document = policyText({ Action: 'sts:AssumeRole', Resource: roleArn('etl') })
    await accounts.perform(putUserPolicy, { UserName: 'ana', PolicyName: 'p', PolicyDocument: document })
    expect((await assume({}, user)).output.AssumedRoleUser).toMatchObject({
      Arn: `arn:aws:sts::${homeAccount}:assumed-role/etl/job`,
    })
  })

  it('asks no policy of a caller that trust names itself', async () => {
    const user = await newUser('ana')
    await newRole(trustText({ AWS: `arn:aws:iam::${homeAccount}:user/ana` }))
    expect((await assume({}, user)).credentials.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
  })

  it('denies an administrator whom trust does not name', async () => {
    await newRole(trustText({ Service: 'cloudtrail.amazonaws.com' }))
    await expect(assume()).rejects.toMatchObject({ message: expect.stringContaining('sts:AssumeRole') })
  })

  it('denies a role that does not exist like one that may not be assumed', async () => {
    await expect(assume()).rejects.toMatchObject({
      code: 'AccessDenied',
      message: `User: arn:aws:iam::${homeAccount}:user/admin is not authorized to perform: sts:AssumeRole on resource: ${roleArn('etl')}`,
    })
  })

  it('lets another account in by its external id only', async () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'right' } } }
    await newRole(trustText(root(otherAccount), condition))
    await expect(assume({}, accounts.otherAdmin)).rejects.toThrow()
    await expect(assume({ ExternalId: 'wrong' }, accounts.otherAdmin)).rejects.toThrow()
    const { principal } = await assume({ ExternalId: 'right' }, accounts.otherAdmin)
    expect(principal).toMatchObject({ kind: 'role-session', account: homeAccount })
  })

  it('asks for the right to tag and to set a source identity', async () => {
    await newRole(trustText(root(homeAccount)))
    const tagged = { Tags: [{ Key: 'team', Value: 'blue' }] }
    await expect(assume(tagged)).rejects.toMatchObject({ message: expect.stringContaining('sts:TagSession') })
    await expect(assume({ SourceIdentity: 'ana' })).rejects.toMatchObject({
      message: expect.stringContaining('sts:SetSourceIdentity'),
    })
  })

  it('refuses root', async () => {
    await newRole(trustText(root(homeAccount)))
    const rootKey = accounts.identity.installationKeys().accounts[0]?.root?.accessKeyId ?? ''
    await expect(assume({}, accounts.signedBy(rootKey))).rejects.toMatchObject({
      code: 'AccessDenied',
      message: 'Roles may not be assumed by root accounts.',
    })
  })
})

describe('AssumeRole: the session', () => {
  const trust = trustText(root(homeAccount), {
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  })

  it('may do what its role may, and no more than its session policies allow', async () => {
    await newRole(trust)
    const document = policyText({ Action: ['iam:ListUsers', 'iam:GetUser'], Resource: '*' })
    await accounts.perform(putRolePolicy, { RoleName: 'etl', PolicyName: 'p', PolicyDocument: document })
    const { principal } = await assume()
    await accounts.perform(listUsers, {}, principal)
    const policy = policyText({ Action: 'iam:ListUsers', Resource: '*' })
    const limited = await assume({ Policy: policy })
    expect(limited.output.PackedPolicySize).toBeGreaterThan(0)
    await accounts.perform(listUsers, {}, limited.principal)
    await expect(accounts.perform(getUser, { UserName: 'admin' }, limited.principal)).rejects.toMatchObject({
      message: expect.stringContaining('no session policy allows'),
    })
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess' }]
    const { principal: byArn } = await assume({ PolicyArns })
    await expect(accounts.perform(listUsers, {}, byArn)).rejects.toThrow()
  })

  it('ends in time, and at once when its role goes', async () => {
    await newRole(trust)
    const { credentials } = await assume({ DurationSeconds: 900 })
    const { AccessKeyId, SessionToken, Expiration } = credentials
    expect(new Date(Expiration).toISOString()).toBe('2026-05-01T00:15:00.000Z')
    expect(accounts.identity.credential(AccessKeyId, `${SessionToken}x`)).toMatchObject({ reason: 'bad-token' })
    expect(accounts.identity.credential(AccessKeyId, undefined)).toMatchObject({ reason: 'missing-token' })
    expect(accounts.identity.credential('ASIAQNZGKIQY56JQ7WML', SessionToken)).toMatchObject({ reason: 'bad-token' })
    accounts.pass(900_000)
    expect(accounts.identity.credential(AccessKeyId, SessionToken)).toMatchObject({ reason: 'expired-token' })
    const next = await assume()
    await accounts.perform(deleteRole, { RoleName: 'etl' })
    await newRole(trust)
    const { AccessKeyId: id, SessionToken: token } = next.credentials
    expect(accounts.identity.credential(id, token)).toMatchObject({ reason: 'bad-token' })
  })

  it('is as long as the role allows, an hour when roles are chained', async () => {
    await newRole(trust, { MaxSessionDuration: 7200 })
    await expect(assume({ DurationSeconds: 7201 })).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    })
    const { principal } = await assume({ DurationSeconds: 7200 })
    const document = policyText({ Action: 'sts:*', Resource: '*' })
    await accounts.perform(putRolePolicy, { RoleName: 'etl', PolicyName: 'p', PolicyDocument: document })
    await expect(assume({ DurationSeconds: 3601 }, principal)).rejects.toMatchObject({
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    })
    await assume({ DurationSeconds: 3600 }, principal)
  })

  it('hands transitive tags and the source identity on through chains', async () => {
    await newRole(trust)
    const document = policyText({ Action: 'sts:*', Resource: '*' })
    await accounts.perform(putRolePolicy, { RoleName: 'etl', PolicyName: 'p', PolicyDocument: document })
    const { principal, output } = await assume({
      Tags: [
        { Key: 'team', Value: 'blue' },
        { Key: 'shift', Value: 'night' },
      ],
      TransitiveTagKeys: ['team'],
      SourceIdentity: 'ana',
    })
    expect(output.SourceIdentity).toBe('ana')
    const chained = await assume({}, principal)
    expect(chained.principal).toMatchObject({
      session: { tags: { team: 'blue' }, transitiveTagKeys: ['team'], sourceIdentity: 'ana' },
    })
    expect(accounts.identity.contextOf(chained.principal)).toMatchObject({
      'aws:PrincipalTag/team': 'blue',
      'aws:SourceIdentity': 'ana',
      'aws:PrincipalArn': roleArn('etl'),
    })
    await expect(assume({ Tags: [{ Key: 'Team', Value: 'red' }] }, principal)).rejects.toMatchObject({
      code: 'ValidationError',
    })
    await expect(assume({ SourceIdentity: 'eve' }, principal)).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  it('refuses bad session policies, unknown policy ARNs and too much of both', async () => {
    await newRole(trust)
    await expect(assume({ Policy: '{' })).rejects.toMatchObject({ code: 'MalformedPolicyDocumentException' })
    await expect(assume({ PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/Nope' }] })).rejects.toMatchObject({
      code: 'ValidationError',
    })
    const Resource = Array.from({ length: 200 }, (_, index) => `arn:aws:s3:::bucket-${index}/*`)
    await expect(assume({ Policy: policyText({ Action: 's3:*', Resource }) })).rejects.toMatchObject({
      code: 'PackedPolicyTooLargeException',
      message: expect.stringMatching(/^Packed policy consumes \d+% of allotted space, please use smaller policy\.$/),
    })
  })

  it('never takes an MFA code for granted', async () => {
    await newRole(trust)
    const mfa = { SerialNumber: `arn:aws:iam::${homeAccount}:mfa/admin`, TokenCode: '123456' }
    await expect(assume(mfa)).rejects.toMatchObject({ code: 'AccessDenied' })
  })
})

describe('GetSessionToken', () => {
  it('gives the user’s rights without IAM, for twelve hours', async () => {
    const { Credentials: found } = await accounts.perform(getSessionToken, {})
    const credentials = found as Credentials
    const principal = accounts.signedBy(credentials.AccessKeyId, credentials.SessionToken)
    expect(principal).toMatchObject({ kind: 'user', userName: 'admin', session: { mfa: false } })
    expect(new Date(credentials.Expiration).toISOString()).toBe('2026-05-01T12:00:00.000Z')
    await expect(accounts.perform(listUsers, {}, principal)).rejects.toThrow()
    await newRole(trustText(root(homeAccount)))
    await assume({}, principal)
    await expect(accounts.perform(getSessionToken, {}, principal)).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  it('dies with its user', async () => {
    const user = await newUser('ana')
    const credentials = (await accounts.perform(getSessionToken, {}, user)).Credentials as Credentials
    const keys = accounts.identity.accessKeys.of({ kind: 'user', account: homeAccount, name: 'ana' })
    for (const { id } of keys) await accounts.perform(deleteAccessKey, { UserName: 'ana', AccessKeyId: id })
    await accounts.perform(deleteUser, { UserName: 'ana' })
    await newUser('ana')
    expect(accounts.identity.credential(credentials.AccessKeyId, credentials.SessionToken)).toMatchObject({
      reason: 'bad-token',
    })
  })
})
