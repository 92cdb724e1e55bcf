import { afterAll, describe, expect, test } from 'vitest'
import { base64, createKmsInstallation, home, keyPolicy, neighbour, rootOf } from './kms.fixture.ts'

const cairn = await createKmsInstallation()
afterAll(() => cairn[Symbol.asyncDispose]())
const { kms, newKey } = cairn

test('a key is described as it was made, with its default policy and no more than it is', async () => {
  const { id, arn } = await newKey({ Description: 'logs', Tags: [{ TagKey: 'team', TagValue: 'audit' }] })
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  expect(arn).toBe(`arn:aws:kms:us-east-1:${home}:key/${id}`)
  const { body } = await kms('DescribeKey', { KeyId: id })
  expect(body.KeyMetadata).toMatchObject({
    AWSAccountId: home,
    KeyId: id,
    Arn: arn,
    Description: 'logs',
    Enabled: true,
    KeyState: 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyManager: 'CUSTOMER',
    Origin: 'AWS_KMS',
    MultiRegion: false,
  })
  const policy = (await kms('GetKeyPolicy', { KeyId: id })).body.Policy as string
  expect(JSON.parse(policy)).toMatchObject({ Id: 'key-default-1', Statement: [{ Principal: rootOf(home) }] })
  expect((await kms('ListResourceTags', { KeyId: arn })).body.Tags).toEqual([{ TagKey: 'team', TagValue: 'audit' }])
})

test.each([
  [{ KeySpec: 'RSA_2048' }, 'ValidationException'],
  [{ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }, 'UnsupportedOperationException'],
  [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, 'UnsupportedOperationException'],
  [{ Origin: 'EXTERNAL' }, 'UnsupportedOperationException'],
  [{ MultiRegion: true }, 'UnsupportedOperationException'],
  [{ KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' }, 'ValidationException'],
  [{ Policy: '{}' }, 'MalformedPolicyDocumentException'],
  [{ Policy: keyPolicy({ Principal: rootOf(neighbour), Action: 'kms:*' }) }, 'MalformedPolicyDocumentException'],
  [{ Policy: keyPolicy({ Principal: rootOf(home), Action: 'kms:Encrypt' }) }, 'MalformedPolicyDocumentException'],
  [
    {
      Policy: keyPolicy({
        Principal: { AWS: [`arn:aws:iam::${home}:root`, `arn:aws:iam::${home}:user/typo`] },
        Action: 'kms:*',
      }),
    },
    'MalformedPolicyDocumentException',
  ],
  [{ Tags: [{ TagKey: 'aws:x', TagValue: '' }] }, 'TagException'],
])('CreateKey %j is refused with %s and makes nothing', async (input, code) => {
  const before = (await kms('ListKeys', {}, { region: 'eu-north-1' })).body.Keys
  expect((await kms('CreateKey', input, { region: 'eu-north-1' })).code).toBe(code)
  expect((await kms('ListKeys', {}, { region: 'eu-north-1' })).body.Keys).toEqual(before)
})

test('a policy that locks out can be put when the check is bypassed', async () => {
  const policy = keyPolicy({ Principal: rootOf(home), Action: 'kms:DescribeKey' })
  const { id } = await newKey({ Policy: policy, BypassPolicyLockoutSafetyCheck: true })
  expect((await kms('DescribeKey', { KeyId: id })).status).toBe(200)
  const { code, body } = await kms('PutKeyPolicy', { KeyId: id, Policy: policy })
  expect(code).toBe('AccessDeniedException')
  expect(body.message).toContain('because no resource-based policy allows the kms:PutKeyPolicy action')
})

describe('a key that is not there', () => {
  const missing = '1234abcd-12ab-34cd-56ef-1234567890ab'
  test.each([
    [missing, `Key 'arn:aws:kms:us-east-1:${home}:key/${missing}' does not exist`],
    ['alias/nothing', `Alias arn:aws:kms:us-east-1:${home}:alias/nothing is not found.`],
    ['nonsense', "Invalid keyId 'nonsense'"],
    [`arn:aws:kms:eu-west-1:${home}:key/${missing}`, 'Invalid arn eu-west-1'],
  ])('%s', async (KeyId, message) => {
    expect(await kms('DescribeKey', { KeyId })).toMatchObject({ code: 'NotFoundException', body: { message } })
  })

  test('in another account looks like one that is, and may not be seen', async () => {
    const { arn } = await newKey({}, { credentials: cairn.otherAdmin })
    const said = async (KeyId: string) => (await kms('DescribeKey', { KeyId })).body
    const absent = arn.slice(0, -36) + missing
    expect(await said(absent)).toEqual(JSON.parse(JSON.stringify(await said(arn)).replaceAll(arn, absent)))
    expect((await said(arn)).__type).toBe('AccessDeniedException')
  })
})

test('keys stay in their region', async () => {
  const { id } = await newKey({}, { region: 'eu-west-1' })
  expect((await kms('DescribeKey', { KeyId: id }, { region: 'eu-west-1' })).status).toBe(200)
  expect((await kms('DescribeKey', { KeyId: id })).code).toBe('NotFoundException')
})

test('lists go on where the page before ended', async () => {
  const region = 'ap-south-1'
  const made = await Promise.all(Array.from({ length: 5 }, () => newKey({}, { region })))
  const seen: string[] = []
  let Marker: unknown
  do {
    const { body } = await kms('ListKeys', { Limit: 2, Marker }, { region })
    seen.push(...(body.Keys as { KeyId: string }[]).map(({ KeyId }) => KeyId))
    Marker = body.NextMarker
  } while (Marker !== undefined)
  expect(seen).toEqual(made.map(({ id }) => id).sort())
  expect((await kms('ListKeys', { Marker: 'bad' }, { region })).code).toBe('InvalidMarkerException')
})

test('the states of a key: disabled, waiting for deletion, saved', async () => {
  const { id, arn } = await newKey()
  const encrypt = () => kms('Encrypt', { KeyId: id, Plaintext: base64('x') })
  await kms('DisableKey', { KeyId: id })
  expect(await encrypt()).toMatchObject({ code: 'DisabledException', body: { message: `${arn} is disabled.` } })
  await kms('EnableKey', { KeyId: id })
  expect((await encrypt()).status).toBe(200)

  const scheduled = await kms('ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 7 })
  expect(scheduled.body).toMatchObject({ KeyId: arn, KeyState: 'PendingDeletion', PendingWindowInDays: 7 })
  expect(await encrypt()).toMatchObject({
    code: 'KMSInvalidStateException',
    body: { message: `${arn} is pending deletion.` },
  })
  for (const name of ['EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'EnableKeyRotation']) {
    expect((await kms(name, { KeyId: id })).code).toBe('KMSInvalidStateException')
  }
  expect((await kms('CancelKeyDeletion', { KeyId: id })).body).toEqual({ KeyId: arn })
  expect((await kms('CancelKeyDeletion', { KeyId: id })).code).toBe('KMSInvalidStateException')
  expect((await kms('DescribeKey', { KeyId: id })).body.KeyMetadata).toMatchObject({ KeyState: 'Disabled' })
})

test('ScheduleKeyDeletion waits at least a week, at most thirty days', async () => {
  const { id } = await newKey()
  for (const PendingWindowInDays of [6, 31]) {
    expect((await kms('ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays })).code).toBe('ValidationException')
  }
})

describe('aliases', () => {
  test('name a key wherever keys are used, and are moved and removed', async () => {
    const first = await newKey()
    const second = await newKey()
    expect((await kms('CreateAlias', { AliasName: 'alias/moving', TargetKeyId: first.id })).status).toBe(200)
    const arn = `arn:aws:kms:us-east-1:${home}:alias/moving`
    const { body } = await kms('Encrypt', { KeyId: arn, Plaintext: base64('x') })
    expect(body.KeyId).toBe(first.arn)
    expect(await kms('CreateAlias', { AliasName: 'alias/moving', TargetKeyId: second.id })).toMatchObject({
      code: 'AlreadyExistsException',
      body: { message: `An alias with the name ${arn} already exists` },
    })
    await kms('UpdateAlias', { AliasName: 'alias/moving', TargetKeyId: second.arn })
    expect((await kms('ListAliases', { KeyId: second.id })).body.Aliases).toMatchObject([
      { AliasName: 'alias/moving', AliasArn: arn, TargetKeyId: second.id },
    ])
    expect((await kms('DescribeKey', { KeyId: 'alias/moving' })).body.KeyMetadata).toMatchObject({ KeyId: second.id })
    await kms('DeleteAlias', { AliasName: 'alias/moving' })
    expect((await kms('DeleteAlias', { AliasName: 'alias/moving' })).code).toBe('NotFoundException')
    expect((await kms('UpdateAlias', { AliasName: 'alias/moving', TargetKeyId: first.id })).code).toBe(
      'NotFoundException',
    )
  })

  test.each([
    ['moving', 'ValidationException'],
    ['alias/aws/s3', 'InvalidAliasNameException'],
  ])('%s is no name for one', async (AliasName, code) => {
    const { id } = await newKey()
    expect((await kms('CreateAlias', { AliasName, TargetKeyId: id })).code).toBe(code)
  })

  test('do not stand for a key where it is managed', async () => {
    const { id } = await newKey()
    await kms('CreateAlias', { AliasName: 'alias/managed', TargetKeyId: id })
    expect((await kms('DisableKey', { KeyId: 'alias/managed' })).code).toBe('NotFoundException')
  })
})

test('rotation is switched on, told of, done on demand and switched off', async () => {
  const { id, arn, metadata } = await newKey()
  const status = async () => (await kms('GetKeyRotationStatus', { KeyId: id })).body
  expect(await status()).toEqual({ KeyId: arn, KeyRotationEnabled: false })
  await kms('EnableKeyRotation', { KeyId: id, RotationPeriodInDays: 90 })
  expect(await status()).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 })
  const { body: encrypted } = await kms('Encrypt', { KeyId: id, Plaintext: base64('old') })
  expect((await kms('RotateKeyOnDemand', { KeyId: id })).body).toEqual({ KeyId: arn })
  const described = (await kms('DescribeKey', { KeyId: id })).body.KeyMetadata as Record<string, string>
  expect(described.CurrentKeyMaterialId).not.toBe((metadata as Record<string, string>).CurrentKeyMaterialId)
  expect((await kms('Decrypt', { CiphertextBlob: encrypted.CiphertextBlob })).body.Plaintext).toBe(base64('old'))
  const { body: rotations } = await kms('ListKeyRotations', { KeyId: id })
  expect(rotations.Rotations).toMatchObject([{ KeyId: arn, RotationType: 'ON_DEMAND' }])
  await kms('DisableKeyRotation', { KeyId: id })
  expect(await status()).toEqual({ KeyId: arn, KeyRotationEnabled: false })
})

test('tags are set, replaced and removed', async () => {
  const { id } = await newKey()
  const tags = async () => (await kms('ListResourceTags', { KeyId: id })).body.Tags
  await kms('TagResource', {
    KeyId: id,
    Tags: [
      { TagKey: 'b', TagValue: '1' },
      { TagKey: 'a', TagValue: '1' },
    ],
  })
  await kms('TagResource', { KeyId: id, Tags: [{ TagKey: 'b', TagValue: '2' }] })
  expect(await tags()).toEqual([
    { TagKey: 'a', TagValue: '1' },
    { TagKey: 'b', TagValue: '2' },
  ])
  await kms('UntagResource', { KeyId: id, TagKeys: ['a'] })
  expect(await tags()).toEqual([{ TagKey: 'b', TagValue: '2' }])
  const many = Array.from({ length: 50 }, (_, at) => ({ TagKey: `t${at}`, TagValue: '' }))
  expect((await kms('TagResource', { KeyId: id, Tags: many })).code).toBe('LimitExceededException')
})

test('an emulator asks no key policy, and keeps accounts apart all the same', async () => {
  await using emulator = await createKmsInstallation({ mode: 'emulator' })
  const as = (account: string) => ({ credentials: { accessKeyId: account, secretAccessKey: 'any' } })
  const { id } = await emulator.newKey({ Policy: keyPolicy({ Principal: '*', Action: 'kms:List*' }) }, as(home))
  expect((await emulator.kms('DescribeKey', { KeyId: id }, as(home))).status).toBe(200)
  expect((await emulator.kms('DescribeKey', { KeyId: id }, as(neighbour))).code).toBe('NotFoundException')
})
