import { lookupCategory, lookupTimeMs, noFields } from '@cairn/core/lookup'
import { type EventFields, eventFields } from '@cairn/core/record'
import { contentHash } from '../../ports/history-index.ts'
import { contentBits, eventIdKey } from './event-id.ts'
import type { BatchedEvent } from './frame-batch.ts'
import type { IndexedId } from './id-run.ts'
import { type EventMarks, markedAttributes, markOf } from './marks.ts'
import type { PostingBlock } from './posting-block.ts'
import type { IndexedAttribute } from './term.ts'

/** What one batch adds to the index, sorted in the order of the tables: neighbours land on the same pages. */
export interface BatchEntries {
  readonly lists: readonly { readonly term: number; readonly scope: number; readonly places: PostingBlock }[]
  readonly marks: EventMarks
  readonly ids: readonly IndexedId[]
}

/** What the batch needs of the index: numbers for scopes and terms, which it may have to make up. */
export interface IndexNumbers {
  scope(account: string, region: string, category: string): number
  term(attribute: IndexedAttribute, value: string): number
}

/** Parses events, which ascend in position, and sorts what is to be found of them. */
export function batchEntries(events: Iterable<BatchedEvent>, numbers: IndexNumbers): BatchEntries {
  const lists = createLists()
  const positions: number[] = []
  const marks: number[] = []
  const ids: IndexedId[] = []
  for (const event of events) {
    const { position } = event
    positions.push(position)
    // What is no JSON object has no attributes, but it is there and can be found by its time.
    const fields = eventFields(event.bytes) ?? noFields
    const hashed = contentHash(event.bytes)
    ids.push({ key: eventIdKey(event.account, fields.eventId, hashed), position, content: contentBits(hashed) })
    lists.begin(
      numbers.scope(event.account, event.region, lookupCategory(fields.category)),
      lookupTimeMs(fields, event.acceptedAtMs),
      position,
    )
    addTerms(lists, fields, numbers)
    for (const attribute of markedAttributes) {
      const value = fields[attribute]
      marks.push(value === undefined ? 0 : markOf(numbers.term(attribute, value)))
    }
  }
  return {
    marks: { positions, marks },
    ids: ids.sort((a, b) => a.key - b.key || a.position - b.position),
    lists: lists.sorted(),
  }
}

function addTerms(lists: Lists, fields: EventFields, numbers: IndexNumbers): void {
  const add = (attribute: IndexedAttribute, value: string | undefined): void => {
    if (value !== undefined) lists.add(numbers.term(attribute, value))
  }
  add('readOnly', fields.readOnly === undefined ? 'none' : String(fields.readOnly))
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
}

interface Lists {
  /** The event that the following terms are of. */
  begin(scope: number, time: number, position: number): void
  add(term: number): void
  sorted(): BatchEntries['lists']
}

/** Gathers places by scope and term. */
function createLists(): Lists {
  const scopes = new Map<number, Map<number, PostingBlock>>()
  let terms = new Map<number, PostingBlock>()
  let time = 0
  let position = 0
  return {
    begin(scope, eventTime, eventPosition) {
      time = eventTime
      position = eventPosition
      terms = scopes.get(scope) ?? new Map<number, PostingBlock>()
      scopes.set(scope, terms)
    },
    add(term) {
      const places = terms.get(term)
      if (places === undefined) terms.set(term, { times: [time], positions: [position] })
      // Two resources of one type, or two values of one hash.
      else if (places.positions[places.positions.length - 1] !== position) {
        places.times.push(time)
        places.positions.push(position)
      }
    },
    sorted() {
      const lists: { term: number; scope: number; places: PostingBlock }[] = []
      for (const [scope, members] of scopes) {
        for (const [term, places] of members) lists.push({ term, scope, places: inOrder(places) })
      }
      return lists.sort((a, b) => a.term - b.term || a.scope - b.scope)
    },
  }
}

/** Places as gathered ascend in position; most of them in time, too. */
function inOrder(places: PostingBlock): PostingBlock {
  const { times, positions } = places
  let index = 1
  while (index < times.length && (times[index - 1] ?? 0) <= (times[index] ?? 0)) index += 1
  if (index >= times.length) return places
  const order = Array.from(times, (_, at) => at)
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  return { times: order.map((at) => times[at] ?? 0), positions: order.map((at) => positions[at] ?? 0) }
}
