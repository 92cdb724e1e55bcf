import { lookupCategory, lookupTimeMs, noFields } from '@cairn/core/lookup'
import { type EventFields, eventFields } from '@cairn/core/record'
import { contentHash } from '../../ports/history-index.ts'
import { contentBits, eventIdKey } from './event-id.ts'
import { batchedEvents, type FrameBatch } from './frame-batch.ts'
import { type EventMarks, markedAttributes, markOf } from './marks.ts'
import type { PostingBlock } from './posting-block.ts'
import type { IndexedAttribute } from './term.ts'

/** What one batch adds to the index, sorted in the order of the tables: neighbours land on the same pages. */
export interface BatchEntries {
  readonly lists: readonly { readonly term: number; readonly scope: number; readonly places: PostingBlock }[]
  readonly marks: readonly EventMarks[]
  readonly ids: readonly { readonly key: number; readonly position: number; readonly content: bigint }[]
}

/** What the batch needs of the index: numbers for scopes and terms, which it may have to make up. */
export interface IndexNumbers {
  scope(account: string, region: string, category: string): number
  term(attribute: IndexedAttribute, value: string): number
}

/** Parses the events of a batch and sorts what is to be found of them. */
export function batchEntries(batch: FrameBatch, numbers: IndexNumbers): BatchEntries {
  const lists = new Map<number, Map<number, { time: number; position: number }[]>>()
  const marks: EventMarks[] = []
  const ids: { key: number; position: number; content: bigint }[] = []
  for (const event of batchedEvents(batch)) {
    // What is no JSON object has no attributes, but it is there and can be found by its time.
    const fields = eventFields(event.bytes) ?? noFields
    const content = contentHash(event.bytes)
    ids.push({
      key: eventIdKey(event.account, fields.eventId, content),
      position: event.position,
      content: contentBits(content),
    })
    marks.push({ position: event.position, marks: marksOf(fields, numbers) })
    const place = { time: lookupTimeMs(fields, event.acceptedAtMs), position: event.position }
    const scope = numbers.scope(event.account, event.region, lookupCategory(fields.category))
    for (const term of eventTerms(fields, numbers)) {
      const scopes = lists.get(term) ?? new Map<number, { time: number; position: number }[]>()
      const places = scopes.get(scope)
      if (places !== undefined) {
        places.push(place)
        continue
      }
      scopes.set(scope, [place])
      lists.set(term, scopes)
    }
  }
  return {
    marks,
    ids: ids.sort((a, b) => a.key - b.key || a.position - b.position),
    lists: [...lists]
      .sort(([a], [b]) => a - b)
      .flatMap(([term, scopes]) =>
        [...scopes].sort(([a], [b]) => a - b).map(([scope, places]) => ({ term, scope, places: sorted(places) })),
      ),
  }
}

function eventTerms(fields: EventFields, numbers: IndexNumbers): Set<number> {
  const terms = new Set([numbers.term('readOnly', fields.readOnly === undefined ? 'none' : String(fields.readOnly))])
  const add = (attribute: IndexedAttribute, value: string | undefined): void => {
    if (value !== undefined) terms.add(numbers.term(attribute, value))
  }
  add('eventName', fields.eventName)
  add('eventSource', fields.eventSource)
  add('username', fields.username)
  add('accessKeyId', fields.accessKeyId)
  add('errorCode', fields.errorCode)
  add('sourceIp', fields.sourceIp)
  for (const resource of fields.resources) {
    add('resourceType', resource.type)
    add('resourceName', resource.name)
  }
  return terms
}

function marksOf(fields: EventFields, numbers: IndexNumbers): number[] {
  return markedAttributes.map((attribute) => {
    const value = fields[attribute]
    return value === undefined ? 0 : markOf(numbers.term(attribute, value))
  })
}

function sorted(places: { time: number; position: number }[]): PostingBlock {
  places.sort((a, b) => a.time - b.time || a.position - b.position)
  return { times: places.map(({ time }) => time), positions: places.map(({ position }) => position) }
}
