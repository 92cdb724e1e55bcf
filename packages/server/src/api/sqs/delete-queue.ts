import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const deleteQueue = defineOperation({
  name: 'DeleteQueue',
  action: 'sqs:DeleteQueue',
  uses: ['queues'],
  readOnly: false,
  access: onQueue('sqs:DeleteQueue'),
  async run(input, { queues }, call, fail) {
    await queues.remove(call.cause, requireQueue(input.QueueUrl, { queues }, call, fail))
    return {}
  },
})
