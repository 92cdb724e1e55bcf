import { describe, expect, test } from 'vitest'
import { createTestInstallation, textOf } from '../../http/installation.fixture.ts'

/** An installation with a logging trail of these selectors, and what it kept of some calls in two buckets. */
async function keptWith(selectors: object, { isLogging = true } = {}) {
  await using cairn = await createTestInstallation({ mode: 'emulator' })
  // A streamed answer has its record when its last bytes are read.
  const s3 = async (method: string, path: string, body = '') =>
    textOf(await cairn.send({ method, path, body, service: 's3' }))
  await s3('PUT', '/audit')
  await s3('PUT', '/other')
  await cairn.call('CreateTrail', { Name: 'main', S3BucketName: 'audit' })
  await cairn.call('PutEventSelectors', { TrailName: 'main', ...selectors })
  if (isLogging) await cairn.call('StartLogging', { Name: 'main' })
  await s3('PUT', '/audit/logs/a', 'bytes')
  await s3('GET', '/audit/logs/a')
  await s3('PUT', '/audit/elsewhere', 'bytes')
  await s3('PUT', '/other/logs/a', 'bytes')
  const records = await cairn.records()
  return records
    .filter(({ eventCategory }) => eventCategory === 'Data')
    .map(({ eventName, requestParameters }) => {
      const { bucketName, key } = requestParameters as { bucketName: string; key: string }
      return `${eventName} ${bucketName}/${key}`
    })
}

const objects = (value: string, more: object = {}) => ({
  EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: [value] }], ...more }],
})

describe('data events', () => {
  test('that no trail selects are not kept', async () => {
    expect(await keptWith({ EventSelectors: [{}] })).toEqual([])
    expect(await keptWith(objects('arn:aws:s3:::nothing/'))).toEqual([])
  })

  test('are kept when a logging trail selects them, by prefix and by what they do', async () => {
    expect(await keptWith(objects('arn:aws:s3:::audit/logs/'))).toEqual([
      'PutObject audit/logs/a',
      'GetObject audit/logs/a',
    ])
    expect(await keptWith(objects('arn:aws:s3', { ReadWriteType: 'WriteOnly' }))).toEqual([
      'PutObject audit/logs/a',
      'PutObject audit/elsewhere',
      'PutObject other/logs/a',
    ])
  })

  test('are not kept for a trail that does not log', async () => {
    expect(await keptWith(objects('arn:aws:s3'), { isLogging: false })).toEqual([])
  })

  test('are selected by advanced selectors too', async () => {
    const fields = [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
      { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::audit/'], NotStartsWith: ['arn:aws:s3:::audit/logs/'] },
    ]
    expect(await keptWith({ AdvancedEventSelectors: [{ FieldSelectors: fields }] })).toEqual([
      'PutObject audit/elsewhere',
    ])
  })
})

test('data events are kept when an event data store selects them, and not when it is stopped', async () => {
  await using cairn = await createTestInstallation({ mode: 'emulator' })
  await textOf(await cairn.send({ method: 'PUT', path: '/audit', service: 's3' }))
  const put = async (key: string) =>
    textOf(await cairn.send({ method: 'PUT', path: `/audit/${key}`, body: 'bytes', service: 's3' }))
  const fields = [
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
  ]
  await put('before')
  const { body } = await cairn.call('CreateEventDataStore', {
    Name: 'objects',
    AdvancedEventSelectors: [{ FieldSelectors: fields }],
  })
  await put('while')
  await cairn.call('StopEventDataStoreIngestion', { EventDataStore: body.EventDataStoreArn })
  await put('after')
  const kept = (await cairn.records()).filter(({ eventName }) => eventName === 'PutObject')
  expect(kept.map(({ requestParameters }) => (requestParameters as { key: string }).key)).toEqual(['while'])
})
