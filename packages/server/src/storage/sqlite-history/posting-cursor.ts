import type { FoundBlock, IndexReader } from './index-reader.ts'
import { comparePlaces, type Order, type Place } from './place-order.ts'
import type { PlaceStream } from './place-stream.ts'

/** What part of time a stream covers, both ends inclusive. */
export interface TimeSpan {
  readonly sinceMs: number
  readonly untilMs: number
}

/**
 * One list of the index as a stream, in either direction. It holds one block at a time and goes on from the last place
 * it gave, so that blocks may be added to, split and joined by the writer between two reads.
 */
export function createPostingCursor(
  reader: IndexReader,
  list: { readonly term: number; readonly scope: number },
  order: Order,
  span: TimeSpan,
): PlaceStream {
  let block: FoundBlock | undefined
  let index = 0
  let head: Place | undefined

  const isWithin = (time: number): boolean => time >= span.sinceMs && time <= span.untilMs

  const place = (at: number): Place | undefined => {
    const time = block?.times[at]
    const position = block?.positions[at]
    return time === undefined || position === undefined ? undefined : { time, position }
  }

  const settle = (at: number): boolean => {
    index = at
    const found = place(at)
    if (found === undefined) return false
    head = isWithin(found.time) ? found : undefined
    return true
  }

  /** Index of the first place of the block that is not before `target`, in ascending order. */
  const lowerBound = (target: Place): number => {
    let low = 0
    let high = block?.times.length ?? 0
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = place(middle)
      if (at !== undefined && comparePlaces('oldest', at, target) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Newest first: the last place at or before `target`. */
  const findDown = (target: Place): void => {
    if (block === undefined || comparePlaces('oldest', block.key, target) > 0) {
      block = reader.blockAt(list.term, list.scope, target)
    }
    const at = lowerBound(target)
    const isExact = compareAt(at, target) === 0
    if (!settle(isExact ? at : at - 1)) head = undefined
  }

  /** Oldest first: the first place at or after `target`. */
  const findUp = (target: Place): void => {
    const isInside = block !== undefined && comparePlaces('oldest', block.key, target) <= 0
    if (!isInside || compareAt((block?.times.length ?? 0) - 1, target) < 0) {
      block = reader.blockAt(list.term, list.scope, target)
    }
    if (block !== undefined && settle(lowerBound(target))) return
    block = reader.blockAfter(list.term, list.scope, target)
    if (!settle(0)) head = undefined
  }

  const compareAt = (at: number, target: Place): number => {
    const found = place(at)
    return found === undefined ? 1 : comparePlaces('oldest', found, target)
  }

  const find = order === 'newest' ? findDown : findUp
  find(
    order === 'newest'
      ? { time: span.untilMs, position: Number.MAX_SAFE_INTEGER }
      : { time: span.sinceMs, position: 0 },
  )

  return {
    get head() {
      return head
    },
    advance() {
      if (head === undefined) return
      const step = order === 'newest' ? -1 : 1
      const { time, position } = head
      if (settle(index + step)) return
      head = undefined
      // Of the places of one millisecond, positions are whole numbers: the neighbour is one away.
      find({ time, position: position + step })
    },
    seek(target) {
      if (head !== undefined && comparePlaces(order, head, target) < 0) find(target)
    },
  }
}
