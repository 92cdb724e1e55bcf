import { beforeEach, describe, expect, it } from 'vitest'
import { homeAccount, trustText } from '../account.fixture.ts'
import { administrator, createIamCaller, ec2Trust, type IamCaller, readAll, refused } from './iam-caller.fixture.ts'

let iam: IamCaller['iam']
beforeEach(async () => {
  ;({ iam } = await createIamCaller())
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
