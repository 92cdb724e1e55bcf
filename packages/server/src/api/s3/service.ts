import type { S3Operations } from '../generated/s3.ts'
import { operationsOf } from '../operation.ts'
import { recordNotes } from './record-notes.ts'

export const defineOperation = operationsOf<S3Operations>('s3', { record: recordNotes })
