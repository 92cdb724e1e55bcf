import { expect, test } from 'vitest'
import type { KmsKey } from '../kms/index.ts'
import { account, createWorld, startLife, type World } from './delivery.fixture.ts'

const cause = { intentId: undefined }
const flushMs = 31_000

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 'kms:GenerateDataKey*',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:eu-west-1:${account}:trail/main` },
        StringLike: {
          'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${account}:trail/*`,
          'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::audit/AWSLogs/${account}/CloudTrail/*`,
        },
      },
    },
  ],
})

async function worldWithKey(): Promise<{ readonly world: World; readonly key: KmsKey }> {
  const world = await createWorld()
  await world.makeBucket('audit')
  const place = { account, region: 'eu-west-1' }
  const key = await world.kms.create(cause, { ...place, description: '', policy: () => policy, tags: [] })
  // What we do ourselves is delivered too, for ever, if the trail takes events of KMS.
  await world.makeTrail('main', { keyArn: key.arn, ...withoutKms })
  return { world, key }
}

const withoutKms = {
  selectors: {
    kind: 'basic' as const,
    shown: [
      {
        ReadWriteType: 'All' as const,
        IncludeManagementEvents: true,
        DataResources: [],
        ExcludeManagementEventSources: ['kms.amazonaws.com'],
      },
    ],
  },
}

const ids = async (world: World) => [...(await world.delivered('audit')).values()].flat().sort()

async function dataKeyRecords(world: World) {
  const frames = await world.log.read(world.log.bounds().first, 1 << 20)
  return frames
    .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))
    .filter(({ eventName }) => eventName === 'GenerateDataKey')
}

test('files of a trail with a key are encrypted under it, each with a data key whose making is recorded', async () => {
  const { world, key } = await worldWithKey()
  const life = await startLife(world)
  await world.happen(['a'])
  await world.time.pass(flushMs)
  const [head] = (await world.objects.list({ bucket: 'audit', limit: 1 })).objects
  expect(head?.headers).toMatchObject({
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': key.arn,
  })
  const raw = await world.objects.open('audit', head?.key ?? '')
  const chunks: Uint8Array[] = []
  for await (const chunk of raw?.read() ?? []) chunks.push(chunk)
  expect(Buffer.concat(chunks).subarray(0, 2).toString('hex')).not.toBe('1f8b')
  expect(await ids(world)).toEqual(['a'])
  expect(await dataKeyRecords(world)).toMatchObject([
    {
      userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' },
      requestParameters: {
        encryptionContext: {
          'aws:cloudtrail:arn': `arn:aws:cloudtrail:eu-west-1:${account}:trail/main`,
          'aws:s3:arn': `arn:aws:s3:::audit/${head?.key}`,
        },
        keyId: key.arn,
        keySpec: 'AES_256',
      },
      sharedEventID: expect.any(String),
    },
  ])
  await life.end()
})

test.each([
  ['disabled', 'KMS.DisabledException', (key: KmsKey): KmsKey => ({ ...key, state: { kind: 'disabled' } })],
  ['without its policy', 'AccessDenied', (key: KmsKey): KmsKey => ({ ...key, policy: policy.replace('main', 'x') })],
] as const)(
  'a key that is %s stops delivery, loses nothing and catches up at once when it is put right',
  async (_, error, spoil) => {
    const { world, key } = await worldWithKey()
    const life = await startLife(world)
    const [trail] = world.trails.ofAccount(account)
    if (trail === undefined) throw new TypeError('no trail')
    await world.kms.edit(cause, key, spoil)
    await world.happen(['a'])
    await world.time.pass(600_000)
    await world.happen(['b'])
    await world.time.pass(flushMs)
    expect(await ids(world)).toEqual([])
    expect(life.delivery.statusOf(trail, 'eu-west-1').latestError).toBe(error)
    await world.kms.edit(cause, key, () => key)
    await world.time.pass(100)
    expect(await ids(world)).toEqual(['a', 'b'])
    expect(life.delivery.statusOf(trail, 'eu-west-1').latestError).toBeUndefined()
    await life.end()
  },
)

test('a file whose put was answered to nobody is found again, though nobody here may open it', async () => {
  const { world } = await worldWithKey()
  let losesAnswers = true
  const life = await startLife(world, {
    objects: {
      ...world.objects,
      async put(object) {
        const written = await world.objects.put(object)
        if (losesAnswers) throw new TypeError('the answer is lost')
        return written
      },
    },
  })
  await world.happen(['a'])
  await world.time.pass(flushMs)
  losesAnswers = false
  await world.time.pass(60_000)
  expect((await world.delivered('audit')).size).toBe(1)
  expect(world.plan.backlogs()).toMatchObject([{ events: 0 }])
  await life.end()
})

test('the key goes with what was selected, also when the trail is gone', async () => {
  const { world, key } = await worldWithKey()
  const life = await startLife(world)
  await world.happen(['a'])
  await world.time.pass(1_000)
  await world.trails.remove(cause, { account, region: 'eu-west-1', name: 'main' })
  await world.time.pass(flushMs)
  const [head] = (await world.objects.list({ bucket: 'audit', limit: 1 })).objects
  expect(head?.headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(key.arn)
  await life.end()
})

test('a key that is lost for good stops delivery and loses nothing: another key for the trail lets all of it out', async () => {
  const { world, key } = await worldWithKey()
  const life = await startLife(world)
  const [trail] = world.trails.ofAccount(account)
  if (trail === undefined) throw new TypeError('no trail')
  await world.happen(['before'])
  await world.time.pass(flushMs)
  await world.kms.edit(cause, key, (kept) => ({
    ...kept,
    state: { kind: 'pending-deletion', deletesAtMs: 0, windowDays: 7 },
  }))
  await world.kms.runDue()
  expect(world.kms.find({ account, region: 'eu-west-1', id: key.id })).toBeUndefined()
  await world.happen(['a'])
  await world.time.pass(3_600_000)
  expect(life.delivery.statusOf(trail, 'eu-west-1').latestError).toBe('KMS.NotFoundException')
  const facts = { account, region: 'eu-west-1', description: '', policy: () => policy, tags: [] }
  const other = await world.kms.create(cause, facts)
  const place = { account, region: 'eu-west-1', name: 'main' }
  await world.trails.edit(cause, place, (found) => ({ ...found, keyArn: other.arn }))
  await world.happen(['b'])
  await world.time.pass(flushMs + 60_000)
  expect(world.plan.backlogs()).toMatchObject([{ events: 0 }])
  // What was encrypted under the lost key nobody reads again; everything since is there.
  const { objects } = await world.objects.list({ bucket: 'audit', limit: 9 })
  const keyOf = ({ headers }: (typeof objects)[number]) => headers['x-amz-server-side-encryption-aws-kms-key-id']
  for (const object of objects.filter((one) => keyOf(one) === key.arn)) await world.objects.delete('audit', object.key)
  expect(await ids(world)).toEqual(['a', 'b'])
  await life.end()
})

test('a key that is rotated within the hour leaves files from before and after it readable', async () => {
  const { world, key } = await worldWithKey()
  const life = await startLife(world)
  await world.happen(['before'])
  await world.time.pass(flushMs)
  await world.kms.rotate(cause, key, () => {})
  await world.happen(['after'])
  await world.time.pass(flushMs)
  expect(await ids(world)).toEqual(['after', 'before'])
  expect((await world.delivered('audit')).size).toBe(2)
  await life.end()
})
