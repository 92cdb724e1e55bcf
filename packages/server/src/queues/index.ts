export { attributesBytes, attributesMd5, isBinary, type MessageAttributes } from './message-attributes.ts'
export {
  defaultSettings,
  isQueueName,
  type Queue,
  type QueuePlace,
  type QueueSettings,
  queueArn,
  queueCollection,
  queuePlace,
  type RedrivePolicy,
} from './queue.ts'
export { isQueuePolicy, letsServiceSend } from './queue-policy.ts'
export { createQueues, type NewMessage, type Queues, type SentMessage } from './queues.ts'
export { readQueue } from './read-queue.ts'
export type { QueueCounts, ReceivedMessage } from './shelves.ts'
