export { createSqsCalls, type SqsCallsOptions } from './sqs-calls.ts'
export { createSqsQueue, type SqsQueueOptions } from './sqs-queue.ts'
