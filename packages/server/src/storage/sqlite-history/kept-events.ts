import { type LookupEvent, lookupEntry } from '@cairn/core/lookup'
import type { BatchedEvent } from './frame-batch.ts'

/**
 * Events as pages show them, the least recently shown going first. What is asked for again and again, the newest above
 * all, is then neither inflated, parsed nor written anew.
 */
export interface KeptEvents {
  get(position: number): KeptEvent | undefined
  /** Writes an event, and keeps it when it was shown not long ago. */
  show(event: BatchedEvent, looked: LookupEvent): KeptEvent
  clear(): void
}

/** Its bytes are not kept, nor its record: conditions on paths cannot be verified on it. */
export interface KeptEvent extends BatchedEvent {
  readonly looked: LookupEvent
  /** {@link lookupEntry} */
  readonly entry: Buffer
}

export function isKept(event: BatchedEvent): event is KeptEvent {
  return 'entry' in event
}

/** What an event takes besides its entry, about. */
const overheadBytes = 1_024

/**
 * Positions remembered of events that were shown once. Most are not shown again soon; keeping them would make the
 * collector's work double.
 */
const shownOnceMax = 8_192

const noBytes = new Uint8Array(0)

export function createKeptEvents(bytesMax: number): KeptEvents {
  // A Map keeps insertion order: the first key is the one used least recently.
  const kept = new Map<number, KeptEvent>()
  let total = 0
  const shownOnce = new Set<number>()
  const isFirst = (position: number): boolean => {
    if (shownOnce.delete(position)) return false
    if (shownOnce.size >= shownOnceMax) shownOnce.clear()
    shownOnce.add(position)
    return true
  }
  return {
    get(position) {
      const known = kept.get(position)
      if (known !== undefined) {
        kept.delete(position)
        kept.set(position, known)
      }
      return known
    },
    show({ position, acceptedAtMs, account, region, bytes }, { timeMs, fields }) {
      const entry = Buffer.from(lookupEntry(fields, timeMs, bytes))
      const looked = { account, region, timeMs, fields, record: {} }
      const one = { position, acceptedAtMs, account, region, bytes: noBytes, looked, entry }
      if (kept.has(position) || isFirst(position)) return one
      kept.set(position, one)
      total += entry.length + overheadBytes
      for (const oldest of kept.values()) {
        if (total <= bytesMax) break
        kept.delete(oldest.position)
        total -= oldest.entry.length + overheadBytes
      }
      return one
    },
    clear() {
      shownOnce.clear()
      kept.clear()
      total = 0
    },
  }
}
