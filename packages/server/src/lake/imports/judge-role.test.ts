import { importRoleDocuments } from '@cairn/core/policy'
import { beforeEach, describe, expect, it } from 'vitest'
import { createIdentity, type Identity } from '../../identity/index.ts'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { createMemoryKeyVault } from '../../storage/memory/key-vault.ts'
import { systemIds } from '../../storage/system/ids.ts'
import { createRoleJudge, type RoleUse } from './judge-role.ts'

const account = '111122223333'
const storeArn = `arn:aws:cloudtrail:us-east-1:${account}:eventdatastore/e`
const use: RoleUse = {
  roleArn: `arn:aws:iam::${account}:role/import`,
  account,
  storeArn,
  bucket: 'logs',
  prefix: 'AWSLogs/',
}
const clock = { nowMs: () => Date.UTC(2026, 10, 23) }
const printed = importRoleDocuments({ bucket: 'logs', prefix: 'AWSLogs', account, partition: 'aws' })

let identity: Identity

beforeEach(async () => {
  identity = createIdentity({
    catalog: createMemoryCatalog(),
    vault: createMemoryKeyVault(),
    clock,
    ids: systemIds,
    partition: 'aws',
    mode: { kind: 'verified' },
  })
  await identity.prepare([account])
})

async function role(trust: object, permissions: object): Promise<void> {
  const refuse = (code: string) => {
    throw new RangeError(code)
  }
  await identity.entities.create(
    { intentId: undefined },
    {
      kind: 'role',
      account,
      name: 'import',
      path: '/',
      id: identity.newId('AROA', account),
      createdAtMs: 0,
      trustPolicy: JSON.stringify(trust),
      sessionSecondsMax: 3600,
      inlinePolicies: { import: JSON.stringify(permissions) },
      attachedPolicies: [],
      tags: [],
    },
    refuse,
  )
}

const judge = (change: Partial<RoleUse> = {}) => createRoleJudge(identity, clock)({ ...use, ...change })

describe('the role of the printed documents', () => {
  beforeEach(() => role(printed.trust, printed.permissions))

  it('may be used for every store of the account', () => {
    expect(judge()).toBeUndefined()
  })
  it('may not be used for another account’s store', () => {
    expect(judge({ storeArn: storeArn.replace(account, '444455556666') })).toMatch(/does not trust/)
  })
  it('may not read elsewhere', () => {
    expect(judge({ prefix: 'other/' })).toMatch(/s3:GetObject on arn:aws:s3:::logs\/other\/\*/)
    expect(judge({ bucket: 'others' })).toMatch(/s3:ListBucket/)
  })
  it('is held back by a bucket policy that denies it', () => {
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*' }]
    const bucketPolicy = JSON.stringify({ Version: '2012-10-17', Statement })
    expect(judge({ bucketAccount: account, bucketPolicy })).toMatch(/s3:GetObject/)
  })
  it('has to be let in by a bucket of another account', () => {
    expect(judge({ bucketAccount: '444455556666' })).toMatch(/s3:ListBucket/)
  })
})

it('names a role that is missing, or is another account’s', () => {
  expect(judge()).toMatch(/does not exist/)
  expect(judge({ roleArn: 'arn:aws:iam::444455556666:role/import' })).toMatch(/does not exist/)
  expect(judge({ roleArn: 'nonsense' })).toMatch(/does not exist/)
})

it('names a role that does not trust CloudTrail', async () => {
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }]
  await role({ Version: '2012-10-17', Statement }, printed.permissions)
  expect(judge()).toMatch(/does not trust cloudtrail.amazonaws.com/)
})
