import type { TagQueueRequest } from '../generated/sqs.ts'
import { failNoQueue, onQueue, requireQueue } from './queue-access.ts'
import { requestTagKeys, withTags } from './queue-tags.ts'
import { defineOperation } from './service.ts'

export const tagQueue = defineOperation({
  name: 'TagQueue',
  action: 'sqs:TagQueue',
  uses: ['queues'],
  readOnly: false,
  access: onQueue('sqs:TagQueue', (input: TagQueueRequest) => requestTagKeys(input.Tags)),
  async run(input, { queues }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    const edited = await queues.edit(call.cause, queue, (one) => ({
      ...one,
      tags: withTags(one.tags, input.Tags, fail),
    }))
    return edited === undefined ? failNoQueue(fail) : {}
  },
})
