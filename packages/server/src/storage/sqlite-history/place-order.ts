/** Where an event stands in time; `position` tells events of one millisecond apart. */
export interface Place {
  readonly time: number
  readonly position: number
}

/** The order a search goes in: `newest` first is descending. */
export type Order = 'newest' | 'oldest'

/** Negative when `a` comes before `b` in `order`. */
export function comparePlaces(order: Order, a: Place, b: Place): number {
  const ascending = a.time - b.time || a.position - b.position
  return order === 'oldest' ? ascending : -ascending
}
