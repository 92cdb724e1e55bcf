import { onQueue, requireQueue } from './queue-access.ts'
import { shownAttributes } from './queue-attributes.ts'
import { defineOperation } from './service.ts'

export const getQueueAttributes = defineOperation({
  name: 'GetQueueAttributes',
  action: 'sqs:GetQueueAttributes',
  uses: ['queues'],
  readOnly: true,
  category: 'Data',
  invalid: { AttributeNames: 'InvalidAttributeName' },
  access: onQueue('sqs:GetQueueAttributes'),
  run(input, { queues }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    const attributes = shownAttributes(queue, queues.counts(queue), input.AttributeNames ?? [])
    return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }
  },
})
