import { systemClock } from '../system/clock.ts'
import { createSqsCalls, createSqsQueue } from './index.ts'

/** A server that speaks SQS, for the contract of queues; it ends with the queue. */
interface SqsServer extends AsyncDisposable {
  readonly endpoint: string
}

/** A new queue of a server, and the way to send to it that nobody needs but the contract. */
export async function contractQueue(
  server: SqsServer,
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
) {
  const access = { region: 'us-east-1', credentials: async () => keys, nowMs: systemClock.nowMs }
  const calls = createSqsCalls({ ...access, origin: server.endpoint })
  const { QueueUrl: url } = (await calls.call('CreateQueue', { QueueName: 'contract' })) as { QueueUrl: string }
  const queue = createSqsQueue({ ...access, url })
  return {
    queue,
    async send(body: string) {
      await calls.call('SendMessage', { QueueUrl: url, MessageBody: body })
    },
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]()
      await calls[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
