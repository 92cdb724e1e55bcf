import { onQueue, queueUrl, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

/** @source SQS API Reference, ListDeadLetterSourceQueues: at most 1,000; a token only when MaxResults is given */
const pageMax = 1_000

export const listDeadLetterSourceQueues = defineOperation({
  name: 'ListDeadLetterSourceQueues',
  action: 'sqs:ListDeadLetterSourceQueues',
  uses: ['queues'],
  readOnly: true,
  access: onQueue('sqs:ListDeadLetterSourceQueues'),
  run(input, { queues }, call, fail) {
    const target = requireQueue(input.QueueUrl, { queues }, call, fail)
    const after = input.NextToken === undefined ? '' : Buffer.from(input.NextToken, 'base64url').toString()
    const sources = queues
      .inRegion(target.account, target.region)
      .filter(({ name, redrive }) => redrive?.deadLetterArn === target.arn && name > after)
    const page = sources.slice(0, Math.min(input.MaxResults ?? pageMax, pageMax))
    const last = page.at(-1)
    const hasMore = input.MaxResults !== undefined && last !== undefined && page.length < sources.length
    return {
      queueUrls: page.map((queue) => queueUrl(queue, call)),
      ...(hasMore && { NextToken: Buffer.from(last.name).toString('base64url') }),
    }
  },
})
