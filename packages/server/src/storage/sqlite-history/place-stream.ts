import { comparePlaces, type Order, type Place } from './place-order.ts'

/** Places in the order of a search, none twice. */
export interface PlaceStream {
  /** The current place; `undefined` at the end. */
  readonly head: Place | undefined
  /** Moves behind the current place. */
  advance(): void
  /** Moves to the first place that is not before `place` in the order. */
  seek(place: Place): void
}

/** All places of `streams`, merged. */
export function unionOf(order: Order, streams: readonly PlaceStream[]): PlaceStream {
  if (streams.length === 1 && streams[0] !== undefined) return streams[0]
  /** Binary heap of streams that are not at their end, the one with the earliest head at its root. */
  const heap: PlaceStream[] = []
  const isBefore = (a: PlaceStream | undefined, b: PlaceStream | undefined): boolean =>
    a?.head !== undefined && b?.head !== undefined && comparePlaces(order, a.head, b.head) < 0
  const swap = (i: number, j: number): void => {
    const [a, b] = [heap[i], heap[j]]
    if (a !== undefined && b !== undefined) [heap[i], heap[j]] = [b, a]
  }
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      const left = at * 2 + 1
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left
      if (!isBefore(heap[child], heap[at])) return
      swap(child, at)
      at = child
    }
  }
  /** Puts the root in its place after it moved. */
  const settle = (): void => {
    if (heap[0]?.head === undefined) {
      const last = heap.pop()
      if (heap.length > 0 && last !== undefined) heap[0] = last
    }
    sink(0)
  }
  for (const stream of streams) if (stream.head !== undefined) heap.push(stream)
  for (let at = Math.floor(heap.length / 2) - 1; at >= 0; at -= 1) sink(at)
  const moveRootsUntil = (isDone: (head: Place) => boolean, move: (root: PlaceStream) => void): void => {
    for (let root = heap[0]; root?.head !== undefined && !isDone(root.head); root = heap[0]) {
      move(root)
      settle()
    }
  }
  return {
    get head() {
      return heap[0]?.head
    },
    advance() {
      const current = heap[0]?.head
      if (current === undefined) return
      // Several lists may name the same event: all of them move on.
      moveRootsUntil(
        (head) => comparePlaces(order, head, current) !== 0,
        (root) => root.advance(),
      )
    },
    seek(place) {
      moveRootsUntil(
        (head) => comparePlaces(order, head, place) >= 0,
        (root) => root.seek(place),
      )
    },
  }
}

/** The places that all of `streams` hold. The first one leads: hand in the shortest first. */
export function intersectionOf(order: Order, streams: readonly PlaceStream[]): PlaceStream & Stepping {
  const [lead, ...others] = streams
  if (lead === undefined) return { head: undefined, advance() {}, seek() {}, isSettled: true, settle() {} }
  let isSettled = others.length === 0
  return {
    get isSettled() {
      return isSettled
    },
    settle(stepsMax) {
      for (let step = 0; step < stepsMax && !isSettled; step += 1) {
        const target = lead.head
        const ahead = target === undefined ? undefined : others.find((other) => isAhead(order, other, target))
        if (target === undefined || ahead === undefined) isSettled = true
        else if (ahead.head === undefined) {
          // One list is at its end: nothing further can be in all of them.
          while (lead.head !== undefined) lead.seek(endOf(order))
          isSettled = true
        } else lead.seek(ahead.head)
      }
    },
    get head() {
      return isSettled ? lead.head : undefined
    },
    advance() {
      lead.advance()
      isSettled = others.length === 0
    },
    seek(place) {
      lead.seek(place)
      isSettled = others.length === 0
    },
  }
}

/** A stream that may need many steps to find its next place, so that its caller can pause between them. */
export interface Stepping {
  /** Whether `head` is known. */
  readonly isSettled: boolean
  settle(stepsMax: number): void
}

/** Moves `stream` up to `target`; whether it then stands behind it. */
function isAhead(order: Order, stream: PlaceStream, target: Place): boolean {
  stream.seek(target)
  return stream.head === undefined || comparePlaces(order, stream.head, target) > 0
}

/** Behind every place in the order. */
function endOf(order: Order): Place {
  return order === 'oldest'
    ? { time: Number.MAX_SAFE_INTEGER, position: Number.MAX_SAFE_INTEGER }
    : { time: -1, position: -1 }
}
