import { createSqsCalls, createSqsQueue } from '@cairn/server/storage/sqs'
import { registerMessageQueueContract } from '@cairn/testkit/contracts/message-queue'
import { startMoto } from '@cairn/testkit/moto'

/** The contract of queues, held by an SQS that somebody else wrote. */
registerMessageQueueContract('moto', async () => {
  const moto = await startMoto()
  const credentials = async () => ({ accessKeyId: 'testing', secretAccessKey: 'testing-secret' })
  const access = { region: 'us-east-1', credentials, nowMs: Date.now }
  const calls = createSqsCalls({ ...access, origin: moto.endpoint })
  const { QueueUrl: url } = (await calls.call('CreateQueue', { QueueName: 'contract' })) as { QueueUrl: string }
  const queue = createSqsQueue({ ...access, url })
  return {
    queue,
    async send(body) {
      await calls.call('SendMessage', { QueueUrl: url, MessageBody: body })
    },
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]()
      await calls[Symbol.asyncDispose]()
      await moto[Symbol.asyncDispose]()
    },
  }
})
