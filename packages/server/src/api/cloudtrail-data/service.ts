import type { CloudTrailDataOperations } from '../generated/cloudtrail-data.ts'
import { operationsOf } from '../operation.ts'

export const defineOperation = operationsOf<CloudTrailDataOperations>('cloudtrail-data')
