import { failNoQueue, onQueue, requireQueue } from './queue-access.ts'
import { readAttributes } from './queue-attributes.ts'
import { readRedrivePolicy } from './redrive-policy.ts'
import { defineOperation } from './service.ts'

export const setQueueAttributes = defineOperation({
  name: 'SetQueueAttributes',
  action: 'sqs:SetQueueAttributes',
  uses: ['queues', 'clock', 'identity'],
  readOnly: false,
  invalid: { Attributes: 'InvalidAttributeName' },
  access: onQueue('sqs:SetQueueAttributes'),
  async run(input, { queues, clock, identity }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    const { settings, policy, redrivePolicy } = readAttributes(input.Attributes, identity, fail)
    const given = redrivePolicy === undefined ? undefined : readRedrivePolicy(redrivePolicy, queues, queue, fail)
    const edited = await queues.edit(call.cause, queue, ({ policy: policyBefore, redrive: redriveBefore, ...one }) => {
      const kept = policy ?? policyBefore
      const redrive = redrivePolicy === undefined ? redriveBefore : given
      const changed = { ...one, modifiedAtMs: clock.nowMs(), settings: { ...one.settings, ...settings } }
      return { ...changed, ...(kept && { policy: kept }), ...(redrive && { redrive }) }
    })
    return edited === undefined ? failNoQueue(fail) : {}
  },
})
