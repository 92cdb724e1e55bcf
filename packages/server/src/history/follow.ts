import { setImmediate as nextTurn } from 'node:timers/promises'
import { compileLookup, type LookupQuery, lookupEvent } from '@cairn/core/lookup'
import type { EventFrame, Position, StoredFrame } from '../ports/event-log.ts'
import type { FoundEvent } from '../ports/history-index.ts'

export type FollowPart =
  | { readonly kind: 'events'; readonly events: readonly FoundEvent[] }
  /** The reader was too slow: so many that match were left out. They can be looked up. */
  | { readonly kind: 'skipped'; readonly count: number }

/** Hands new events to those who follow them. */
export interface Followers {
  /** Whether anybody follows: if not, nothing needs to be offered. */
  isAny(): boolean
  /** Called with every batch once it is indexed. */
  offer(frames: readonly StoredFrame[]): Promise<void>
  /** Events from position `from` on that match, in the order they came in, until `signal` is aborted. */
  follow(query: LookupQuery, from: Position, signal: AbortSignal): AsyncGenerator<FollowPart, void, undefined>
}

/** Events that wait for a slow reader. */
const waitingMax = 5_000

/** Records parsed between two turns of the main loop: about a millisecond. */
const parsedPerTurn = 100

interface Follower {
  readonly matches: ReturnType<typeof compileLookup>
  /** Frames before it are old: an index that is rebuilt sees them again. */
  next: number
  waiting: FoundEvent[]
  skipped: number
  wake(): void
}

export function createFollowers(): Followers {
  const followers = new Set<Follower>()

  const offerTo = (follower: Follower, frame: EventFrame & { readonly position: Position }): void => {
    if (frame.position < follower.next) return
    follower.next = frame.position + 1
    const event = lookupEvent(frame, parsed(frame.bytes))
    if (!follower.matches(event)) return
    const { account, region, bytes, position } = frame
    if (follower.waiting.length >= waitingMax) follower.skipped += 1
    else follower.waiting.push({ account, region, bytes, position, timeMs: event.timeMs, fields: event.fields })
    follower.wake()
  }

  return {
    isAny: () => followers.size > 0,
    async offer(frames) {
      let count = 0
      for (const frame of frames) {
        if (followers.size === 0) return
        if (frame.kind !== 'event' || frame.audience.kind === 'store') continue
        for (const follower of followers) offerTo(follower, frame)
        count += 1
        if (count % parsedPerTurn === 0) await nextTurn()
      }
    },
    async *follow(query, from, signal) {
      let { promise, resolve } = Promise.withResolvers<void>()
      const follower: Follower = {
        matches: compileLookup(query),
        next: from,
        waiting: [],
        skipped: 0,
        wake: () => resolve(),
      }
      const stop = (): void => resolve()
      signal.addEventListener('abort', stop, { once: true })
      followers.add(follower)
      try {
        while (!signal.aborted) {
          await promise
          ;({ promise, resolve } = Promise.withResolvers<void>())
          const { waiting: events, skipped: count } = follower
          follower.waiting = []
          follower.skipped = 0
          if (events.length > 0) yield { kind: 'events', events }
          if (count > 0) yield { kind: 'skipped', count }
        }
      } finally {
        followers.delete(follower)
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

function parsed(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const record: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof record === 'object' && record !== null && !Array.isArray(record)
      ? (record as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
