import { attributesBytes } from '../../queues/index.ts'
import { checkBatch, failedEntry } from './batch.ts'
import { judgeMessage } from './message-rules.ts'
import { onQueue, requireQueue } from './queue-access.ts'
import { unlessFull } from './send-message.ts'
import { defineOperation } from './service.ts'

export const sendMessageBatch = defineOperation({
  name: 'SendMessageBatch',
  action: 'sqs:SendMessage',
  uses: ['queues'],
  readOnly: false,
  category: 'Data',
  access: onQueue('sqs:SendMessage'),
  async run(input, { queues }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    checkBatch(input.Entries, fail)
    const judged = input.Entries.map((entry) => ({ Id: entry.Id, ...judgeMessage(entry, queue, call.principal) }))
    const valid = judged.filter((one) => one.kind === 'valid')
    const bodies = input.Entries.reduce((sum, { MessageBody: body }) => sum + Buffer.byteLength(body), 0)
    const size = valid.reduce((sum, { message }) => sum + attributesBytes(message.attributes ?? {}), bodies)
    if (size > queue.settings.messageBytesMax) {
      fail('BatchRequestTooLong', `Batch requests cannot be longer than ${queue.settings.messageBytesMax} bytes.`)
    }
    const messages = valid.map(({ message }) => message)
    const sent = messages.length === 0 ? [] : await unlessFull(queues, queue, messages, call, fail)
    return {
      Successful: valid.map(({ Id }, index) => ({
        Id,
        MessageId: sent[index]?.id ?? '',
        MD5OfMessageBody: sent[index]?.md5 ?? '',
        ...(sent[index]?.attributesMd5 !== undefined && { MD5OfMessageAttributes: sent[index].attributesMd5 }),
      })),
      Failed: judged.flatMap((one) => (one.kind === 'invalid' ? [failedEntry(one.Id, one.code, one.text)] : [])),
    }
  },
})
