export { createSqsQueue, type SqsQueueOptions } from './sqs-queue.ts'
