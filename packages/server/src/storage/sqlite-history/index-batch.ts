import { lookupCategory, lookupTimeMs, noFields } from '@cairn/core/lookup'
import { type EventFields, eventFields } from '@cairn/core/record'
import { contentHash } from '../../ports/history-index.ts'
import { type BatchList, createBatchLists } from './batch-lists.ts'
import { contentBits, eventIdKey } from './event-id.ts'
import type { BatchedEvent } from './frame-batch.ts'
import { type IdRun, idRun } from './id-run.ts'
import { type EventMarks, type MarkedAttribute, markedAttributes, markOf } from './marks.ts'
import type { IndexedAttribute } from './term.ts'

/** What one batch adds to the index, sorted in the order of the tables: neighbours land on the same pages. */
export interface BatchEntries {
  /** Made while they are gone through, once. */
  readonly lists: Iterable<BatchList>
  readonly marks: EventMarks
  readonly ids: IdRun
}

/** What the batch needs of the index: numbers for scopes and terms, which it may have to make up. */
export interface IndexNumbers {
  scope(account: string, region: string, category: string): number
  term(attribute: IndexedAttribute, value: string): number
}

/** Parses events, which ascend in position, and sorts what is to be found of them. */
export function batchEntries(events: Iterable<BatchedEvent>, numbers: IndexNumbers): BatchEntries {
  const lists = createBatchLists()
  const positions: number[] = []
  const marks: number[] = []
  const keys: number[] = []
  const contents: bigint[] = []
  for (const event of events) {
    const { position } = event
    positions.push(position)
    // What is no JSON object has no attributes, but it is there and can be found by its time.
    const fields = eventFields(event.bytes) ?? noFields
    const hashed = contentHash(event.bytes)
    keys.push(eventIdKey(event.account, fields.eventId, hashed))
    contents.push(contentBits(hashed))
    lists.begin(
      numbers.scope(event.account, event.region, lookupCategory(fields.category)),
      lookupTimeMs(fields, event.acceptedAtMs),
      position,
    )
    const marked = addTerms(fields, (attribute, value) => {
      const term = numbers.term(attribute, value)
      lists.add(term)
      return markOf(term)
    })
    for (const attribute of markedAttributes) marks.push(marked[attribute])
  }
  return { marks: { positions, marks }, ids: idRun({ keys, positions, contents }), lists: lists.sorted() }
}

type Add = (attribute: IndexedAttribute, value: string) => number

/** Adds a term for each value; returns the marks, 0 where there is no value. */
function addTerms(fields: EventFields, add: Add): Record<MarkedAttribute, number> {
  const one = (attribute: IndexedAttribute, value: string | undefined): number => {
    return value === undefined ? 0 : add(attribute, value)
  }
  add('readOnly', fields.readOnly === undefined ? 'none' : String(fields.readOnly))
  const eventName = one('eventName', fields.eventName)
  one('eventSource', fields.eventSource)
  const username = one('username', fields.username)
  one('accessKeyId', fields.accessKeyId)
  one('errorCode', fields.errorCode)
  const sourceIp = one('sourceIp', fields.sourceIp)
  for (const resource of fields.resources) {
    one('resourceType', resource.type)
    one('resourceName', resource.name)
  }
  return { eventName, username, sourceIp }
}
