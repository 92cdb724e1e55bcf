import { beforeEach, describe, expect, it } from 'vitest'
import { homeAccount, otherAccount, policyText } from '../account.fixture.ts'
import { administrator, createIamCaller, type IamCaller, operation, readAll, refused } from './iam-caller.fixture.ts'

let accounts: IamCaller['accounts']
let iam: IamCaller['iam']
beforeEach(async () => {
  ;({ accounts, iam } = await createIamCaller())
})

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
