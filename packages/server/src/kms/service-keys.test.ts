import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import type { KeyState } from './key.ts'
import { createKms } from './kms.ts'

const cause = { intentId: undefined }
const account = '111122223333'
const region = 'eu-west-1'
const principal = 'cloudtrail.amazonaws.com'
const trail = `arn:aws:cloudtrail:us-east-1:${account}:trail/main`
const context = { 'aws:cloudtrail:arn': trail, 'aws:s3:arn': 'arn:aws:s3:::audit/AWSLogs/x.json.gz' }

/** @source CloudTrail User Guide, key policy for CloudTrail */
const trailPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: principal },
      Action: 'kms:GenerateDataKey*',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceArn': trail },
        StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${account}:trail/*` },
      },
    },
    { Effect: 'Allow', Principal: { Service: principal }, Action: ['kms:DescribeKey', 'kms:Decrypt'], Resource: '*' },
  ],
})

async function install(policy = trailPolicy, { demandsPolicies = true } = {}) {
  let seed = 0
  const log = createMemoryEventLog()
  const kms = createKms({
    catalog: createMemoryCatalog(),
    log,
    vault: createMemoryKeyVault(),
    clock: { nowMs: () => Date.parse('2026-05-01T00:00:00Z') },
    ids: {
      uuid: () => `00000000-0000-4000-8000-${String(++seed).padStart(12, '0')}`,
      bytes: (count) => createHash('shake256', { outputLength: count }).update(String(++seed)).digest(),
    },
    partition: 'aws',
    demandsPolicies,
  })
  const key = await kms.create(cause, { account, region, description: '', policy: () => policy, tags: [] })
  const put = (state: KeyState) => kms.edit(cause, key, (one) => ({ ...one, state }))
  const records = async () =>
    (await log.read(log.bounds().first, 1 << 20)).map(
      ({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>,
    )
  const keys = kms.forService({ principal, sourceArn: trail, sourceAccount: account })
  return { kms, key, put, keys, records }
}

describe('a service', () => {
  test('gets a data key that it can open again in the same context, and its owner sees each use', async () => {
    const { key, keys, records } = await install()
    const made = await keys.generateDataKey(key.arn, context)
    if (made.kind === 'refused') throw new TypeError(made.reason)
    expect(made.plaintext).toHaveLength(32)
    expect(await keys.decrypt(key.arn, made.blob, context)).toMatchObject({ plaintext: Buffer.from(made.plaintext) })
    expect(await keys.decrypt(key.arn, made.blob, {})).toEqual({ kind: 'refused', reason: 'not-decryptable' })
    const [generated, decrypted] = await records()
    expect(generated).toMatchObject({
      userIdentity: { type: 'AWSService', invokedBy: principal },
      eventSource: 'kms.amazonaws.com',
      eventName: 'GenerateDataKey',
      awsRegion: region,
      sourceIPAddress: principal,
      userAgent: principal,
      requestParameters: { encryptionContext: context, keyId: key.arn, keySpec: 'AES_256' },
      responseElements: null,
      readOnly: true,
      resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: key.arn }],
      managementEvent: true,
      recipientAccountId: account,
      sharedEventID: expect.any(String),
    })
    expect(decrypted).toMatchObject({ eventName: 'Decrypt', requestParameters: { encryptionContext: context } })
  })

  test('is held to the source and the encryption context that the key’s policy names', async () => {
    const { kms, key, keys } = await install()
    const denied = { kind: 'refused', reason: 'denied' }
    const elsewhere = kms.forService({ principal, sourceArn: `${trail}2`, sourceAccount: account })
    expect(await elsewhere.generateDataKey(key.arn, context)).toEqual(denied)
    expect(await keys.generateDataKey(key.arn, {})).toEqual(denied)
    const other = kms.forService({ principal: 'logs.amazonaws.com', sourceArn: trail, sourceAccount: account })
    expect(await other.generateDataKey(key.arn, context)).toEqual(denied)
  })

  test('without a policy that lets it in gets nothing, and a denial leaves no record with the owner', async () => {
    const { key, keys, records } = await install(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*"}]}',
    )
    expect(keys.describe(key.id, { account, region })).toEqual({ kind: 'refused', reason: 'denied' })
    expect(await keys.generateDataKey(key.arn, context)).toEqual({ kind: 'refused', reason: 'denied' })
    expect(await records()).toEqual([])
  })

  test('is told before it settles on a key whether it will be able to use it', async () => {
    const { kms, key, put, keys, records } = await install()
    const place = { account, region }
    expect(await keys.check(key.id, place, context)).toEqual({ kind: 'granted', key })
    expect(await records()).toMatchObject([{ eventName: 'GenerateDataKey', requestParameters: { keyId: key.arn } }])
    expect(await keys.check(key.id, place, {})).toEqual({ kind: 'refused', reason: 'denied' })
    await put({ kind: 'disabled' })
    expect(await keys.check(key.id, place, context)).toEqual({ kind: 'refused', reason: 'disabled' })
    expect(await keys.check('x', place, context)).toEqual({ kind: 'refused', reason: 'malformed' })
    expect(kms.keysIn(account, region)).toHaveLength(1)
  })

  test('needs no policy in an emulator', async () => {
    const { key, keys } = await install('{}', { demandsPolicies: false })
    expect(await keys.generateDataKey(key.arn, context)).toMatchObject({ kind: 'granted' })
  })

  test.each([
    [{ kind: 'disabled' }, 'disabled', 'DisabledException'],
    [{ kind: 'pending-deletion', deletesAtMs: 1, windowDays: 7 }, 'pending-deletion', 'KMSInvalidStateException'],
  ] as const)('is refused a key that is %j, on the record', async (state, reason, errorCode) => {
    const { key, put, keys, records } = await install()
    const made = await keys.generateDataKey(key.arn, context)
    if (made.kind === 'refused') throw new TypeError(made.reason)
    await put(state)
    expect(await keys.generateDataKey(key.arn, context)).toEqual({ kind: 'refused', reason })
    expect(await keys.decrypt(key.arn, made.blob, context)).toEqual({ kind: 'refused', reason })
    expect((await records()).slice(1).map((record) => record.errorCode)).toEqual([errorCode, errorCode])
    await put({ kind: 'enabled' })
    expect(await keys.decrypt(key.arn, made.blob, context)).toMatchObject({ kind: 'granted' })
  })

  test.each([
    ['alias/logs', 'granted'],
    ['alias/none', 'not-found'],
    ['arn:aws:kms:us-east-1:111122223333:alias/logs', 'not-found'],
    ['not a key', 'malformed'],
    ['arn:aws:s3:::bucket', 'malformed'],
  ])('finds the key that %s names, seen from its region: %s', async (text, outcome) => {
    const { kms, key, keys } = await install()
    const alias = { account, region, name: 'alias/logs' }
    await kms.editAlias(cause, alias, () => ({ ...alias, keyId: key.id, createdAtMs: 0, updatedAtMs: 0 }))
    expect(keys.describe(text, { account, region })).toEqual(
      outcome === 'granted' ? { kind: 'granted', key } : { kind: 'refused', reason: outcome },
    )
  })
})
