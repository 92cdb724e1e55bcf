import type { IamOperations } from '../generated/iam.ts'
import { operationsOf } from '../operation.ts'

export const defineOperation = operationsOf<IamOperations>('iam')
