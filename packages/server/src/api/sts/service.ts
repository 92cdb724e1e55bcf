import type { StsOperations } from '../generated/sts.ts'
import { operationsOf } from '../operation.ts'

export const defineOperation = operationsOf<StsOperations>('sts')
