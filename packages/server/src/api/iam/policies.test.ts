import { beforeEach, describe, expect, it } from 'vitest'
import { homeAccount, otherAccount, policyText } from '../account.fixture.ts'
import {
  administrator,
  createIamCaller,
  ec2Trust,
  type IamCaller,
  operation,
  readAll,
  refused,
} from './iam-caller.fixture.ts'

let accounts: IamCaller['accounts']
let iam: IamCaller['iam']
beforeEach(async () => {
  ;({ accounts, iam } = await createIamCaller())
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

describe('somebody who may make users within a boundary only', () => {
  it('changes those that have it, and no others, and cannot take it off', async () => {
    const { Policy } = await iam('CreatePolicy', {
      PolicyName: 'edge',
      PolicyDocument: policyText({ Action: 'iam:GetUser', Resource: '*' }),
    })
    const PermissionsBoundary = (Policy as { Arn: string }).Arn
    const Condition = { StringEquals: { 'iam:PermissionsBoundary': PermissionsBoundary } }
    const actions = ['iam:CreateUser', 'iam:AttachUserPolicy', 'iam:PutUserPolicy', 'iam:DeleteUserPermissionsBoundary']
    await iam('CreateUser', { UserName: 'lead' })
    await iam('PutUserPolicy', {
      UserName: 'lead',
      PolicyName: 'within',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: actions, Resource: '*', Condition },
          { Effect: 'Deny', Action: 'iam:DeleteUserPermissionsBoundary', Resource: '*', Condition },
        ],
      }),
    })
    const { AccessKey } = await iam('CreateAccessKey', { UserName: 'lead' })
    const lead = accounts.signedBy((AccessKey as { AccessKeyId: string }).AccessKeyId)
    const tries = (name: string, input: object) => accounts.perform(operation(name), input, lead)
    await expect(tries('CreateUser', { UserName: 'free' })).rejects.toThrow('not authorized')
    await tries('CreateUser', { UserName: 'held', PermissionsBoundary })
    await tries('AttachUserPolicy', { UserName: 'held', PolicyArn: administrator })
    await iam('CreateUser', { UserName: 'free' })
    await expect(tries('AttachUserPolicy', { UserName: 'free', PolicyArn: administrator })).rejects.toThrow(
      'authorized',
    )
    await expect(tries('DeleteUserPermissionsBoundary', { UserName: 'held' })).rejects.toThrow('explicit deny')
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
