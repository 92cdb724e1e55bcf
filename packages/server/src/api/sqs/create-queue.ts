import { defaultSettings, isQueueName, type Queue, queueArn } from '../../queues/index.ts'
import { queueUrl } from './queue-access.ts'
import { readAttributes } from './queue-attributes.ts'
import { requestTagKeys, withTags } from './queue-tags.ts'
import { readRedrivePolicy, redrivePolicyText } from './redrive-policy.ts'
import { defineOperation } from './service.ts'

export const createQueue = defineOperation({
  name: 'CreateQueue',
  action: 'sqs:CreateQueue',
  uses: ['queues', 'clock', 'identity'],
  readOnly: false,
  invalid: { Attributes: 'InvalidAttributeName' },
  access({ QueueName: name, tags = {} }, _capabilities, call) {
    const resource = queueArn(call.partition, { account: call.account, region: call.region, name })
    const context = requestTagKeys(tags)
    const isTagged = Object.keys(tags).length > 0
    return ['sqs:CreateQueue', ...(isTagged ? ['sqs:TagQueue'] : [])].map((action) => ({ action, resource, context }))
  },
  async run(input, { queues, clock, identity }, call, fail) {
    const { QueueName: name, Attributes: attributes = {} } = input
    if (name.endsWith('.fifo')) fail('UnsupportedOperation', 'Cairn has no FIFO queues.')
    if (!isQueueName(name)) {
      fail('InvalidAddress', 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.')
    }
    const { settings, policy, redrivePolicy = '' } = readAttributes(attributes, identity, fail)
    const place = { account: call.account, region: call.region, name }
    const redrive = readRedrivePolicy(redrivePolicy, queues, place, fail)
    const nowMs = clock.nowMs()
    const queue: Queue = {
      ...place,
      arn: queueArn(call.partition, place),
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      settings: { ...defaultSettings, ...settings },
      ...(policy && { policy }),
      ...(redrive && { redrive }),
      tags: withTags({}, input.tags ?? {}, fail),
    }
    const taken = await queues.create(call.cause, queue)
    // The same queue again is no error; one with other attributes is.
    const differs =
      taken !== undefined &&
      (Object.entries(settings).some(
        ([setting, value]) => taken.settings[setting as keyof typeof settings] !== value,
      ) ||
        (policy !== undefined && policy !== (taken.policy ?? '')) ||
        (redrive !== undefined && redrivePolicyText(redrive) !== (taken.redrive && redrivePolicyText(taken.redrive))))
    if (differs) {
      fail('QueueNameExists', 'A queue already exists with the same name and a different value for an attribute.')
    }
    return { QueueUrl: queueUrl(place, call) }
  },
})
