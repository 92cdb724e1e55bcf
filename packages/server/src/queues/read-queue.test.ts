import { setTimeout as sleep } from 'node:timers/promises'
import { registerMessageQueueContract } from '@cairn/testkit/contracts/message-queue'
import { expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { systemClock } from '../storage/system/clock.ts'
import { systemIds } from '../storage/system/ids.ts'
import { createQueues, defaultSettings, queueArn, queuePlace, readQueue } from './index.ts'

const place = { account: '111122223333', region: 'eu-west-1', name: 'logs' }
const cause = { intentId: undefined }

function startQueues() {
  const timer = { sleep: (delayMs: number, signal: AbortSignal) => sleep(delayMs, undefined, { signal }) }
  return createQueues({ catalog: createMemoryCatalog(), clock: systemClock, timer, ids: systemIds })
}

registerMessageQueueContract('own queue', async () => {
  const queues = startQueues()
  const times = { createdAtMs: 0, modifiedAtMs: 0 }
  const made = { ...place, arn: queueArn('aws', place), ...times, settings: defaultSettings, tags: {} }
  await queues.create(cause, made)
  const queue = readQueue(queues, place)
  return {
    queue,
    async send(body) {
      await queues.send(cause, made, [{ body, senderId: 'test' }])
    },
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  }
})

test('a queue that is not there says so each time it is asked', async () => {
  const queue = readQueue(startQueues(), place)
  const wish = { waitMs: 0, hiddenMs: 1_000, signal: new AbortController().signal }
  await expect(queue.receive(wish)).rejects.toMatchObject({ code: 'queue.missing' })
})

test('places are read from ARNs of queues and from nothing else', () => {
  expect(queuePlace(queueArn('aws-cn', place))).toEqual(place)
  for (const other of ['arn:aws:sns:eu-west-1:111122223333:logs', 'arn:aws:sqs:eu-west-1:1:logs', 'logs', '']) {
    expect(queuePlace(other)).toBeUndefined()
  }
})
