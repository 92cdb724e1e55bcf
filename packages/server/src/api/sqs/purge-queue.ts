import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

/** Empty when it is answered; the real service takes up to a minute, and refuses to be asked again meanwhile. */
export const purgeQueue = defineOperation({
  name: 'PurgeQueue',
  action: 'sqs:PurgeQueue',
  uses: ['queues'],
  readOnly: false,
  access: onQueue('sqs:PurgeQueue'),
  async run(input, { queues }, call, fail) {
    await queues.purge(call.cause, requireQueue(input.QueueUrl, { queues }, call, fail))
    return {}
  },
})
