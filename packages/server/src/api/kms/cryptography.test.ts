import { afterAll, describe, expect, test } from 'vitest'
import { base64, createKmsInstallation, home, keyPolicy, neighbour, rootOf } from './kms.fixture.ts'

const cairn = await createKmsInstallation()
afterAll(() => cairn[Symbol.asyncDispose]())
const { kms, newKey, userWith } = cairn
const context = { 'aws:cloudtrail:arn': 'arn:aws:cloudtrail:us-east-1:1:trail/main' }

describe('a ciphertext', () => {
  test('opens in its encryption context, without naming the key, and in no other', async () => {
    const { id, arn } = await newKey()
    const { body } = await kms('Encrypt', { KeyId: id, Plaintext: base64('secret'), EncryptionContext: context })
    const CiphertextBlob = body.CiphertextBlob
    const opened = await kms('Decrypt', { CiphertextBlob, EncryptionContext: context })
    expect(opened.body).toMatchObject({
      KeyId: arn,
      Plaintext: base64('secret'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    })
    expect((await kms('Decrypt', { CiphertextBlob })).code).toBe('InvalidCiphertextException')
    expect((await kms('Decrypt', { CiphertextBlob: base64('noise') })).code).toBe('InvalidCiphertextException')
  })

  test('is refused under another key, and in another region is of a key that is not there', async () => {
    const { id } = await newKey()
    const another = await newKey()
    const { body } = await kms('Encrypt', { KeyId: id, Plaintext: base64('x') })
    const CiphertextBlob = body.CiphertextBlob
    expect((await kms('Decrypt', { CiphertextBlob, KeyId: another.id })).code).toBe('IncorrectKeyException')
    expect((await kms('Decrypt', { CiphertextBlob }, { region: 'eu-west-1' })).code).toBe('AccessDeniedException')
  })

  test('is encrypted anew under another key and context without showing what it says', async () => {
    const from = await newKey()
    const to = await newKey()
    const { body } = await kms('Encrypt', { KeyId: from.id, Plaintext: base64('x'), EncryptionContext: context })
    const moved = await kms('ReEncrypt', {
      CiphertextBlob: body.CiphertextBlob,
      SourceEncryptionContext: context,
      DestinationKeyId: to.id,
      DestinationEncryptionContext: { now: 'here' },
    })
    expect(moved.body).toMatchObject({ SourceKeyId: from.arn, KeyId: to.arn })
    const { CiphertextBlob } = moved.body
    const opened = await kms('Decrypt', { CiphertextBlob, EncryptionContext: { now: 'here' } })
    expect(opened.body).toMatchObject({ KeyId: to.arn, Plaintext: base64('x') })
  })
})

describe('a data key', () => {
  test.each([
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
    [{ NumberOfBytes: 64 }, 64],
  ])('%j comes plain and encrypted', async (length, bytes) => {
    const { id } = await newKey()
    const { body } = await kms('GenerateDataKey', { KeyId: id, EncryptionContext: context, ...length })
    expect(Buffer.from(body.Plaintext as string, 'base64')).toHaveLength(bytes)
    const opened = await kms('Decrypt', { CiphertextBlob: body.CiphertextBlob, EncryptionContext: context })
    expect(opened.body.Plaintext).toBe(body.Plaintext)
    const { body: without } = await kms('GenerateDataKeyWithoutPlaintext', { KeyId: id, ...length })
    expect(Object.keys(without).sort()).toEqual(['CiphertextBlob', 'KeyId', 'KeyMaterialId'])
  })

  test.each([{}, { KeySpec: 'AES_256', NumberOfBytes: 32 }])('has one length: %j', async (length) => {
    const { id } = await newKey()
    expect((await kms('GenerateDataKey', { KeyId: id, ...length })).code).toBe('ValidationException')
  })
})

test('random bytes are as many as were asked for, and no two alike', async () => {
  const random = async () => (await kms('GenerateRandom', { NumberOfBytes: 24 })).body.Plaintext as string
  const [one, two] = [await random(), await random()]
  expect(Buffer.from(one, 'base64')).toHaveLength(24)
  expect(one).not.toBe(two)
  expect((await kms('GenerateRandom', {})).code).toBe('ValidationException')
})

test('a dry run says what would happen and gives nothing', async () => {
  const { id } = await newKey()
  const dry = { KeyId: id, DryRun: true }
  expect((await kms('GenerateDataKey', { ...dry, KeySpec: 'AES_256' })).code).toBe('DryRunOperationException')
  expect((await kms('Encrypt', { ...dry, Plaintext: base64('x') })).code).toBe('DryRunOperationException')
  expect((await kms('Decrypt', { ...dry, CiphertextBlob: base64('noise') })).code).toBe('InvalidCiphertextException')
})

test('context members that policies could not tell apart are refused', async () => {
  const { id } = await newKey()
  const EncryptionContext = { App: 'a', app: 'b' }
  expect((await kms('Encrypt', { KeyId: id, Plaintext: base64('x'), EncryptionContext })).code).toBe(
    'ValidationException',
  )
})

describe('who may', () => {
  test('the default policy hands the decision to the account’s policies', async () => {
    const { id, arn } = await newKey()
    const user = await userWith('encrypter', { Effect: 'Allow', Action: 'kms:Encrypt', Resource: arn })
    const encrypt = { KeyId: id, Plaintext: base64('x') }
    expect((await kms('Encrypt', encrypt, { credentials: user })).status).toBe(200)
    expect((await kms('DescribeKey', { KeyId: id }, { credentials: user })).code).toBe('AccessDeniedException')
  })

  test('a key policy without the account shuts out its policies, root and administrators included', async () => {
    const only = { AWS: `arn:aws:iam::${home}:user/cairn-admin-of-keys` }
    await cairn.iam({ Action: 'CreateUser', UserName: 'cairn-admin-of-keys' })
    const { id } = await newKey({
      Policy: keyPolicy({ Principal: only, Action: 'kms:*' }),
      BypassPolicyLockoutSafetyCheck: true,
    })
    for (const credentials of [cairn.admin, cairn.root]) {
      expect((await kms('DescribeKey', { KeyId: id }, { credentials })).code).toBe('AccessDeniedException')
    }
  })

  test('a user named by the key policy needs no policy of its own', async () => {
    const user = await userWith('named', { Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' })
    const { id } = await newKey({
      Policy: keyPolicy(
        { Principal: rootOf(home), Action: 'kms:*' },
        { Principal: { AWS: `arn:aws:iam::${home}:user/named` }, Action: 'kms:GenerateDataKey' },
      ),
    })
    const generate = { KeyId: id, KeySpec: 'AES_256' }
    expect((await kms('GenerateDataKey', generate, { credentials: user })).status).toBe(200)
  })

  test('the encryption context decides where a policy asks for it', async () => {
    const { arn, id } = await newKey()
    const user = await userWith('reader', {
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:Decrypt'],
      Resource: arn,
      Condition: {
        StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'arn:aws:cloudtrail:*:1:trail/*' },
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['aws:cloudtrail:arn'] },
      },
    })
    const as = { credentials: user }
    const encrypt = (EncryptionContext?: object) =>
      kms('Encrypt', { KeyId: id, Plaintext: base64('x'), EncryptionContext }, as)
    expect((await encrypt(context)).status).toBe(200)
    expect((await encrypt()).code).toBe('AccessDeniedException')
    expect((await encrypt({ ...context, more: 'x' })).code).toBe('AccessDeniedException')
    expect((await encrypt({ 'aws:cloudtrail:arn': 'arn:aws:cloudtrail:r:2:trail/x' })).code).toBe(
      'AccessDeniedException',
    )
  })

  test('a policy can ask by which alias a key is used, and which ones it has', async () => {
    const { id } = await newKey()
    await kms('CreateAlias', { AliasName: 'alias/door', TargetKeyId: id })
    const condition = {
      StringEquals: { 'kms:RequestAlias': 'alias/door' },
      'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/d*' },
    }
    const user = await userWith('guest', {
      Effect: 'Allow',
      Action: 'kms:Encrypt',
      Resource: '*',
      Condition: condition,
    })
    const encrypt = (KeyId: string) => kms('Encrypt', { KeyId, Plaintext: base64('x') }, { credentials: user })
    expect((await encrypt('alias/door')).status).toBe(200)
    expect((await encrypt(id)).code).toBe('AccessDeniedException')
  })

  test('another account uses a key as its policy lets it, never manages it, and its owner sees the use', async () => {
    const { arn } = await newKey({
      Policy: keyPolicy(
        { Principal: rootOf(home), Action: 'kms:*' },
        { Principal: rootOf(neighbour), Action: 'kms:*' },
      ),
    })
    const as = { credentials: cairn.otherAdmin }
    const { status } = await kms('GenerateDataKey', { KeyId: arn, KeySpec: 'AES_256' }, as)
    expect(status).toBe(200)
    expect((await kms('DisableKey', { KeyId: arn }, as)).code).toBe('AccessDeniedException')
    expect((await kms('PutKeyPolicy', { KeyId: arn, Policy: '{}' }, as)).code).toBe('AccessDeniedException')
    const copies = (await cairn.records()).filter(
      ({ eventName, resources }) => eventName === 'GenerateDataKey' && JSON.stringify(resources).includes(arn),
    )
    expect(copies.map(({ recipientAccountId }) => recipientAccountId)).toEqual([neighbour, home])
    expect(copies[0]?.sharedEventID).toBe(copies[1]?.sharedEventID)
    expect(copies[1]).toMatchObject({ userIdentity: { type: 'AWSAccount', accountId: neighbour } })
  })
})

describe('records', () => {
  const last = async (name: string) => (await cairn.records()).findLast(({ eventName }) => eventName === name) ?? {}

  test('show context and key, and neither plaintext nor ciphertext', async () => {
    const { id, arn } = await newKey()
    const { body } = await kms('Encrypt', { KeyId: id, Plaintext: base64('secret'), EncryptionContext: context })
    const encrypted = await last('Encrypt')
    expect(encrypted).toMatchObject({
      eventSource: 'kms.amazonaws.com',
      requestParameters: { keyId: id, encryptionContext: context, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
      responseElements: null,
      additionalEventData: { keyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) },
      readOnly: true,
      resources: [{ accountId: home, type: 'AWS::KMS::Key', ARN: arn }],
      managementEvent: true,
    })
    await kms('Decrypt', { CiphertextBlob: body.CiphertextBlob, EncryptionContext: context })
    const decrypted = await last('Decrypt')
    expect(decrypted.requestParameters).toEqual({
      encryptionContext: context,
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    })
    expect(decrypted.resources).toEqual(encrypted.resources)
    const all = JSON.stringify([encrypted, decrypted])
    expect(all).not.toContain(base64('secret'))
    expect(all).not.toContain(String(body.CiphertextBlob))
  })

  test('name the key in the answer of a change that has none', async () => {
    const { id, arn } = await newKey()
    await kms('DisableKey', { KeyId: id })
    expect(await last('DisableKey')).toMatchObject({
      readOnly: false,
      requestParameters: { keyId: id },
      responseElements: { keyId: arn },
    })
    await kms('CreateAlias', { AliasName: 'alias/recorded', TargetKeyId: id })
    expect(await last('CreateAlias')).toMatchObject({
      responseElements: { keyId: arn },
      resources: [{ ARN: arn }, { ARN: `arn:aws:kms:us-east-1:${home}:alias/recorded` }],
    })
    await kms('ScheduleKeyDeletion', { KeyId: id })
    expect(await last('ScheduleKeyDeletion')).toMatchObject({
      responseElements: { keyId: arn, keyState: 'PendingDeletion', pendingWindowInDays: 30 },
    })
  })

  test('of a refused use tell the error and the key', async () => {
    const { id, arn } = await newKey()
    await kms('DisableKey', { KeyId: id })
    await kms('GenerateDataKey', { KeyId: id, KeySpec: 'AES_256' })
    expect(await last('GenerateDataKey')).toMatchObject({
      errorCode: 'DisabledException',
      errorMessage: `${arn} is disabled.`,
      resources: [{ ARN: arn }],
      responseElements: null,
    })
  })

  test('of a new key show its metadata and no material', async () => {
    const { arn } = await newKey({ Description: 'seen' })
    expect(await last('CreateKey')).toMatchObject({
      requestParameters: { description: 'seen' },
      responseElements: { keyMetadata: { arn, aWSAccountId: home, keyState: 'Enabled' } },
      resources: [{ accountId: home, type: 'AWS::KMS::Key', ARN: arn }],
    })
  })
})
