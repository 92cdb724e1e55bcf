import type { ReceivedMessage } from '../../queues/index.ts'
import type { Message } from '../generated/sqs.ts'
import type { Fail } from '../operation.ts'
import { shownMessageAttributes } from './message-attributes.ts'
import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

const never = new AbortController().signal

export const receiveMessage = defineOperation({
  name: 'ReceiveMessage',
  action: 'sqs:ReceiveMessage',
  uses: ['queues'],
  readOnly: true,
  category: 'Data',
  access: onQueue('sqs:ReceiveMessage'),
  async run(input, { queues }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    const { waitSeconds, visibilitySeconds } = queue.settings
    const max = within('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, 1, 10, fail)
    const wait = within('WaitTimeSeconds', input.WaitTimeSeconds ?? waitSeconds, 0, 20, fail)
    const visibility = within('VisibilityTimeout', input.VisibilityTimeout ?? visibilitySeconds, 0, 43_200, fail)
    const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]
    const messages = await queues.receive(queue, {
      max,
      waitMs: wait * 1000,
      visibilityMs: visibility * 1000,
      signal: call.signal ?? never,
    })
    return messages.length === 0
      ? {}
      : { Messages: messages.map((message) => shown(message, names, input.MessageAttributeNames ?? [])) }
  },
})

function within(name: string, value: number, min: number, max: number, fail: Fail<'ValidationException'>): number {
  if (value >= min && value <= max) return value
  return fail(
    'ValidationException',
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
  )
}

function shown(message: ReceivedMessage, names: readonly string[], attributeNames: readonly string[]): Message {
  const all: Readonly<Record<string, string>> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  }
  const attributes = Object.entries(all).filter(([name]) => names.includes(name) || names.includes('All'))
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...shownMessageAttributes(message.attributes ?? {}, attributeNames),
  }
}
