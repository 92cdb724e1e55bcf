import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const deleteMessage = defineOperation({
  name: 'DeleteMessage',
  action: 'sqs:DeleteMessage',
  uses: ['queues'],
  readOnly: false,
  category: 'Data',
  access: onQueue('sqs:DeleteMessage'),
  async run({ QueueUrl: url, ReceiptHandle: handle }, { queues }, call, fail) {
    const [outcome] = await queues.delete(call.cause, requireQueue(url, { queues }, call, fail), [handle])
    if (outcome === 'malformed') fail('ReceiptHandleIsInvalid', badHandle)
    return {}
  },
})

export const badHandle = 'The input receipt handle is not a valid receipt handle.'
