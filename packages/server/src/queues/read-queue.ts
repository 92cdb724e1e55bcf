import { Fault } from '../fault.ts'
import type { MessageQueue } from '../ports/message-queue.ts'
import type { QueuePlace } from './queue.ts'
import type { Queues } from './queues.ts'

const messagesMax = 10
const noCause = { intentId: undefined }

/** A queue of this installation as its own readers see it. It need not be there yet. */
export function readQueue(queues: Pick<Queues, 'find' | 'receive' | 'delete'>, place: QueuePlace): MessageQueue {
  const queue = () => {
    const found = queues.find(place)
    if (found === undefined) throw new Fault('queue.missing', 'the queue does not exist', { ...place })
    return found
  }
  return {
    async receive({ waitMs, hiddenMs, signal }) {
      const found = queue()
      return signal.aborted ? [] : queues.receive(found, { max: messagesMax, waitMs, visibilityMs: hiddenMs, signal })
    },
    async delete(handles) {
      await queues.delete(noCause, queue(), handles)
    },
    async [Symbol.asyncDispose]() {},
  }
}
