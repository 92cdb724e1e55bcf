import type { MessageQueue, QueueMessage } from '../../ports/message-queue.ts'
import { createSqsCalls, type SqsCallsOptions } from './sqs-calls.ts'

export interface SqsQueueOptions extends Omit<SqsCallsOptions, 'origin'> {
  /** `https://sqs.eu-west-1.amazonaws.com/123456789012/logs`: its origin is where calls go. */
  readonly url: string
}

/** @source SQS API Reference, ReceiveMessage: MaxNumberOfMessages */
const messagesMax = 10

interface Received {
  readonly Messages?: readonly { readonly Body?: string; readonly ReceiptHandle?: string }[]
}

/** A queue on somebody else's SQS: AWS's or a compatible one. No connection is made before the first call. */
export function createSqsQueue({ url, ...options }: SqsQueueOptions): MessageQueue {
  const calls = createSqsCalls({ ...options, origin: new URL(url).origin })
  return {
    async receive({ waitMs, hiddenMs, signal }) {
      if (signal.aborted) return []
      const input = {
        QueueUrl: url,
        MaxNumberOfMessages: messagesMax,
        WaitTimeSeconds: Math.round(waitMs / 1000),
        VisibilityTimeout: Math.round(hiddenMs / 1000),
      }
      try {
        const { Messages = [] } = (await calls.call('ReceiveMessage', input, signal)) as Received
        return Messages.flatMap(({ Body: body, ReceiptHandle: handle }): QueueMessage[] =>
          body === undefined || handle === undefined ? [] : [{ body, handle }],
        )
      } catch (error) {
        if (signal.aborted) return []
        throw error
      }
    },
    async delete(handles) {
      if (handles.length === 0) return
      // What could not be deleted comes again and is dealt with again: nobody needs to be told of it.
      const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }))
      await calls.call('DeleteMessageBatch', { QueueUrl: url, Entries })
    },
    [Symbol.asyncDispose]: () => calls[Symbol.asyncDispose](),
  }
}
