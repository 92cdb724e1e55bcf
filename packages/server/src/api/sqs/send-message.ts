import { Fault } from '../../fault.ts'
import type { Queue, Queues, SentMessage } from '../../queues/index.ts'
import type { Call, Fail } from '../operation.ts'
import { judgeMessage } from './message-rules.ts'
import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

export const sendMessage = defineOperation({
  name: 'SendMessage',
  action: 'sqs:SendMessage',
  uses: ['queues'],
  readOnly: false,
  category: 'Data',
  access: onQueue('sqs:SendMessage'),
  async run(input, { queues }, call, fail) {
    const queue = requireQueue(input.QueueUrl, { queues }, call, fail)
    const judged = judgeMessage(input, queue, call.principal)
    if (judged.kind === 'invalid') return fail(judged.code, judged.text)
    const [sent] = await unlessFull(queues, queue, [judged.message], call, fail)
    return {
      MessageId: sent?.id,
      MD5OfMessageBody: sent?.md5,
      ...(sent?.attributesMd5 !== undefined && { MD5OfMessageAttributes: sent.attributesMd5 }),
    }
  },
})

/** Sends, and says in the service's words when there is no room. */
export async function unlessFull(
  queues: Queues,
  queue: Queue,
  messages: Parameters<Queues['send']>[2],
  call: Call,
  fail: Fail<'RequestThrottled'>,
): Promise<readonly SentMessage[]> {
  try {
    return await queues.send(call.cause, queue, messages)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'queue.full') throw error
    return fail('RequestThrottled', 'The queues hold all that they have room for: receive and delete messages.')
  }
}
