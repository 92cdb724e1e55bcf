import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3'
import { createS3Store } from '@cairn/server/storage/s3'
import { createSqsCalls, createSqsQueue } from '@cairn/server/storage/sqs'
import { fullSize } from '@cairn/testkit'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { createRandom } from '@cairn/testkit/seed'
import { expect, test } from 'vitest'
import { accessTo } from '../logging-trail.fixture.ts'

const bucket = 'watched'

test('killed at any moment of writes, every object that is visible was told to the queue', {
  timeout: fullSize(120_000, 1_200_000),
}, async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const random = createRandom(41)
  let next = 0
  let url = ''
  const told = new Set<string>()
  for (let kill = 0; kill <= fullSize(3, 30); kill += 1) {
    await using cairn = await startCairn({ dataDir })
    const { store, access } = connect(cairn)
    await using objects = store
    if (kill === 0) url = await setUp(cairn)
    await using queue = createSqsQueue({
      ...access,
      url: url.replace(/^http:\/\/[^/]+/, cairn.endpoint),
      nowMs: Date.now,
    })
    await readAll(queue, told)
    const visible = (await objects.list({ bucket, limit: 10_000 })).objects.map(({ key }) => key)
    expect(visible.filter((key) => !told.has(key))).toEqual([])
    const writing = Array.from({ length: 8 }, async () => {
      for (;;) {
        next += 1
        const put = { bucket, key: `file ${next}`, headers: {}, body: ReadableStream.from([Buffer.from('x')]) }
        await objects.put(put)
      }
    })
    await sleep(200 + random.below(600))
    await cairn.kill()
    await Promise.allSettled(writing)
  }
  expect(told.size).toBeGreaterThan(20)
})

function connect(cairn: RunningCairn) {
  const { accessKeyId, secretAccessKey } = accessTo(cairn).credentials
  const access = { region: 'us-east-1', credentials: async () => ({ accessKeyId, secretAccessKey }) }
  return { access, store: createS3Store({ ...access, endpoint: cairn.endpoint, pathStyle: true }) }
}

/** A bucket whose writes are told to a queue; gives the queue's URL. */
async function setUp(cairn: RunningCairn): Promise<string> {
  const { store, access } = connect(cairn)
  await using objects = store
  await objects.createBucket(bucket)
  const arn = 'arn:aws:sqs:us-east-1:123456789012:told'
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow] })
  const calls = createSqsCalls({ ...access, origin: cairn.endpoint, nowMs: Date.now })
  const { QueueUrl } = (await calls.call('CreateQueue', { QueueName: 'told', Attributes: { Policy } })) as {
    QueueUrl: string
  }
  await calls[Symbol.asyncDispose]()
  const client = new S3Client({ ...access, endpoint: cairn.endpoint, forcePathStyle: true })
  const NotificationConfiguration = {
    QueueConfigurations: [{ QueueArn: arn, Events: ['s3:ObjectCreated:*' as const] }],
  }
  await client.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }))
  client.destroy()
  return QueueUrl
}

async function readAll(queue: ReturnType<typeof createSqsQueue>, told: Set<string>): Promise<void> {
  for (;;) {
    const messages = await queue.receive({ waitMs: 0, hiddenMs: 60_000, signal: new AbortController().signal })
    if (messages.length === 0) return
    for (const { body } of messages) {
      for (const { s3 } of JSON.parse(body).Records ?? []) told.add(s3.object.key.replaceAll('+', ' '))
    }
    await queue.delete(messages.map(({ handle }) => handle))
  }
}
