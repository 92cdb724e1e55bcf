import { failNoQueue, onQueue, requireQueue } from './queue-access.ts'
import { readAttributes } from './queue-attributes.ts'
import { defineOperation } from './service.ts'

export const setQueueAttributes = defineOperation({
  name: 'SetQueueAttributes',
  action: 'sqs:SetQueueAttributes',
  uses: ['queues', 'clock'],
  readOnly: false,
  access: onQueue('sqs:SetQueueAttributes'),
  async run(input, { queues, clock }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    const { settings, policy } = readAttributes(input.Attributes, fail)
    const edited = await queues.edit(call.cause, queue, ({ policy: before, ...one }) => {
      const kept = policy ?? before
      const changed = { ...one, modifiedAtMs: clock.nowMs(), settings: { ...one.settings, ...settings } }
      return kept ? { ...changed, policy: kept } : changed
    })
    return edited === undefined ? failNoQueue(fail) : {}
  },
})
