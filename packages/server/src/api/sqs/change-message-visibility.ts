import { badHandle } from './delete-message.ts'
import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

/** @source SQS API Reference, ChangeMessageVisibility: 0 to 43,200 seconds */
const secondsMax = 43_200

export const changeMessageVisibility = defineOperation({
  name: 'ChangeMessageVisibility',
  action: 'sqs:ChangeMessageVisibility',
  uses: ['queues'],
  readOnly: false,
  category: 'Data',
  access: onQueue('sqs:ChangeMessageVisibility'),
  run({ QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds }, { queues }, call, fail) {
    const queue = requireQueue(url, { queues }, call, fail)
    if (seconds < 0 || seconds > secondsMax) {
      fail('ValidationException', `Value ${seconds} for parameter VisibilityTimeout is invalid.`)
    }
    const outcome = queues.changeVisibility(queue, handle, seconds)
    if (outcome === 'malformed') fail('ReceiptHandleIsInvalid', badHandle)
    if (outcome === 'not-in-flight') {
      fail('MessageNotInflight', 'The specified message is not in flight.')
    }
    return {}
  },
})
