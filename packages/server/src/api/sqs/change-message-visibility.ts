import type { Queue, Queues } from '../../queues/index.ts'
import { badHandle } from './delete-message.ts'
import { onQueue, requireQueue } from './queue-access.ts'
import { defineOperation } from './service.ts'

/** @source SQS API Reference, ChangeMessageVisibility: 0 to 43,200 seconds */
const secondsMax = 43_200

export const changeMessageVisibility = defineOperation({
  name: 'ChangeMessageVisibility',
  action: 'sqs:ChangeMessageVisibility',
  uses: ['queues'],
  readOnly: false,
  category: 'Data',
  access: onQueue('sqs:ChangeMessageVisibility'),
  run({ QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds }, { queues }, call, fail) {
    const problem = hideMessage(requireQueue(url, { queues }, call, fail), handle, seconds, queues)
    if (problem !== undefined) fail(problem.code, problem.message)
    return {}
  },
})

/** Hides a received message for so long from now on, or says why not. */
export function hideMessage(queue: Queue, handle: string, seconds: number, queues: Pick<Queues, 'changeVisibility'>) {
  if (seconds < 0 || seconds > secondsMax) {
    const message = `Value ${seconds} for parameter VisibilityTimeout is invalid.`
    return { code: 'ValidationException', message } as const
  }
  const outcome = queues.changeVisibility(queue, handle, seconds)
  if (outcome === 'malformed') return { code: 'ReceiptHandleIsInvalid', message: badHandle } as const
  if (outcome === 'changed') return undefined
  return { code: 'MessageNotInflight', message: 'The specified message is not in flight.' } as const
}
