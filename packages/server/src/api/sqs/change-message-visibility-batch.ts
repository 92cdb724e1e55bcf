import { checkBatch, failedEntry } from './batch.ts'
import { hideMessage } from './change-message-visibility.ts'
import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const changeMessageVisibilityBatch = defineOperation({
  name: 'ChangeMessageVisibilityBatch',
  action: 'sqs:ChangeMessageVisibility',
  uses: ['queues'],
  readOnly: false,
  category: 'Data',
  access: onQueue('sqs:ChangeMessageVisibility'),
  run({ QueueUrl: url, Entries: entries }, { queues }, call, fail) {
    const queue = requireQueue(url, { queues }, call, fail)
    checkBatch(entries, fail)
    const judged = entries.map(({ Id, ReceiptHandle: handle, VisibilityTimeout: seconds = 0 }) => ({
      Id,
      problem: hideMessage(queue, handle, seconds, queues),
    }))
    return {
      Successful: judged.flatMap(({ Id, problem }) => (problem === undefined ? [{ Id }] : [])),
      Failed: judged.flatMap(({ Id, problem }) => (problem ? [failedEntry(Id, problem.code, problem.message)] : [])),
    }
  },
})
