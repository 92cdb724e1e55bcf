import { beforeEach, describe, expect, it } from 'vitest'
import {
  createTestAccounts,
  homeAccount,
  otherAccount,
  policyText,
  type TestAccounts,
  trustText,
} from '../account.fixture.ts'
import { operations } from '../generated/operations.ts'
import type { Operation } from '../operation.ts'

let accounts: TestAccounts
beforeEach(async () => {
  accounts = await createTestAccounts()
})

function operation(name: string): Operation {
  const found = operations.find((one) => one.service === 'iam' && one.name === name)
  if (found === undefined) throw new TypeError(`IAM has no operation ${name}`)
  return found
}

/** Calls an operation of IAM by its name, as the administrator. */
const iam = (name: string, input: object = {}) => accounts.perform(operation(name), input)

const refused = (code: string, message: string | RegExp) => ({
  code: `${code}Exception`,
  message: typeof message === 'string' ? message : expect.stringMatching(message),
})
const readAll = policyText({ Action: 's3:Get*', Resource: '*' })
const ec2Trust = trustText({ Service: 'ec2.amazonaws.com' })
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

describe('users', () => {
  it('are made, read, listed by path, renamed and deleted', async () => {
    const made = await iam('CreateUser', { UserName: 'Ana', Path: '/team/', Tags: [{ Key: 'k', Value: 'v' }] })
    expect(made.User).toEqual({
      Path: '/team/',
      UserName: 'Ana',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${homeAccount}:user/team/Ana`,
      CreateDate: Date.parse('2026-05-01T00:00:00Z'),
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    expect(await iam('GetUser', { UserName: 'ana' })).toEqual(made)
    expect(await iam('ListUsers', { PathPrefix: '/team/' })).toMatchObject({
      Users: [{ UserName: 'Ana' }],
      IsTruncated: false,
    })
    const { AccessKey } = await iam('CreateAccessKey', { UserName: 'Ana' })
    await iam('UpdateUser', { UserName: 'Ana', NewUserName: 'Bea', NewPath: '/' })
    const { AccessKeyId } = AccessKey as { AccessKeyId: string }
    expect(accounts.signedBy(AccessKeyId)).toMatchObject({ arn: `arn:aws:iam::${homeAccount}:user/Bea` })
    await iam('DeleteAccessKey', { UserName: 'Bea', AccessKeyId })
    await iam('DeleteUser', { UserName: 'Bea' })
    await expect(iam('GetUser', { UserName: 'Bea' })).rejects.toMatchObject(
      refused('NoSuchEntity', 'The user with name Bea cannot be found.'),
    )
  })

  it('have names that are taken without regard to case', async () => {
    await iam('CreateUser', { UserName: 'Ana' })
    await expect(iam('CreateUser', { UserName: 'ana' })).rejects.toMatchObject(
      refused('EntityAlreadyExists', 'User with name ana already exists.'),
    )
    await iam('CreateUser', { UserName: 'Bea' })
    await expect(iam('UpdateUser', { UserName: 'Bea', NewUserName: 'ANA' })).rejects.toMatchObject(
      refused('EntityAlreadyExists', 'User with name ANA already exists.'),
    )
    await iam('UpdateUser', { UserName: 'Ana', NewUserName: 'ANA' })
  })

  it('are not deleted while something hangs on them, in AWS’s words', async () => {
    await iam('CreateUser', { UserName: 'ana' })
    await iam('CreateGroup', { GroupName: 'g' })
    await iam('AddUserToGroup', { GroupName: 'g', UserName: 'ana' })
    const { AccessKey } = await iam('CreateAccessKey', { UserName: 'ana' })
    await iam('AttachUserPolicy', { UserName: 'ana', PolicyArn: administrator })
    await iam('PutUserPolicy', { UserName: 'ana', PolicyName: 'p', PolicyDocument: readAll })
    const conflict = (rest: string) => refused('DeleteConflict', `Cannot delete entity, must ${rest} first.`)
    const remove = () => iam('DeleteUser', { UserName: 'ana' })
    await expect(remove()).rejects.toMatchObject(conflict('remove users from group'))
    await iam('RemoveUserFromGroup', { GroupName: 'g', UserName: 'ana' })
    await expect(remove()).rejects.toMatchObject(conflict('delete access keys'))
    await iam('DeleteAccessKey', { UserName: 'ana', AccessKeyId: (AccessKey as { AccessKeyId: string }).AccessKeyId })
    await expect(remove()).rejects.toMatchObject(conflict('detach all policies'))
    await iam('DetachUserPolicy', { UserName: 'ana', PolicyArn: administrator })
    await expect(remove()).rejects.toMatchObject(conflict('delete policies'))
    await iam('DeleteUserPolicy', { UserName: 'ana', PolicyName: 'p' })
    await remove()
  })

  it('are the caller where none is named', async () => {
    expect(await iam('GetUser')).toMatchObject({ User: { UserName: 'admin' } })
    const root = accounts.identity.installationKeys().accounts[0]?.root?.accessKeyId ?? ''
    expect(await accounts.perform(operation('GetUser'), {}, accounts.signedBy(root))).toMatchObject({
      User: { UserId: homeAccount, Arn: `arn:aws:iam::${homeAccount}:root` },
    })
    await expect(accounts.perform(operation('ListAccessKeys'), {}, accounts.signedBy(root))).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Must specify userName when calling with non-User credentials',
    })
  })

  it('are seen by their own account only', async () => {
    await iam('CreateUser', { UserName: 'ana' })
    await expect(
      accounts.perform(operation('GetUser'), { UserName: 'ana' }, accounts.otherAdmin),
    ).rejects.toMatchObject({
      code: 'NoSuchEntityException',
    })
    expect(accounts.otherAdmin).toMatchObject({ account: otherAccount })
  })
})

describe('access keys', () => {
  it('are two at most, sign until they are inactive or deleted, and show no secret again', async () => {
    await iam('CreateUser', { UserName: 'ana' })
    const { AccessKey } = await iam('CreateAccessKey', { UserName: 'ana' })
    const { AccessKeyId, SecretAccessKey } = AccessKey as { AccessKeyId: string; SecretAccessKey: string }
    expect(AccessKey).toMatchObject({ UserName: 'ana', Status: 'Active' })
    expect(SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/)
    await iam('CreateAccessKey', { UserName: 'ana' })
    await expect(iam('CreateAccessKey', { UserName: 'ana' })).rejects.toMatchObject(
      refused('LimitExceeded', 'Cannot exceed quota for AccessKeysPerUser: 2'),
    )
    expect(accounts.identity.credential(AccessKeyId, undefined)).toMatchObject({ secretAccessKey: SecretAccessKey })
    const key = { UserName: 'ana', AccessKeyId }
    await iam('UpdateAccessKey', { ...key, Status: 'Inactive' })
    expect(accounts.identity.credential(AccessKeyId, undefined)).toMatchObject({ reason: 'inactive-key' })
    const listed = await iam('ListAccessKeys', { UserName: 'ana' })
    expect(listed.AccessKeyMetadata).toHaveLength(2)
    expect(JSON.stringify(listed)).not.toContain(SecretAccessKey)
    await iam('DeleteAccessKey', key)
    expect(accounts.identity.credential(AccessKeyId, undefined)).toMatchObject({ reason: 'unknown-key' })
    await expect(iam('DeleteAccessKey', key)).rejects.toMatchObject(
      refused('NoSuchEntity', `The Access Key with id ${AccessKeyId} cannot be found.`),
    )
  })

  it('know their last use to the quarter of an hour, to the minute when service or region differ', async () => {
    const { accessKeyId } = accounts.identity.installationKeys().accounts[0]?.admin ?? { accessKeyId: '' }
    const lastUse = async () =>
      (await iam('GetAccessKeyLastUsed', { AccessKeyId: accessKeyId })).AccessKeyLastUsed as object
    expect(await lastUse()).toEqual({ ServiceName: 'N/A', Region: 'N/A' })
    const use = (service: string) =>
      accounts.identity.accessKeys.noteUse(accounts.admin, { service, region: 'eu-west-1' })
    const settled = () => new Promise((resolve) => setImmediate(resolve))
    use('s3')
    await settled()
    const first = { LastUsedDate: Date.parse('2026-05-01T00:00:00Z'), ServiceName: 's3', Region: 'eu-west-1' }
    expect(await lastUse()).toEqual(first)
    accounts.pass(59_000)
    use('s3')
    use('iam')
    await settled()
    expect(await lastUse()).toEqual(first)
    accounts.pass(1_000)
    use('s3')
    await settled()
    expect(await lastUse()).toEqual(first)
    use('iam')
    await settled()
    expect(await lastUse()).toMatchObject({ ServiceName: 'iam', LastUsedDate: Date.parse('2026-05-01T00:01:00Z') })
    accounts.pass(15 * 60_000)
    use('iam')
    await settled()
    expect(await lastUse()).toMatchObject({ LastUsedDate: Date.parse('2026-05-01T00:16:00Z') })
  })
})

describe('groups', () => {
  it('give their members their policies and keep them when renamed', async () => {
    await iam('CreateUser', { UserName: 'ana' })
    await iam('CreateGroup', { GroupName: 'Readers', Path: '/g/' })
    await iam('PutGroupPolicy', {
      GroupName: 'Readers',
      PolicyName: 'p',
      PolicyDocument: policyText({ Action: 'iam:ListUsers', Resource: '*' }),
    })
    await iam('AddUserToGroup', { GroupName: 'readers', UserName: 'ana' })
    await iam('UpdateGroup', { GroupName: 'Readers', NewGroupName: 'Lookers' })
    expect(await iam('GetGroup', { GroupName: 'Lookers' })).toMatchObject({
      Group: { Arn: `arn:aws:iam::${homeAccount}:group/g/Lookers`, GroupId: expect.stringMatching(/^AGPA/) },
      Users: [{ UserName: 'ana' }],
    })
    expect(await iam('ListGroupsForUser', { UserName: 'ana' })).toMatchObject({ Groups: [{ GroupName: 'Lookers' }] })
    const { AccessKey } = await iam('CreateAccessKey', { UserName: 'ana' })
    const ana = accounts.signedBy((AccessKey as { AccessKeyId: string }).AccessKeyId)
    expect(accounts.identity.policiesFor(ana).identity).toHaveLength(1)
    await expect(iam('DeleteGroup', { GroupName: 'Lookers' })).rejects.toMatchObject(
      refused('DeleteConflict', 'Cannot delete entity, must remove users from group first.'),
    )
    await iam('RemoveUserFromGroup', { GroupName: 'Lookers', UserName: 'ana' })
    await expect(iam('RemoveUserFromGroup', { GroupName: 'Lookers', UserName: 'ana' })).rejects.toMatchObject({
      code: 'NoSuchEntityException',
    })
    expect(accounts.identity.policiesFor(ana).identity).toHaveLength(0)
  })
})

describe('roles', () => {
  it('keep their trust policy, percent-encoded on the wire', async () => {
    await iam('CreateRole', { RoleName: 'etl', AssumeRolePolicyDocument: ec2Trust, Description: 'd' })
    const { Role } = await iam('GetRole', { RoleName: 'etl' })
    const { AssumeRolePolicyDocument: encoded, ...rest } = Role as { AssumeRolePolicyDocument: string }
    expect(decodeURIComponent(encoded)).toBe(ec2Trust)
    expect(encoded).not.toMatch(/[{}":*'()]/)
    expect(rest).toMatchObject({ Description: 'd', MaxSessionDuration: 3600, RoleId: expect.stringMatching(/^AROA/) })
    const other = trustText({ AWS: `arn:aws:iam::${homeAccount}:root` })
    await iam('UpdateAssumeRolePolicy', { RoleName: 'etl', PolicyDocument: other })
    await iam('UpdateRole', { RoleName: 'etl', MaxSessionDuration: 7200 })
    expect(await iam('GetRole', { RoleName: 'etl' })).toMatchObject({ Role: { MaxSessionDuration: 7200 } })
    expect(await iam('ListInstanceProfilesForRole', { RoleName: 'etl' })).toMatchObject({ InstanceProfiles: [] })
  })

  it('refuse trust that is none, names nobody who exists, or is too long', async () => {
    const create = (AssumeRolePolicyDocument: string) =>
      iam('CreateRole', { RoleName: 'etl', AssumeRolePolicyDocument })
    await expect(create(readAll)).rejects.toMatchObject({ code: 'MalformedPolicyDocumentException' })
    const ghost = `arn:aws:iam::${homeAccount}:user/ghost`
    await expect(create(trustText({ AWS: ghost }))).rejects.toMatchObject(
      refused('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${ghost}"`),
    )
    await create(trustText({ AWS: 'arn:aws:iam::999999999999:user/elsewhere' }))
    const many = Array.from({ length: 60 }, (_, index) => `arn:aws:iam::999999999999:user/number-${index}`)
    await expect(create(trustText({ AWS: many }))).rejects.toMatchObject(
      refused('LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048'),
    )
  })

  it('of services belong to their service', async () => {
    const service = { AWSServiceName: 'cloudtrail.amazonaws.com' }
    const { Role } = await iam('CreateServiceLinkedRole', service)
    expect(Role).toMatchObject({
      RoleName: 'AWSServiceRoleForCloudTrail',
      Arn: `arn:aws:iam::${homeAccount}:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail`,
    })
    await expect(iam('CreateServiceLinkedRole', service)).rejects.toMatchObject(
      refused('InvalidInput', /has been taken in this account/),
    )
    await expect(iam('CreateServiceLinkedRole', { AWSServiceName: 'ec2.amazonaws.com' })).rejects.toMatchObject({
      code: 'InvalidInputException',
    })
    const RoleName = 'AWSServiceRoleForCloudTrail'
    const PolicyName = 'p'
    const protectedRole = refused('UnmodifiableEntity', /this role is only modifiable by AWS$/)
    for (const [name, input] of Object.entries({
      DeleteRole: { RoleName },
      PutRolePolicy: { RoleName, PolicyName, PolicyDocument: readAll },
      AttachRolePolicy: { RoleName, PolicyArn: administrator },
      UpdateAssumeRolePolicy: { RoleName, PolicyDocument: ec2Trust },
    })) {
      await expect(iam(name, input)).rejects.toMatchObject(protectedRole)
    }
    const { DeletionTaskId } = await iam('DeleteServiceLinkedRole', { RoleName })
    expect(await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })).toEqual({ Status: 'SUCCEEDED' })
  })
})

describe('inline policies', () => {
  it('are kept as written and bounded in their sum', async () => {
    await iam('CreateUser', { UserName: 'ana' })
    const text = readAll.replace('{', '{ \n')
    await iam('PutUserPolicy', { UserName: 'ana', PolicyName: 'p', PolicyDocument: text })
    const got = await iam('GetUserPolicy', { UserName: 'ana', PolicyName: 'p' })
    expect(decodeURIComponent(String(got.PolicyDocument))).toBe(text)
    const Resource = Array.from({ length: 100 }, (_, index) => `arn:aws:s3:::bucket-number-${index}`)
    const big = { UserName: 'ana', PolicyName: 'q', PolicyDocument: policyText({ Action: 's3:*', Resource }) }
    await expect(iam('PutUserPolicy', big)).rejects.toMatchObject(
      refused('LimitExceeded', 'Maximum policy size of 2048 bytes exceeded for user ana'),
    )
    expect(await iam('ListUserPolicies', { UserName: 'ana' })).toMatchObject({ PolicyNames: ['p'] })
    for (const name of ['__proto__', 'toString', 'q']) {
      await expect(iam('GetUserPolicy', { UserName: 'ana', PolicyName: name })).rejects.toMatchObject(
        refused('NoSuchEntity', `The user policy with name ${name} cannot be found.`),
      )
    }
  })

  it('are refused in AWS’s words when they are no policies', async () => {
    await iam('CreateUser', { UserName: 'ana' })
    const put = (PolicyDocument: string) => iam('PutUserPolicy', { UserName: 'ana', PolicyName: 'p', PolicyDocument })
    for (const [document, message] of [
      ['{', 'Syntax errors in policy.'],
      [policyText({ Action: 'GetObject', Resource: '*' }), /must be prefaced by a vendor/],
      [policyText({ Action: 's3:Get*', Resource: 'bucket' }), /must be in ARN format or "\*"\.$/],
      [ec2Trust, 'Policy document should not specify a principal.'],
    ] as const) {
      await expect(put(document)).rejects.toMatchObject(refused('MalformedPolicyDocument', message))
    }
  })
})

describe('managed policies', () => {
  const arn = `arn:aws:iam::${homeAccount}:policy/team/readers`
  const create = (more: object = {}) =>
    iam('CreatePolicy', { PolicyName: 'readers', Path: '/team/', PolicyDocument: readAll, ...more })

  it('have versions, one of which counts', async () => {
    expect(await create({ Description: 'd' })).toMatchObject({
      Policy: { Arn: arn, PolicyId: expect.stringMatching(/^ANPA/), DefaultVersionId: 'v1', AttachmentCount: 0 },
    })
    await expect(create()).rejects.toMatchObject(
      refused('EntityAlreadyExists', 'A policy called readers already exists. Duplicate names are not allowed.'),
    )
    for (let version = 2; version <= 5; version += 1) {
      const PolicyDocument = policyText({ Action: `s3:Get${version}`, Resource: '*' })
      await iam('CreatePolicyVersion', { PolicyArn: arn, PolicyDocument, SetAsDefault: version === 3 })
    }
    const full = iam('CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: readAll })
    await expect(full).rejects.toMatchObject(refused('LimitExceeded', /^A managed policy can have up to 5 versions/))
    const { Versions } = await iam('ListPolicyVersions', { PolicyArn: arn })
    expect(Versions).toMatchObject([
      { VersionId: 'v5', IsDefaultVersion: false },
      { VersionId: 'v4' },
      { VersionId: 'v3', IsDefaultVersion: true },
      { VersionId: 'v2' },
      { VersionId: 'v1' },
    ])
    await expect(iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v3' })).rejects.toMatchObject(
      refused('DeleteConflict', 'Cannot delete the default version of a policy.'),
    )
    await iam('SetDefaultPolicyVersion', { PolicyArn: arn, VersionId: 'v5' })
    await iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: 'v3' })
    await iam('CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: readAll })
    expect(await iam('GetPolicyVersion', { PolicyArn: arn, VersionId: 'v6' })).toMatchObject({
      PolicyVersion: { Document: encodeURIComponent(readAll).replaceAll('*', '%2A'), IsDefaultVersion: false },
    })
  })

  it('are attached, counted, found from both sides, and kept while they are used', async () => {
    await create()
    await iam('CreateUser', { UserName: 'ana', PermissionsBoundary: arn })
    await iam('AttachUserPolicy', { UserName: 'ana', PolicyArn: arn })
    await iam('AttachUserPolicy', { UserName: 'ana', PolicyArn: arn })
    expect(await iam('GetPolicy', { PolicyArn: arn })).toMatchObject({
      Policy: { AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 },
    })
    expect(await iam('ListAttachedUserPolicies', { UserName: 'ana' })).toMatchObject({
      AttachedPolicies: [{ PolicyName: 'readers', PolicyArn: arn }],
    })
    expect(await iam('ListEntitiesForPolicy', { PolicyArn: arn })).toMatchObject({
      PolicyUsers: [{ UserName: 'ana' }],
      PolicyGroups: [],
      PolicyRoles: [],
    })
    const conflict = refused('DeleteConflict', 'Cannot delete a policy attached to entities.')
    await expect(iam('DeletePolicy', { PolicyArn: arn })).rejects.toMatchObject(conflict)
    await iam('DetachUserPolicy', { UserName: 'ana', PolicyArn: arn })
    await expect(iam('DetachUserPolicy', { UserName: 'ana', PolicyArn: arn })).rejects.toMatchObject(
      refused('NoSuchEntity', `Policy ${arn} was not found.`),
    )
    await expect(iam('DeletePolicy', { PolicyArn: arn })).rejects.toMatchObject(conflict)
    await iam('DeleteUserPermissionsBoundary', { UserName: 'ana' })
    await iam('DeletePolicy', { PolicyArn: arn })
    await expect(iam('GetPolicy', { PolicyArn: arn })).rejects.toMatchObject({ code: 'NoSuchEntityException' })
  })

  it('of AWS are listed and attached but never changed; the ready-made ones are the account’s', async () => {
    const listed = await iam('ListPolicies', { Scope: 'AWS' })
    expect(listed.Policies).toContainEqual(expect.objectContaining({ Arn: administrator, AttachmentCount: 1 }))
    const own = await iam('ListPolicies', { Scope: 'Local' })
    expect(own.Policies).toMatchObject([
      { Arn: `arn:aws:iam::${homeAccount}:policy/cairn/analyst` },
      { Arn: `arn:aws:iam::${homeAccount}:policy/cairn/auditor` },
    ])
    await expect(iam('DeletePolicy', { PolicyArn: administrator })).rejects.toMatchObject({ code: 'AccessDenied' })
    const foreign = `arn:aws:iam::${otherAccount}:policy/cairn/auditor`
    await expect(iam('AttachUserPolicy', { UserName: 'admin', PolicyArn: foreign })).rejects.toMatchObject(
      refused('NoSuchEntity', `Policy ${foreign} does not exist or is not attachable.`),
    )
  })
})

describe('a permission boundary', () => {
  it('holds in what attached policies give', async () => {
    const boundary = policyText({ Action: 'iam:GetUser', Resource: '*' })
    const { Policy } = await iam('CreatePolicy', { PolicyName: 'edge', PolicyDocument: boundary })
    const PermissionsBoundary = (Policy as { Arn: string }).Arn
    await iam('CreateUser', { UserName: 'ana', PermissionsBoundary })
    await iam('AttachUserPolicy', { UserName: 'ana', PolicyArn: administrator })
    const { AccessKey } = await iam('CreateAccessKey', { UserName: 'ana' })
    const ana = accounts.signedBy((AccessKey as { AccessKeyId: string }).AccessKeyId)
    await accounts.perform(operation('GetUser'), {}, ana)
    await expect(accounts.perform(operation('ListUsers'), {}, ana)).rejects.toMatchObject({
      message: expect.stringContaining('no permissions boundary allows'),
    })
  })
})

describe('tags', () => {
  it.each([
    ['User', { UserName: 'admin' }],
    ['Policy', { PolicyArn: `arn:aws:iam::${homeAccount}:policy/cairn/auditor` }],
  ])('of a %s are added, replaced without regard to case, and removed', async (kind, named) => {
    const tag = (Tags: object[]) => iam(`Tag${kind}`, { ...named, Tags })
    await tag([
      { Key: 'b', Value: '1' },
      { Key: 'a', Value: '1' },
    ])
    await tag([{ Key: 'B', Value: '2' }])
    expect(await iam(`List${kind}Tags`, named)).toMatchObject({
      Tags: [
        { Key: 'B', Value: '2' },
        { Key: 'a', Value: '1' },
      ],
    })
    const twice = [
      { Key: 'x', Value: '1' },
      { Key: 'X', Value: '2' },
    ]
    await expect(tag(twice)).rejects.toMatchObject(refused('InvalidInput', /^Duplicate tag keys found/))
    const many = Array.from({ length: 49 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await expect(tag(many)).rejects.toMatchObject({ code: 'LimitExceededException' })
    await iam(`Untag${kind}`, { ...named, TagKeys: ['b', 'never'] })
    expect(await iam(`List${kind}Tags`, named)).toMatchObject({ Tags: [{ Key: 'a' }] })
  })
})

describe('pages', () => {
  it('go on after the last name, also when names come and go between them', async () => {
    for (const name of ['b', 'D', 'f', 'H']) await iam('CreateGroup', { GroupName: name })
    const first = await iam('ListGroups', { MaxItems: 2 })
    expect(first).toMatchObject({ Groups: [{ GroupName: 'b' }, { GroupName: 'D' }], IsTruncated: true })
    await iam('DeleteGroup', { GroupName: 'D' })
    await iam('CreateGroup', { GroupName: 'e' })
    const second = await iam('ListGroups', { MaxItems: 2, Marker: first.Marker })
    expect(second).toMatchObject({ Groups: [{ GroupName: 'e' }, { GroupName: 'f' }], IsTruncated: true })
    const last = await iam('ListGroups', { MaxItems: 2, Marker: second.Marker })
    expect(last).toEqual({ Groups: [expect.objectContaining({ GroupName: 'H' })], IsTruncated: false })
    await expect(iam('ListGroups', { Marker: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ code: 'ValidationError' })
  })
})

describe('the account', () => {
  it('has one alias, which no other account has', async () => {
    await iam('CreateAccountAlias', { AccountAlias: 'mine' })
    expect(await iam('ListAccountAliases')).toEqual({ AccountAliases: ['mine'], IsTruncated: false })
    const taken = accounts.perform(operation('CreateAccountAlias'), { AccountAlias: 'mine' }, accounts.otherAdmin)
    await expect(taken).rejects.toMatchObject({ code: 'EntityAlreadyExistsException' })
    await iam('DeleteAccountAlias', { AccountAlias: 'mine' })
    expect(await iam('ListAccountAliases')).toMatchObject({ AccountAliases: [] })
  })

  it('counts what it has', async () => {
    expect(await iam('GetAccountSummary')).toMatchObject({ SummaryMap: { Users: 1, Groups: 0, Policies: 2 } })
  })
})

describe('the simulator', () => {
  it('says what a call would be answered, with the request’s policies and context added', async () => {
    await iam('CreateRole', { RoleName: 'etl', AssumeRolePolicyDocument: ec2Trust })
    await iam('PutRolePolicy', { RoleName: 'etl', PolicyName: 'p', PolicyDocument: readAll })
    const PolicySourceArn = `arn:aws:iam::${homeAccount}:role/etl`
    const deny = policyText({
      Effect: 'Deny',
      Action: 's3:GetObjectAcl',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    })
    const input = {
      PolicySourceArn,
      ActionNames: ['s3:GetObject', 's3:PutObject', 's3:GetObjectAcl'],
      PolicyInputList: [deny],
    }
    const decisions = async (more: object = {}) =>
      (
        (await iam('SimulatePrincipalPolicy', { ...input, ...more })).EvaluationResults as { EvalDecision: string }[]
      ).map(({ EvalDecision }) => EvalDecision)
    expect(await decisions()).toEqual(['allowed', 'implicitDeny', 'allowed'])
    const ContextEntries = [{ ContextKeyName: 'aws:SourceIp', ContextKeyValues: ['192.0.2.9'], ContextKeyType: 'ip' }]
    expect(await decisions({ ContextEntries })).toEqual(['allowed', 'implicitDeny', 'explicitDeny'])
    const PermissionsBoundaryPolicyInputList = [policyText({ Action: 's3:GetObjectAcl', Resource: '*' })]
    expect(await decisions({ PermissionsBoundaryPolicyInputList })).toEqual(['implicitDeny', 'implicitDeny', 'allowed'])
    await expect(decisions({ PolicySourceArn: `${PolicySourceArn}x` })).rejects.toMatchObject({
      code: 'NoSuchEntityException',
    })
    const many = { ActionNames: Array(100).fill('s3:Get'), ResourceArns: Array(100).fill('*') }
    await expect(decisions(many)).rejects.toMatchObject({ code: 'InvalidInputException' })
    await expect(decisions({ PolicyInputList: ['{'] })).rejects.toMatchObject({ code: 'InvalidInputException' })
  })
})
