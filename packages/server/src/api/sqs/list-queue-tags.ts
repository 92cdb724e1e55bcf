import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const listQueueTags = defineOperation({
  name: 'ListQueueTags',
  action: 'sqs:ListQueueTags',
  uses: ['queues'],
  readOnly: true,
  category: 'Data',
  access: onQueue('sqs:ListQueueTags'),
  run(input, { queues }, call, fail) {
    const { tags } = requireQueue(input.QueueUrl, { queues }, call, fail)
    return Object.keys(tags).length > 0 ? { Tags: tags } : {}
  },
})
