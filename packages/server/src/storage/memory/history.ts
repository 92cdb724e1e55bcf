import {
  compileLookup,
  createGroupCounter,
  type LookupEvent,
  lookupEntry,
  lookupTimeMs,
  noFields,
} from '@cairn/core/lookup'
import { type EventFields, eventFields } from '@cairn/core/record'
import type { EventLog, Position, StoredFrame } from '../../ports/event-log.ts'
import {
  contentHash,
  type EventKey,
  type HistoryIndex,
  type Search,
  type SearchPart,
} from '../../ports/history-index.ts'

/** A history that looks at every event: what the index must agree with, and enough for tests of what stands on it. */
export function createMemoryHistory(log: EventLog): HistoryIndex {
  const events: HeldEvent[] = []
  let cursor = log.bounds().first
  const nameOf = ({ account, eventId, contentHash: hash }: EventKey): string => {
    return [account, eventId ?? '', Buffer.from(hash).toString('hex')].join(' ')
  }
  return {
    start: () => cursor,
    async advance(end, bytesMax = Number.POSITIVE_INFINITY) {
      for (const frame of await log.read(cursor, bytesMax)) {
        if (frame.position >= end) return
        // Another call may have taken it while this one was reading.
        if (frame.position < cursor) continue
        if (frame.kind === 'event' && frame.audience.kind !== 'store') events.push(held(frame))
        cursor = log.after(frame.position)
      }
    },
    async *search(search, signal) {
      signal.throwIfAborted()
      yield* searchAll(events, search, cursor >= log.bounds().end)
    },
    async page(search, signal) {
      signal.throwIfAborted()
      const { query } = search
      const [part] = searchAll(events, { ...search, query: { ...query, eventsMax: query.eventsMax + 1 } }, true)
      const found = part?.kind === 'events' ? part.events : []
      const shown = found.slice(0, query.eventsMax)
      const entries = shown.map(({ fields, timeMs, bytes }) => lookupEntry(fields, timeMs, bytes))
      return { entries: Buffer.from(entries.join(',')), last: found.length > shown.length ? shown.at(-1) : undefined }
    },
    async recognise(keys) {
      const names = new Set<string>()
      for (const { account, fields, bytes } of events) {
        names.add(nameOf({ account, eventId: fields.eventId, contentHash: contentHash(bytes) }))
        if (fields.eventId !== undefined) names.add(`${account} ${fields.eventId}`)
      }
      return keys.map((key) => {
        if (names.has(nameOf(key))) return 'same'
        return names.has(`${key.account} ${key.eventId}`) ? 'other' : 'new'
      })
    },
    status: () => ({
      state: cursor < log.bounds().end ? 'behind' : 'indexed',
      indexedTo: cursor,
      acceptedTo: log.bounds().end,
      diskBytes: 0,
    }),
    async [Symbol.asyncDispose]() {},
  }
}

interface HeldEvent extends LookupEvent {
  readonly position: Position
  readonly bytes: Uint8Array
  readonly fields: EventFields
}

function held(frame: StoredFrame): HeldEvent {
  const { account, region, position, bytes } = frame
  const fields = eventFields(bytes) ?? noFields
  let record: object
  try {
    record = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    record = {}
  }
  return { account, region, position, bytes, fields, record, timeMs: lookupTimeMs(fields, frame.acceptedAtMs) }
}

function* searchAll(
  events: readonly HeldEvent[],
  { query, after }: Search,
  isCaughtUp: boolean,
): Generator<SearchPart> {
  const direction = query.order === 'oldest' ? 1 : -1
  const compare = (a: { timeMs: number; position: number }, b: { timeMs: number; position: number }) =>
    direction * (a.timeMs - b.timeMs || a.position - b.position)
  const matching = events
    .filter(compileLookup(query))
    .filter((event) => after === undefined || compare(after, event) < 0)
    .sort(compare)
  const returned = matching.slice(0, query.eventsMax)
  const isCounting = query.counted || query.groupings.length > 0
  const counted = isCounting ? matching : returned
  const counters = query.groupings.map(createGroupCounter)
  for (const event of counted) for (const counter of counters) counter.add(event)
  if (returned.length > 0) yield { kind: 'events', events: returned.map(({ record: _, ...event }) => event) }
  yield {
    kind: 'summary',
    summary: {
      matched: counted.length,
      returned: returned.length,
      examined: events.length,
      examinedBytes: events.reduce((sum, { bytes }) => sum + bytes.length, 0),
      plan: 'time',
      end: (isCounting ? counted.length > returned.length : returned.length === query.eventsMax) ? 'limit' : 'complete',
      groups: counters.map((counter) => counter.counts(1_000)),
      tookMs: 0,
      isCaughtUp,
    },
  }
}
