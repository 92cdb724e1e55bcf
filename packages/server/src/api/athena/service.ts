import type { AthenaOperations } from '../generated/athena.ts'
import { operationsOf } from '../operation.ts'

export const defineOperation = operationsOf<AthenaOperations>('athena')
