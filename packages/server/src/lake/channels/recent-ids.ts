import type { EventIdWords } from './event-id.ts'

/**
 * Remembers the newest ids, and forgets the oldest half of them at once when it is full.
 *
 * Sixteen bytes an id in flat tables: a set of strings takes six times that, and a million of them is what the retries
 * of a busy minute need.
 */
export class RecentIds {
  readonly #idsMax: number
  #newer = new IdTable()
  #older = new IdTable()

  /** At least half of `idsMax` are remembered, once so many came. */
  constructor(idsMax: number) {
    this.#idsMax = idsMax
  }

  has(words: EventIdWords): boolean {
    return this.#newer.has(words) || this.#older.has(words)
  }

  add(words: EventIdWords): void {
    if (this.#newer.size >= this.#idsMax / 2) {
      this.#older = this.#newer
      this.#newer = new IdTable()
    }
    this.#newer.add(words)
  }
}

const wordsPerId = 4
const slotsAtFirst = 1024

/** A hash table with open addressing. The ids are digests, so their first word is the hash. Never holds only zeros. */
class IdTable {
  size = 0
  #slots = new Uint32Array(slotsAtFirst * wordsPerId)

  has(words: EventIdWords): boolean {
    return this.#holds(this.#find(words))
  }

  add(words: EventIdWords): void {
    const at = this.#find(words)
    if (this.#holds(at)) return
    this.#slots.set(words, at)
    this.size++
    // Beyond two thirds the chains of taken slots grow long.
    if (this.size * wordsPerId * 3 > this.#slots.length * 2) this.#grow()
  }

  /** Where the id is, or the free slot where it belongs. */
  #find(words: EventIdWords): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = ((words[0] ?? 0) * wordsPerId) & mask
    while (this.#holds(at) && !isAt(slots, at, words)) at = (at + wordsPerId) & mask
    return at
  }

  #holds(at: number): boolean {
    // The version and variant bits of an id are in its second and third word.
    return this.#slots[at + 1] !== 0
  }

  #grow(): void {
    const before = this.#slots
    this.#slots = new Uint32Array(before.length * 2)
    for (let at = 0; at < before.length; at += wordsPerId) {
      if (before[at + 1] === 0) continue
      const words = before.subarray(at, at + wordsPerId)
      this.#slots.set(words, this.#find(words))
    }
  }
}

function isAt(slots: Uint32Array, at: number, words: EventIdWords): boolean {
  return (
    slots[at] === words[0] && slots[at + 1] === words[1] && slots[at + 2] === words[2] && slots[at + 3] === words[3]
  )
}
