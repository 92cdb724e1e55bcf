import { queueArn } from '../../queues/index.ts'
import { askQueue, failNoQueue, queueUrl } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const getQueueUrl = defineOperation({
  name: 'GetQueueUrl',
  action: 'sqs:GetQueueUrl',
  uses: ['queues'],
  readOnly: true,
  category: 'Data',
  access({ QueueName: name, QueueOwnerAWSAccountId: owner }, { queues }, call) {
    const place = { account: owner ?? call.account, region: call.region, name }
    const queue = queues.find(place)
    if (queue !== undefined) return [askQueue('sqs:GetQueueUrl', queue, call)]
    return [{ action: 'sqs:GetQueueUrl', resource: queueArn(call.partition, place), resourceAccount: place.account }]
  },
  run({ QueueName: name, QueueOwnerAWSAccountId: owner }, { queues }, call, fail) {
    const queue = queues.find({ account: owner ?? call.account, region: call.region, name }) ?? failNoQueue(fail)
    return { QueueUrl: queueUrl(queue, call) }
  },
})
