import { recordMembers } from '@cairn/core/record'
import type { SqsOperations } from '../generated/sqs.ts'
import { type Call, operationsOf, type RecordNotes, type WireOperation } from '../operation.ts'
import { endpointOf } from './queue-access.ts'

/** @source SQS Developer Guide, CloudTrail entries of data events */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** Records say that something was sent, never what. */
function recordNotes(input: object, call: Call, { model, operation }: WireOperation): RecordNotes {
  return { requestParameters: recordMembers(model, operation.input, withWholeUrl(withoutBodies(input), call)) }
}

/** By the query protocol, calls may be sent to a queue's URL instead of naming it: the path is then what they say. */
function withWholeUrl(input: object, call: Call): object {
  const isPath = 'QueueUrl' in input && typeof input.QueueUrl === 'string' && input.QueueUrl.startsWith('/')
  return isPath ? { ...input, QueueUrl: `${endpointOf(call)}${input.QueueUrl}` } : input
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
