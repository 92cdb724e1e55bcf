import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import { operationsOf } from '../operation.ts'

export const defineOperation = operationsOf<CloudTrailOperations>('cloudtrail')
