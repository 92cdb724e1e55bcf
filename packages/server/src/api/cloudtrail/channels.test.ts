import { describe, expect, test } from 'vitest'
import { type Channel, createChannels } from '../../lake/channels/index.ts'
import { account, createLakeCaller, failure, outsideEvents } from './lake.fixture.ts'

const unknownId = '00000000-0000-4000-8000-000000000000'
const channelArnOf = (id: string) => `arn:aws:cloudtrail:us-east-1:${account}:channel/${id}`
const to = (...stores: readonly string[]) => stores.map((Location) => ({ Type: 'EVENT_DATA_STORE', Location }))

async function createChannelCaller(flags: Readonly<Record<string, string>> = {}) {
  const cairn = await createLakeCaller(flags)
  const store = await cairn.createStore('outside', { AdvancedEventSelectors: outsideEvents })
  return { ...cairn, store }
}

test('a channel is made, read by ARN and by id, listed, changed and deleted', async () => {
  await using cairn = await createChannelCaller()
  const second = await cairn.createStore('second', { AdvancedEventSelectors: outsideEvents })
  const Tags = [{ Key: 'team', Value: 'audit' }]
  const created = await cairn.call('CreateChannel', {
    Name: 'orders',
    Source: 'Custom',
    Destinations: to(cairn.store),
    Tags,
  })
  const { Tags: _, ...described } = created
  expect(created).toEqual({
    ChannelArn: expect.stringMatching(/^arn:aws:cloudtrail:us-east-1:123456789012:channel\/[0-9a-f-]{36}$/),
    Name: 'orders',
    Source: 'Custom',
    Destinations: to(cairn.store),
    Tags,
  })
  const Channel = String(created.ChannelArn)
  expect(await cairn.call('GetChannel', { Channel })).toEqual(described)
  expect(await cairn.call('GetChannel', { Channel: Channel.slice(-36) })).toEqual(described)
  expect(await cairn.call('ListChannels', {})).toEqual({ Channels: [{ ChannelArn: Channel, Name: 'orders' }] })
  expect(await cairn.call('ListTags', { ResourceIdList: [Channel] })).toEqual({
    ResourceTagList: [{ ResourceId: Channel, TagsList: Tags }],
  })
  await cairn.call('RemoveTags', { ResourceId: Channel, TagsList: [{ Key: 'team' }] })
  await cairn.call('AddTags', { ResourceId: Channel, TagsList: [{ Key: 'env' }] })
  expect(await cairn.call('ListTags', { ResourceIdList: [Channel] })).toMatchObject({
    ResourceTagList: [{ TagsList: [{ Key: 'env' }] }],
  })
  const changed = { ChannelArn: Channel, Name: 'sales', Source: 'Custom', Destinations: to(second, cairn.store) }
  expect(await cairn.call('UpdateChannel', { Channel, Name: 'sales', Destinations: to(second, cairn.store) })).toEqual(
    changed,
  )
  expect(await cairn.call('GetChannel', { Channel })).toEqual(changed)
  expect(await cairn.call('DeleteChannel', { Channel })).toEqual({})
  for (const operation of ['GetChannel', 'DeleteChannel', 'UpdateChannel']) {
    expect(await cairn.call(operation, { Channel, Name: 'new' })).toMatchObject(failure('ChannelNotFoundException'))
  }
})

describe('CreateChannel', () => {
  test.each([
    [{ Name: 'first' }, 'ChannelAlreadyExistsException'],
    [{ Source: 'GitHub' }, 'ChannelAlreadyExistsException'],
    [{ Source: 'GitLab' }, 'InvalidSourceException'],
    [{ Destinations: [] }, 'ValidationException'],
    [{ Destinations: [{ Type: 'AWS_SERVICE', Location: 'a-service' }] }, 'InvalidParameterException'],
    [{ Destinations: to(unknownId) }, 'EventDataStoreNotFoundException'],
    [{ Destinations: to('outside') }, 'EventDataStoreARNInvalidException'],
    [{ Tags: [{ Key: 'aws:x' }] }, 'InvalidTagParameterException'],
    [{ Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })) }, 'TagsLimitExceededException'],
  ])('%j: %s', async (change, code) => {
    await using cairn = await createChannelCaller()
    await cairn.createChannel('first', [cairn.store], { Source: 'GitHub' })
    const input = { Name: 'second', Source: 'Custom', Destinations: to(cairn.store), ...change }
    expect(await cairn.call('CreateChannel', input)).toMatchObject(failure(code))
    expect((await cairn.call('ListChannels', {})).Channels).toHaveLength(1)
  })

  test('leads only to stores that take events from outside and are there to stay', async () => {
    await using cairn = await createChannelCaller()
    const events = await cairn.createStore('events')
    const input = { Name: 'second', Source: 'Custom' }
    expect(await cairn.call('CreateChannel', { ...input, Destinations: to(events) })).toMatchObject(
      failure('InvalidEventDataStoreCategoryException'),
    )
    expect(await cairn.call('CreateChannel', { ...input, Destinations: to(cairn.store, cairn.store) })).toMatchObject(
      failure('InvalidParameterException'),
    )
    await cairn.call('DeleteEventDataStore', { EventDataStore: cairn.store })
    expect(await cairn.call('CreateChannel', { ...input, Destinations: to(cairn.store) })).toMatchObject(
      failure('InactiveEventDataStoreException'),
    )
  })

  test('of a channel and the deletion of its store at once only one succeeds', async () => {
    await using cairn = await createChannelCaller()
    const [created, deleted] = await Promise.all([
      cairn.call('CreateChannel', { Name: 'late', Source: 'Custom', Destinations: to(cairn.store) }),
      cairn.call('DeleteEventDataStore', { EventDataStore: cairn.store }),
    ])
    expect([created, deleted].filter(({ __type }) => __type === undefined)).toHaveLength(1)
  })

  test('several custom sources have a channel each, up to the quota of AWS', async () => {
    await using cairn = await createChannelCaller({ quotas: 'aws' })
    const channels = createChannels(cairn.storage.catalog)
    for (let number = 10; number < 35; number++) {
      const id = `00000000-0000-4000-8000-0000000000${number}` as Channel['id']
      const destinations = [cairn.store.slice(-36) as Channel['destinations'][number]]
      const named = { id, arn: channelArnOf(id), name: `channel-${number}`, account, region: 'us-east-1' }
      const channel = { ...named, source: 'Custom', destinations, createdAtMs: 0, updatedAtMs: 0, tags: [] }
      expect(await channels.create({ intentId: undefined }, channel)).toBeUndefined()
    }
    expect(
      await cairn.call('CreateChannel', { Name: 'last', Source: 'Custom', Destinations: to(cairn.store) }),
    ).toMatchObject(
      failure('ChannelMaxLimitExceededException', `User: ${account} already has 25 channels in us-east-1.`),
    )
  })
})

describe('UpdateChannel', () => {
  test.each([
    [{}, 'InvalidParameterException'],
    [{ Name: 'other' }, 'ChannelAlreadyExistsException'],
    [{ Destinations: to(unknownId) }, 'EventDataStoreNotFoundException'],
    [{ Channel: 'orders', Name: 'new' }, 'ChannelARNInvalidException'],
    [{ Channel: channelArnOf(unknownId), Name: 'new' }, 'ChannelNotFoundException'],
  ])('%j: %s', async (change, code) => {
    await using cairn = await createChannelCaller()
    const Channel = await cairn.createChannel('orders', [cairn.store])
    await cairn.createChannel('other', [cairn.store])
    const before = await cairn.call('GetChannel', { Channel })
    expect(await cairn.call('UpdateChannel', { Channel, ...change })).toMatchObject(failure(code))
    expect(await cairn.call('GetChannel', { Channel })).toEqual(before)
  })
})

test('ListChannels pages by name', async () => {
  await using cairn = await createChannelCaller()
  for (const name of ['bravo', 'alpha', 'charlie']) await cairn.createChannel(name, [cairn.store])
  const names: string[] = []
  let NextToken: unknown
  do {
    const page = await cairn.call('ListChannels', { MaxResults: 1, ...(NextToken !== undefined && { NextToken }) })
    names.push(...(page.Channels as { Name: string }[]).map(({ Name }) => Name))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  expect(names).toEqual(['alpha', 'bravo', 'charlie'])
})
