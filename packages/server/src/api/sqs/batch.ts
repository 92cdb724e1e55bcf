import type { Fail } from '../operation.ts'

/** @source SQS API Reference, batch operations */
const entriesMax = 10

/** Checks the ids of a batch: they tell the answers apart. */
export function checkBatch(
  entries: readonly { readonly Id: string }[],
  fail: Fail<'EmptyBatchRequest' | 'TooManyEntriesInBatchRequest' | 'InvalidBatchEntryId' | 'BatchEntryIdsNotDistinct'>,
): void {
  if (entries.length === 0) fail('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > entriesMax) {
    fail('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.')
  }
  const ids = entries.map(({ Id }) => Id)
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    fail('InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, hyphens and underscores.')
  }
  if (new Set(ids).size < ids.length) fail('BatchEntryIdsNotDistinct', 'Ids of batch entries must be distinct.')
}

/** What a batch answers for an entry that its sender got wrong. */
export function failedEntry(Id: string, Code: string, Message: string) {
  return { Id, SenderFault: true, Code, Message }
}
