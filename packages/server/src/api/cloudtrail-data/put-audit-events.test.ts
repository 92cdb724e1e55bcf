import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { textOf } from '../../http/installation.fixture.ts'
import { account, createLakeCaller, otherAccount, outsideEvents } from '../cloudtrail/lake.fixture.ts'

const eventData = (change: object = {}) =>
  JSON.stringify({
    version: '1.0',
    userIdentity: { type: 'User', principalId: 'alice' },
    eventSource: 'shop.example.com',
    eventName: 'DeleteOrder',
    eventTime: '2026-03-04T05:06:07Z',
    UID: 'first',
    recipientAccountId: account,
    ...change,
  })

interface Sender {
  readonly channel?: string
  readonly externalId?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

async function createSender(flags: Readonly<Record<string, string>> = {}) {
  const cairn = await createLakeCaller(flags)
  const store = await cairn.createStore('outside', { AdvancedEventSelectors: outsideEvents })
  const channel = await cairn.createChannel('orders', [store])

  async function put(auditEvents: readonly object[], sender: Sender = {}) {
    const { credentials, externalId } = sender
    const query = new URLSearchParams({
      channelArn: sender.channel ?? channel,
      ...(externalId !== undefined && { externalId }),
    }).toString()
    const answer = await cairn.send({
      path: '/PutAuditEvents',
      query,
      service: 'cloudtrail-data',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auditEvents }),
      ...(credentials && { credentials }),
    })
    const body = JSON.parse(await textOf(answer)) as Record<string, unknown>
    const code = Object.entries(answer.headers).find(([name]) => name.toLowerCase() === 'x-amzn-errortype')?.[1]
    return { status: answer.status, code, body }
  }

  /** What came through channels, with the store it is for. */
  async function taken() {
    const { log } = cairn.storage
    const frames = await log.read(log.bounds().first, 1 << 30)
    return frames.flatMap((frame) =>
      frame.kind === 'event' && frame.source === 'channel'
        ? [{ audience: frame.audience, text: new TextDecoder().decode(frame.bytes) }]
        : [],
    )
  }

  return { ...cairn, store, channel, put, taken }
}

test('what is right is taken, for the stores of the channel alone, and each entry is answered', async () => {
  await using cairn = await createSender()
  const second = await cairn.createStore('second', { AdvancedEventSelectors: outsideEvents })
  const Destinations = [cairn.store, second].map((Location) => ({ Type: 'EVENT_DATA_STORE', Location }))
  await cairn.call('UpdateChannel', { Channel: cairn.channel, Destinations })
  const { status, body } = await cairn.put([
    { id: 'right', eventData: eventData() },
    { id: 'wrong', eventData: eventData({ UID: undefined }) },
    { id: 'else', eventData: eventData({ recipientAccountId: otherAccount }) },
  ])
  expect(status).toBe(200)
  expect(body).toEqual({
    successful: [{ id: 'right', eventID: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
    failed: [
      { id: 'wrong', errorCode: 'FieldNotFound', errorMessage: 'The field UID is required.' },
      { id: 'else', errorCode: 'InvalidRecipient', errorMessage: expect.any(String) },
    ],
  })
  const taken = await cairn.taken()
  expect(taken.map(({ audience }) => audience)).toEqual([
    { kind: 'store', id: cairn.store.slice(-36) },
    { kind: 'store', id: second.slice(-36) },
  ])
  const [{ eventID } = { eventID: '' }] = body.successful as { eventID: string }[]
  for (const { text } of taken) {
    expect(JSON.parse(text)).toMatchObject({ eventID, metadata: { channelARN: cairn.channel } })
    expect(text).toContain(`"eventData":${eventData()}`)
  }
  expect(await cairn.call('GetChannel', { Channel: cairn.channel })).toMatchObject({
    IngestionStatus: {
      LatestIngestionSuccessEventID: eventID,
      LatestIngestionAttemptEventID: eventID,
      LatestIngestionErrorCode: 'InvalidRecipient',
    },
  })
})

describe('the checksum', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('base64')

  test('is of the text of the event, and only the right one is taken', async () => {
    await using cairn = await createSender()
    const text = eventData({ eventName: 'Grüße' })
    const { body } = await cairn.put([
      { id: 'a', eventData: text, eventDataChecksum: hash(text) },
      { id: 'b', eventData: eventData({ UID: 'b' }), eventDataChecksum: hash(text) },
      { id: 'c', eventData: eventData({ UID: 'c' }), eventDataChecksum: '' },
    ])
    expect(body).toMatchObject({
      successful: [{ id: 'a' }],
      failed: [
        { id: 'b', errorCode: 'InvalidChecksum' },
        { id: 'c', errorCode: 'InvalidChecksum' },
      ],
    })
  })
})

describe('a retry', () => {
  const entries = [{ id: 'a', eventData: eventData() }]

  test('is answered like the first attempt and adds nothing', async () => {
    await using cairn = await createSender()
    const first = await cairn.put(entries)
    const again = await cairn.put([{ id: 'b', eventData: eventData() }])
    expect(again.body).toMatchObject({ successful: [{ ...(first.body.successful as object[])[0], id: 'b' }] })
    expect(await cairn.taken()).toHaveLength(1)
  })

  test('that overtakes the first attempt adds nothing either', async () => {
    await using cairn = await createSender()
    const answers = await Promise.all([cairn.put(entries), cairn.put(entries), cairn.put(entries)])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await cairn.taken()).toHaveLength(1)
  })

  test('within the same call adds nothing either', async () => {
    await using cairn = await createSender()
    const { body } = await cairn.put([...entries, { id: 'b', eventData: eventData() }])
    const [first, second] = body.successful as { eventID: string }[]
    expect(first?.eventID).toBe(second?.eventID)
    expect(await cairn.taken()).toHaveLength(1)
  })

  test('with another UID, or through another channel, is another event', async () => {
    await using cairn = await createSender()
    const channel = await cairn.createChannel('other', [cairn.store])
    await cairn.put(entries)
    await cairn.put(entries, { channel })
    await cairn.put([{ id: 'a', eventData: eventData({ UID: 'second' }) }])
    const ids = (await cairn.taken()).map(({ text }) => (JSON.parse(text) as { eventID: string }).eventID)
    expect(new Set(ids).size).toBe(3)
  })
})

describe('a call is refused as a whole', () => {
  const entry = { id: 'a', eventData: eventData() }
  const arnOf = (id: string, region = 'us-east-1') => `arn:aws:cloudtrail:${region}:${account}:channel/${id}`
  const unknown = '00000000-0000-4000-8000-000000000000'
  const large = (id: string) => ({ id, eventData: eventData({ UID: id, userAgent: 'x'.repeat(110_000) }) })

  test.each<[what: string, entries: readonly object[], sender: Sender, code: string]>([
    ['two entries of one id', [entry, entry], {}, 'DuplicatedAuditEventId'],
    ['no entries', [], {}, 'ValidationException'],
    ['101 entries', Array.from({ length: 101 }, (_, n) => ({ ...entry, id: `e${n}` })), {}, 'ValidationException'],
    ['more than a megabyte', Array.from({ length: 10 }, (_, n) => large(`e${n}`)), {}, 'ValidationException'],
    ['an id that is none', [{ ...entry, id: 'a b' }], {}, 'ValidationException'],
    ['no such channel', [entry], { channel: arnOf(unknown) }, 'ChannelNotFound'],
    ['an ARN of another region', [entry], { channel: arnOf(unknown, 'eu-west-1') }, 'InvalidChannelARN'],
    ['an ARN of something else', [entry], { channel: 'arn:aws:s3:::bucket' }, 'InvalidChannelARN'],
    ['a channel by its id alone', [entry], { channel: unknown }, 'ValidationException'],
    ['an external id that is none', [entry], { externalId: 'a b' }, 'ValidationException'],
  ])('%s: %s', async (_what, entries, sender, code) => {
    await using cairn = await createSender()
    const answer = await cairn.put(entries, sender)
    expect(answer).toMatchObject({ status: 400, code })
    expect(await cairn.taken()).toEqual([])
  })
})

describe('another account', () => {
  const policy = (channel: string, change: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: otherAccount },
        Action: 'cloudtrail-data:PutAuditEvents',
        Resource: channel,
        ...change,
      },
    })
  const entries = [{ id: 'a', eventData: eventData() }]

  test('puts events only where the policy of the channel lets it', async () => {
    await using cairn = await createSender()
    const { other: credentials, channel } = cairn
    expect(await cairn.put(entries, { credentials })).toMatchObject({ code: 'ChannelInsufficientPermission' })
    await cairn.call('PutResourcePolicy', { ResourceArn: channel, ResourcePolicy: policy(channel) })
    expect(await cairn.put(entries, { credentials })).toMatchObject({ status: 200, body: { failed: [] } })
  })

  test('must bring the external id that the policy asks for', async () => {
    await using cairn = await createSender()
    const { other: credentials, channel } = cairn
    const Condition = { StringEquals: { 'cloudtrail:ExternalId': 'partner-7' } }
    await cairn.call('PutResourcePolicy', { ResourceArn: channel, ResourcePolicy: policy(channel, { Condition }) })
    for (const sender of [{ credentials }, { credentials, externalId: 'partner-8' }]) {
      expect(await cairn.put(entries, sender)).toMatchObject({ code: 'ChannelInsufficientPermission' })
    }
    expect(await cairn.taken()).toEqual([])
    expect(await cairn.put(entries, { credentials, externalId: 'partner-7' })).toMatchObject({ status: 200 })
  })

  test('the policies of a channel speak of nothing but putting events', async () => {
    await using cairn = await createSender()
    const { channel } = cairn
    for (const change of [
      { Action: 'cloudtrail:GetChannel' },
      { Principal: { Service: 'cloudtrail.amazonaws.com' } },
    ]) {
      expect(
        await cairn.call('PutResourcePolicy', { ResourceArn: channel, ResourcePolicy: policy(channel, change) }),
      ).toMatchObject({ __type: 'ResourcePolicyNotValidException' })
    }
  })
})

test('the call is a data event of its channel, without the events', async () => {
  await using cairn = await createSender({ mode: 'emulator' })
  await cairn.send({ method: 'PUT', path: '/audit', service: 's3' })
  await cairn.call('CreateTrail', { Name: 'main', S3BucketName: 'audit' })
  const fields = [
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::CloudTrail::Channel'] },
  ]
  await cairn.call('PutEventSelectors', { TrailName: 'main', AdvancedEventSelectors: [{ FieldSelectors: fields }] })
  await cairn.call('StartLogging', { Name: 'main' })
  await cairn.put([
    { id: 'a', eventData: eventData() },
    { id: 'b', eventData: '{}' },
  ])
  const records = (await cairn.records()).filter(({ eventName }) => eventName === 'PutAuditEvents')
  expect(records).toEqual([
    expect.objectContaining({
      eventSource: 'cloudtrail-data.amazonaws.com',
      eventCategory: 'Data',
      readOnly: false,
      requestParameters: { channelArn: cairn.channel, auditEventCount: 2 },
      responseElements: { successfulCount: 1, failedCount: 1 },
      resources: [{ accountId: account, type: 'AWS::CloudTrail::Channel', ARN: cairn.channel }],
    }),
  ])
})
