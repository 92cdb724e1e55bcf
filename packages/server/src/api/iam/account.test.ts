import { beforeEach, describe, expect, it } from 'vitest'
import { homeAccount, policyText, trustText } from '../account.fixture.ts'
import { administrator, createIamCaller, type IamCaller, operation, refused } from './iam-caller.fixture.ts'

let accounts: IamCaller['accounts']
let iam: IamCaller['iam']
beforeEach(async () => {
  ;({ accounts, iam } = await createIamCaller())
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

describe('who may do what', () => {
  it('is told at once, of the kinds that are asked for, page by page', async () => {
    const document = policyText({ Action: 's3:*', Resource: '*' })
    const trust = trustText({ AWS: homeAccount })
    await iam('CreateGroup', { GroupName: 'Readers' })
    await iam('PutGroupPolicy', { GroupName: 'Readers', PolicyName: 'p', PolicyDocument: document })
    await iam('CreateRole', { RoleName: 'etl', AssumeRolePolicyDocument: trust, Tags: [{ Key: 'a', Value: 'b' }] })
    await iam('CreateUser', { UserName: 'ana' })
    await iam('AddUserToGroup', { GroupName: 'Readers', UserName: 'ana' })
    await iam('AttachUserPolicy', { UserName: 'ana', PolicyArn: administrator })
    const details = (input: object = {}) => iam('GetAccountAuthorizationDetails', input)
    const encoded = encodeURIComponent(document).replaceAll('*', '%2A')
    expect(await details()).toMatchObject({
      UserDetailList: [
        { UserName: 'admin' },
        {
          UserName: 'ana',
          GroupList: ['Readers'],
          AttachedManagedPolicies: [{ PolicyName: 'AdministratorAccess', PolicyArn: administrator }],
        },
      ],
      GroupDetailList: [{ GroupName: 'Readers', GroupPolicyList: [{ PolicyName: 'p', PolicyDocument: encoded }] }],
      RoleDetailList: [{ RoleName: 'etl', RolePolicyList: [], InstanceProfileList: [], Tags: [{ Key: 'a' }] }],
      Policies: [
        { PolicyName: 'AdministratorAccess', AttachmentCount: 2, PolicyVersionList: [{ IsDefaultVersion: true }] },
        { PolicyName: 'analyst', AttachmentCount: 0 },
        { PolicyName: 'auditor' },
      ],
      IsTruncated: false,
    })
    expect(await details({ Filter: ['Role', 'Role'] })).toMatchObject({ UserDetailList: [], RoleDetailList: [{}] })
    const names: unknown[] = []
    for (let Marker: unknown, more = true; more; ) {
      const page = await details({ MaxItems: 2, Filter: ['User', 'Group', 'Role'], ...(Marker ? { Marker } : {}) })
      for (const list of ['UserDetailList', 'GroupDetailList', 'RoleDetailList'])
        names.push(...(page[list] as object[]))
      Marker = page.Marker
      more = page.IsTruncated === true
    }
    expect(names).toHaveLength(4)
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
