import { queueUrl } from './queue-access.ts'
import { defineOperation } from './service.ts'

/** @source SQS API Reference, ListQueues: at most 1,000; a token only when MaxResults is given */
const pageMax = 1_000

export const listQueues = defineOperation({
  name: 'ListQueues',
  action: 'sqs:ListQueues',
  uses: ['queues'],
  readOnly: true,
  category: 'Data',
  run({ QueueNamePrefix: prefix = '', MaxResults: max, NextToken: token }, { queues }, call) {
    const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString()
    const matching = queues
      .inRegion(call.account, call.region)
      .filter(({ name }) => name.startsWith(prefix) && name > after)
    const page = matching.slice(0, Math.min(max ?? pageMax, pageMax))
    const last = page.at(-1)
    const hasMore = max !== undefined && last !== undefined && page.length < matching.length
    return {
      ...(page.length > 0 && { QueueUrls: page.map((queue) => queueUrl(queue, call)) }),
      ...(hasMore && { NextToken: Buffer.from(last.name).toString('base64url') }),
    }
  },
})
