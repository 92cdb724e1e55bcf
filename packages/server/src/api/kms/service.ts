import type { KmsOperations } from '../generated/kms.ts'
import { operationsOf } from '../operation.ts'

export const defineOperation = operationsOf<KmsOperations>('kms')
