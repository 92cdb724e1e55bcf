import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createQueues, defaultSettings, letsServiceSend, type Queue, queueArn } from './index.ts'
import { messageCollection } from './message.ts'

const cause = { intentId: undefined }
const never = new AbortController().signal
const place = { account: '111122223333', region: 'eu-west-1', name: 'logs' }

function createWorld() {
  const catalog = createMemoryCatalog()
  const clock = { at: 1_000_000, nowMs: () => clock.at }
  let seed = 0
  const ids = {
    uuid: () => `id-${++seed}`,
    bytes: (count: number) => createHash('shake256', { outputLength: count }).update(String(++seed)).digest(),
  }
  // Waiting lets time pass.
  const timer = {
    async sleep(delayMs: number) {
      clock.at += delayMs
    },
  }
  return { clock, catalog, start: () => createQueues({ catalog, clock, timer, ids }) }
}

const queueOf = (change: Partial<Queue> = {}): Queue => ({
  ...place,
  arn: queueArn('aws', place),
  createdAtMs: 0,
  modifiedAtMs: 0,
  settings: defaultSettings,
  tags: {},
  ...change,
})

const wish = { max: 10, waitMs: 0, visibilityMs: 30_000, signal: never }
const message = (body: string) => ({ body, senderId: 'me' })

describe('a message', () => {
  test('is hidden from others once received, shows again after its time, and is gone once deleted', async () => {
    const { clock, start } = createWorld()
    const queues = start()
    const queue = queueOf()
    await queues.create(cause, queue)
    await queues.send(cause, queue, [message('a')])
    const [first] = await queues.receive(queue, wish)
    expect(first).toMatchObject({ body: 'a', receiveCount: 1 })
    expect(await queues.receive(queue, wish)).toEqual([])
    expect(queues.counts(queue)).toEqual({ visible: 0, hidden: 1, delayed: 0 })
    clock.at += 30_000
    const [second] = await queues.receive(queue, wish)
    expect(second).toMatchObject({ body: 'a', receiveCount: 2, firstReceivedAtMs: first?.firstReceivedAtMs })
    expect(await queues.delete(cause, queue, [first?.handle ?? '', 'nonsense'])).toEqual(['deleted', 'malformed'])
    clock.at += 30_000
    expect(await queues.receive(queue, wish)).toEqual([])
    expect(await queues.delete(cause, queue, [second?.handle ?? ''])).toEqual(['deleted'])
  })

  test('outlives the process, and what was received before can be deleted after', async () => {
    const { start } = createWorld()
    const before = start()
    const queue = queueOf()
    await before.create(cause, queue)
    await before.send(cause, queue, [message('a'), message('b')])
    const [received] = await before.receive(queue, { ...wish, max: 1 })
    const after = start()
    expect(await after.delete(cause, queue, [received?.handle ?? ''])).toEqual(['deleted'])
    expect((await after.receive(queue, wish)).map(({ body }) => body)).toEqual(['b'])
    const sentLater = await after.send(cause, queue, [message('c')])
    expect(sentLater).toHaveLength(1)
    expect((await after.receive(queue, wish)).map(({ body }) => body)).toEqual(['c'])
  })

  test('that is delayed is waited for', async () => {
    const { start } = createWorld()
    const queues = start()
    const queue = queueOf()
    await queues.send(cause, queue, [{ ...message('late'), delaySeconds: 5 }])
    expect(await queues.receive(queue, { ...wish, waitMs: 2_000 })).toEqual([])
    expect(await queues.receive(queue, { ...wish, waitMs: 10_000 })).toMatchObject([{ body: 'late' }])
  })

  test('that comes while somebody waits is received at once', async () => {
    const { clock, start } = createWorld()
    const queues = start()
    const queue = queueOf()
    const began = clock.at
    const waiting = queues.receive(queue, { ...wish, waitMs: 20_000 })
    await queues.send(cause, queue, [message('a')])
    expect(await waiting).toMatchObject([{ body: 'a' }])
    expect(clock.at - began).toBeLessThan(20_000)
  })

  test('goes when its queue keeps it no longer', async () => {
    const { clock, start } = createWorld()
    const queues = start()
    const queue = queueOf({ settings: { ...defaultSettings, retentionSeconds: 60 } })
    await queues.create(cause, queue)
    await queues.send(cause, queue, [message('old')])
    clock.at += 60_001
    expect(await queues.receive(queue, wish)).toEqual([])
    await queues.expire()
    expect(queues.counts(queue)).toEqual({ visible: 0, hidden: 0, delayed: 0 })
  })

  test('is refused when all queues together hold what they may', async () => {
    const { start } = createWorld()
    const queues = start()
    const queue = queueOf()
    const big = message('x'.repeat(1024 * 1024))
    const send = async () => {
      for (let count = 0; count < 300; count += 1) await queues.send(cause, queue, [big])
    }
    await expect(send()).rejects.toMatchObject({ code: 'queue.full' })
    await queues.purge(cause, queue)
    expect(await queues.send(cause, queue, [big])).toHaveLength(1)
  })
})

test('a message that was received too often goes to the dead-letter queue, with what it is, and is gone from its own', async () => {
  const { catalog, clock, start } = createWorld()
  const queues = start()
  const deadPlace = { ...place, name: 'dead' }
  const dead = queueOf({ ...deadPlace, arn: queueArn('aws', deadPlace) })
  const queue = queueOf({ redrive: { deadLetterArn: dead.arn, receivesMax: 2 } })
  await queues.create(cause, queue)
  await queues.send(cause, queue, [message('poison')])
  const receive = (from: Queue) => queues.receive(from, { ...wish, visibilityMs: 1_000 })
  for (const receiveCount of [1, 2]) {
    expect(await receive(queue)).toMatchObject([{ body: 'poison', receiveCount }])
    clock.at += 1_000
  }
  // Without the other queue it stays where it is.
  expect(await receive(queue)).toMatchObject([{ receiveCount: 3 }])
  await queues.create(cause, dead)
  clock.at += 1_000
  const [sent] = await queues.send(cause, queue, [message('sound')])
  expect((await receive(queue)).map(({ id }) => id)).toEqual([sent?.id])
  for (const one of [queues, start()]) {
    expect(await one.receive(dead, { ...wish, visibilityMs: 0 })).toMatchObject([
      { body: 'poison', receiveCount: 1, deadLetterSource: queue.arn },
    ])
    expect(one.counts(queue)).toMatchObject({ visible: one === queues ? 0 : 1 })
  }
  expect(catalog.list(messageCollection)).toHaveLength(2)
})

test('visibility is changed of messages that are hidden, and of no others', async () => {
  const { clock, start } = createWorld()
  const queues = start()
  const queue = queueOf()
  await queues.send(cause, queue, [message('a')])
  const [received] = await queues.receive(queue, wish)
  const handle = received?.handle ?? ''
  expect(queues.changeVisibility(queue, handle, 100)).toBe('changed')
  clock.at += 99_000
  expect(await queues.receive(queue, wish)).toEqual([])
  clock.at += 1_000
  expect(queues.changeVisibility(queue, handle, 100)).toBe('not-in-flight')
  expect(queues.changeVisibility(queue, 'nonsense', 100)).toBe('malformed')
})

test('a queue’s policy decides whether a service may send for a resource', () => {
  const policy = (Condition?: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn('aws', place),
          ...(Condition && { Condition }),
        },
      ],
    })
  const s3 = { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::audit', sourceAccount: '111122223333' }
  expect(letsServiceSend(queueOf(), s3)).toBe(false)
  expect(letsServiceSend(queueOf({ policy: policy() }), s3)).toBe(true)
  const forBucket = (arn: string) => policy({ ArnLike: { 'aws:SourceArn': arn } })
  expect(letsServiceSend(queueOf({ policy: forBucket('arn:aws:s3:::audit') }), s3)).toBe(true)
  expect(letsServiceSend(queueOf({ policy: forBucket('arn:aws:s3:::other') }), s3)).toBe(false)
})
