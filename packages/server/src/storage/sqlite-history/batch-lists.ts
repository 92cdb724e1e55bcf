import type { PostingBlock } from './posting-block.ts'

/** The places that a batch adds to one list. */
export interface BatchList {
  readonly term: number
  readonly scope: number
  readonly places: PostingBlock
}

/** Gathers places by scope and term. */
export interface BatchLists {
  /** The event that the following terms are of. Positions ascend. */
  begin(scope: number, time: number, position: number): void
  add(term: number): void
  /** In ascending order of term and scope; each list is made when it is its turn. */
  sorted(): Generator<BatchList, void, undefined>
}

/** Ten terms for each of some seven thousand events. */
const entriesAtFirst = 1 << 16

/**
 * A batch has as many lists as a tenth of its entries, most of them with one place or two. Arrays for each would outlive
 * the young objects and leave tens of megabytes for the collector, so entries stand in columns until they are written.
 */
export function createBatchLists(): BatchLists {
  const scopes = new Map<number, Map<number, number>>()
  /** By number of the list. */
  const terms: number[] = []
  const scopeOf: number[] = []
  const lengths: number[] = []
  const lastEvents: number[] = []
  /** By number of the event. */
  const times: number[] = []
  const positions: number[] = []
  /** By number of the entry: which list, and which event. */
  let listOf = new Uint32Array(entriesAtFirst)
  let eventOf = new Uint32Array(entriesAtFirst)
  let entries = 0
  let scope = 0
  let listOfTerm = new Map<number, number>()

  const newList = (term: number): number => {
    listOfTerm.set(term, terms.length)
    lengths.push(0)
    lastEvents.push(-1)
    scopeOf.push(scope)
    return terms.push(term) - 1
  }

  /** Numbers of the events of all lists, one list after the other, and where each begins. */
  const grouped = () => {
    const starts = new Uint32Array(terms.length + 1)
    for (const [list, length] of lengths.entries()) starts[list + 1] = (starts[list] ?? 0) + length
    const next = starts.slice()
    const events = new Uint32Array(entries)
    for (let entry = 0; entry < entries; entry += 1) {
      const list = listOf[entry] ?? 0
      const at = next[list] ?? 0
      events[at] = eventOf[entry] ?? 0
      next[list] = at + 1
    }
    return { starts, events }
  }

  return {
    begin(eventScope, time, position) {
      scope = eventScope
      listOfTerm = scopes.get(scope) ?? new Map<number, number>()
      scopes.set(scope, listOfTerm)
      times.push(time)
      positions.push(position)
    },
    add(term) {
      const event = times.length - 1
      const list = listOfTerm.get(term) ?? newList(term)
      // Two resources of one type, or two values of one hash.
      if (lastEvents[list] === event) return
      lastEvents[list] = event
      lengths[list] = (lengths[list] ?? 0) + 1
      if (entries === listOf.length) {
        listOf = grown(listOf)
        eventOf = grown(eventOf)
      }
      listOf[entries] = list
      eventOf[entries] = event
      entries += 1
    },
    *sorted() {
      const { starts, events } = grouped()
      const order = terms.map((_, list) => list)
      order.sort((a, b) => (terms[a] ?? 0) - (terms[b] ?? 0) || (scopeOf[a] ?? 0) - (scopeOf[b] ?? 0))
      for (const list of order) {
        const places: PostingBlock = { times: [], positions: [] }
        for (const event of inOrder(events.subarray(starts[list], starts[list + 1]), times)) {
          places.times.push(times[event] ?? 0)
          places.positions.push(positions[event] ?? 0)
        }
        yield { term: terms[list] ?? 0, scope: scopeOf[list] ?? 0, places }
      }
    },
  }
}

/** Events as gathered ascend in position; most of them in time, too. */
function inOrder(events: Uint32Array, times: readonly number[]): Uint32Array {
  let index = 1
  while (index < events.length && (times[events[index - 1] ?? 0] ?? 0) <= (times[events[index] ?? 0] ?? 0)) index += 1
  if (index >= events.length) return events
  return events.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
}

function grown(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2)
  larger.set(column)
  return larger
}
