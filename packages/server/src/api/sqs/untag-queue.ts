import type { UntagQueueRequest } from '../generated/sqs.ts'
import { failNoQueue, onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const untagQueue = defineOperation({
  name: 'UntagQueue',
  action: 'sqs:UntagQueue',
  uses: ['queues'],
  readOnly: false,
  access: onQueue('sqs:UntagQueue', ({ TagKeys: keys }: UntagQueueRequest) => ({ 'aws:TagKeys': keys })),
  async run(input, { queues }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    const edited = await queues.edit(call.cause, queue, (one) => ({
      ...one,
      tags: Object.fromEntries(Object.entries(one.tags).filter(([key]) => !input.TagKeys.includes(key))),
    }))
    return edited === undefined ? failNoQueue(fail) : {}
  },
})
