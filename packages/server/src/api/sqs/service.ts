import type { SqsOperations } from '../generated/sqs.ts'
import { operationsOf } from '../operation.ts'

export const defineOperation = operationsOf<SqsOperations>('sqs')
