import { recordMembers } from '@cairn/core/record'
import type { SqsOperations } from '../generated/sqs.ts'
import { type Call, operationsOf, type RecordNotes, type WireOperation } from '../operation.ts'

/** @source SQS Developer Guide, CloudTrail entries of data events */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** Records say that something was sent, never what. */
function recordNotes(input: object, _call: Call, { model, operation }: WireOperation): RecordNotes {
  return { requestParameters: recordMembers(model, operation.input, withoutBodies(input)) }
}

function withoutBodies(input: object): object {
  return {
    ...input,
    ...('MessageBody' in input && { MessageBody: hidden }),
    ...('MessageAttributes' in input && { MessageAttributes: hidden }),
    ...('Entries' in input &&
      Array.isArray(input.Entries) && { Entries: input.Entries.map((entry: object) => withoutBodies(entry)) }),
  }
}

export const defineOperation = operationsOf<SqsOperations>('sqs', { record: recordNotes })
