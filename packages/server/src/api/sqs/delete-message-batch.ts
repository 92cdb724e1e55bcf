import { checkBatch, failedEntry } from './batch.ts'
import { badHandle } from './delete-message.ts'
import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const deleteMessageBatch = defineOperation({
  name: 'DeleteMessageBatch',
  action: 'sqs:DeleteMessage',
  uses: ['queues'],
  readOnly: false,
  category: 'Data',
  access: onQueue('sqs:DeleteMessage'),
  async run({ QueueUrl: url, Entries: entries }, { queues }, call, fail) {
    const queue = requireQueue(url, { queues }, call, fail)
    checkBatch(entries, fail)
    const outcomes = await queues.delete(
      call.cause,
      queue,
      entries.map(({ ReceiptHandle: handle }) => handle),
    )
    return {
      Successful: entries.flatMap(({ Id }, index) => (outcomes[index] === 'deleted' ? [{ Id }] : [])),
      Failed: entries.flatMap(({ Id }, index) =>
        outcomes[index] === 'malformed' ? [failedEntry(Id, 'ReceiptHandleIsInvalid', badHandle)] : [],
      ),
    }
  },
})
