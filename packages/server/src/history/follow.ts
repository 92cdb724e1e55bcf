import { setImmediate as nextTurn } from 'node:timers/promises'
import { compileLookup, type LookupQuery, lookupEvent } from '@cairn/core/lookup'
import { readRecord } from '@cairn/core/record'
import type { EventLog, StoredFrame } from '../ports/event-log.ts'
import type { FoundEvent } from '../ports/history-index.ts'

export type FollowPart =
  | { readonly kind: 'events'; readonly events: readonly FoundEvent[] }
  /** The reader was so slow that retention took what it would have read next. */
  | { readonly kind: 'missed' }

export type FollowedLog = Pick<EventLog, 'read' | 'bounds' | 'after' | 'onAppend'>

/** Payload in memory for one reader. */
const readBytes = 512 * 1024

/** Records parsed between two turns of the main loop: about a millisecond. */
const parsedPerTurn = 100

/**
 * Events that match, as they come in from now on, until `signal` is aborted. Reads the log at the pace of its reader: one
 * who is slow falls behind, costs no more memory than any other, and finds everything when it catches up.
 */
export async function* follow(
  log: FollowedLog,
  query: LookupQuery,
  signal: AbortSignal,
): AsyncGenerator<FollowPart, void, undefined> {
  const matches = compileLookup(query)
  let wake = (): void => {}
  const stop = (): void => wake()
  const unsubscribe = log.onAppend(stop)
  signal.addEventListener('abort', stop, { once: true })
  let from = log.bounds().end
  try {
    while (!signal.aborted) {
      // Listen before looking, or an append between the two would go unnoticed.
      const news = new Promise<void>((resolve) => {
        wake = resolve
      })
      if (log.bounds().first > from) yield { kind: 'missed' }
      const frames = await log.read(from, readBytes)
      const last = frames.at(-1)
      if (last === undefined) {
        if (!signal.aborted) await news
        continue
      }
      const events = await matching(frames, matches)
      from = log.after(last.position)
      if (events.length > 0) yield { kind: 'events', events }
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', stop)
  }
}

async function matching(
  frames: readonly StoredFrame[],
  matches: ReturnType<typeof compileLookup>,
): Promise<readonly FoundEvent[]> {
  const events: FoundEvent[] = []
  for (const [index, frame] of frames.entries()) {
    if (index % parsedPerTurn === parsedPerTurn - 1) await nextTurn()
    if (frame.kind !== 'event' || frame.audience.kind === 'store') continue
    const event = lookupEvent(frame, readRecord(frame.bytes))
    if (!matches(event)) continue
    const { account, region, bytes, position } = frame
    events.push({ account, region, bytes, position, timeMs: event.timeMs, fields: event.fields })
  }
  return events
}
