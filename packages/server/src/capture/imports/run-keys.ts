import type { Position } from '../../ports/event-log.ts'
import type { Recognition } from '../../ports/history-index.ts'

/**
 * Keys of one generation: enough to let the index run two batches behind, few enough that the collector, which moves
 * them while they are young, does not hold up the main loop.
 */
const generationKeysMax = 16_384

/**
 * What this run has appended and the index may not know yet. Two generations: when the younger is full, the older is
 * forgotten, and for that the index must have caught up with it. So memory is bounded, an event is always in here or
 * in the index, and an index that falls behind slows the import down instead of being left alone.
 */
export class RunKeys {
  readonly #caughtUp: (end: Position) => Promise<void>
  #young = new Map<string, string>()
  #old = new Map<string, string>()
  /** Ends of what was appended, by the time each generation was closed. */
  #oldEnd: Position | undefined
  #youngEnd: Position | undefined

  /** `caughtUp` resolves when everything before a position is indexed. */
  constructor(caughtUp: (end: Position) => Promise<void>) {
    this.#caughtUp = caughtUp
  }

  /** Remembers `key` with its content and tells what was known of it; `new` means: it is remembered now. */
  note(key: string, content: string): Recognition {
    const before = this.#young.get(key) ?? this.#old.get(key)
    if (before === content) return 'same'
    this.#young.set(key, content)
    return before === undefined ? 'new' : 'other'
  }

  /** Tells that everything noted so far is durable before `end`. Resolves when more may be noted. */
  async appended(end: Position): Promise<void> {
    this.#youngEnd = end
    if (this.#young.size < generationKeysMax) return
    if (this.#oldEnd !== undefined) await this.#caughtUp(this.#oldEnd)
    this.#old = this.#young
    this.#oldEnd = this.#youngEnd
    this.#young = new Map()
  }

  /** For a plan, which appends nothing: forgets the older half when there is too much. */
  forgetOldest(): void {
    if (this.#young.size < generationKeysMax) return
    this.#old = this.#young
    this.#young = new Map()
  }
}
