import { everything, type LookupQuery, parseLookup } from '@cairn/core/lookup'
import type { EventFrame, EventLog } from '@cairn/server/ports/event-log'
import {
  contentHash,
  type EntryPage,
  type EventPlace,
  type FoundEvent,
  type HistoryIndex,
  type SearchSummary,
} from '@cairn/server/ports/history-index'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventFrame, intentFrame } from '../fakes/frames.ts'

/** An index over a log of its own, and for durable ones the way to close it and open it again. */
export interface HistorySubject {
  readonly log: EventLog
  readonly history: HistoryIndex
  reopen?(): Promise<HistoryIndex>
}

/** Lets the index take in what the log holds beyond its cursor, as the runner does. */
export async function feed(log: EventLog, history: HistoryIndex, bytesMax = 1_000_000): Promise<void> {
  while (history.start() < log.bounds().end) await history.advance(log.bounds().end, bytesMax)
}

/** All that a search gives. */
export async function collect(
  history: HistoryIndex,
  query: Partial<LookupQuery>,
  more: { after?: FoundEvent; caller?: string; signal?: AbortSignal } = {},
): Promise<{ events: FoundEvent[]; summary: SearchSummary }> {
  const { after, caller = 'test', signal = new AbortController().signal } = more
  const search = { query: { ...everything, ...query }, caller, ...(after === undefined ? {} : { after }) }
  const events: FoundEvent[] = []
  let summary: SearchSummary | undefined
  for await (const part of history.search(search, signal)) {
    if (part.kind === 'events') events.push(...part.events)
    else summary = part.summary
  }
  if (summary === undefined) throw new Error('a search ends with a summary')
  return { events, summary }
}

/** A query from its JSON form. */
export function queryOf(body: object, nowMs = Date.parse('2026-01-01T00:00:00Z')): LookupQuery {
  const parsed = parseLookup(body, nowMs)
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('; '))
  return parsed.query
}

function recordFrame(record: Record<string, unknown>, given: Partial<EventFrame> = {}): EventFrame {
  return eventFrame({ text: JSON.stringify(record), ...given })
}

const alive = new AbortController().signal

const shownOf = ({ entries }: EntryPage): unknown[] => JSON.parse(`[${Buffer.from(entries)}]`)

const names = (events: readonly FoundEvent[]): (string | undefined)[] => events.map(({ fields }) => fields.eventName)

/** What every `HistoryIndex` promises. `create` makes an empty one over an empty log. */
export function registerHistoryIndexContract(name: string, create: () => Promise<HistorySubject>): void {
  describe(`history index contract: ${name}`, () => {
    let subject: HistorySubject
    beforeEach(async () => {
      subject = await create()
    })
    afterEach(async () => {
      await subject.history[Symbol.asyncDispose]()
      await subject.log[Symbol.asyncDispose]()
    })
    const append = async (...frames: (EventFrame | ReturnType<typeof intentFrame>)[]): Promise<void> => {
      await subject.log.append(frames)
      await feed(subject.log, subject.history)
    }

    it('finds nothing in an empty log, and says so', async () => {
      const { events, summary } = await collect(subject.history, {})
      expect(events).toEqual([])
      expect(summary).toMatchObject({ matched: 0, returned: 0, end: 'complete', isCaughtUp: true })
    })

    it('gives back the bytes that came in, with owner, time and fields', async () => {
      const text = '{"eventName":"A","eventTime":"2025-01-01T00:00:00Z","x":1.0,"x":12345678901234567890,"y":"\\u003d"}'
      await append(eventFrame({ text, account: '111111111111', region: 'eu-west-1' }))
      const [event] = (await collect(subject.history, {})).events
      expect(Buffer.from(event?.bytes ?? []).toString()).toBe(text)
      expect(event).toMatchObject({
        account: '111111111111',
        region: 'eu-west-1',
        timeMs: Date.parse('2025-01-01T00:00:00Z'),
        fields: { eventName: 'A' },
      })
    })

    it('orders by event time, not by arrival, and events of one moment by position', async () => {
      await append(
        recordFrame({ eventName: 'B', eventTime: '2025-01-02T00:00:00Z' }),
        recordFrame({ eventName: 'D', eventTime: '2025-01-03T00:00:00Z' }),
        recordFrame({ eventName: 'A', eventTime: '2025-01-01T00:00:00Z' }),
        recordFrame({ eventName: 'C', eventTime: '2025-01-02T00:00:00Z' }),
      )
      expect(names((await collect(subject.history, { order: 'newest' })).events)).toEqual(['D', 'C', 'B', 'A'])
      expect(names((await collect(subject.history, { order: 'oldest' })).events)).toEqual(['A', 'B', 'C', 'D'])
    })

    it('orders an event without a usable time by its acceptance', async () => {
      await append(
        recordFrame({ eventName: 'old', eventTime: '2025-01-01T00:00:00Z' }),
        recordFrame({ eventName: 'odd', eventTime: 'yesterday' }, { acceptedAtMs: Date.parse('2025-06-01') + 0.5 }),
      )
      expect(names((await collect(subject.history, {})).events)).toEqual(['odd', 'old'])
    })

    it('pages through everything once, in both orders', async () => {
      const frames = Array.from({ length: 23 }, (_, n) =>
        recordFrame({ eventName: `N${n}`, eventTime: `2025-01-01T00:00:0${Math.floor(n / 5)}Z` }),
      )
      await append(...frames)
      for (const order of ['newest', 'oldest'] as const) {
        const seen: (string | undefined)[] = []
        for (let after: FoundEvent | undefined; ; ) {
          const { events } = await collect(subject.history, { order, eventsMax: 4 }, after && { after })
          seen.push(...names(events))
          after = events.at(-1)
          if (after === undefined) break
        }
        const all = frames.map((_, n) => `N${n}`)
        expect(seen).toEqual(order === 'oldest' ? all : all.reverse())
      }
    })

    it('gives pages as LookupEvents shows them, alike when they are asked for again', async () => {
      const records = Array.from({ length: 10 }, (_, n) => ({
        eventID: `e-${n}`,
        eventName: `N${n % 2}`,
        eventTime: `2025-01-01T00:00:0${n}Z`,
        requestParameters: { n },
      }))
      await append(...records.map((record) => recordFrame(record)))
      const query = { ...queryOf({ where: [{ field: 'eventName', is: 'N1' }] }), eventsMax: 2 }
      const pages = async (): Promise<unknown[][]> => {
        const found: unknown[][] = []
        for (let after: EventPlace | undefined; ; ) {
          const page = await subject.history.page({ query, caller: 'test', ...(after && { after }) }, alive)
          found.push(shownOf(page))
          after = page.last
          if (after === undefined) return found
        }
      }
      const first = await pages()
      expect(first.flat()).toEqual(
        [9, 7, 5, 3, 1].map((n) =>
          expect.objectContaining({
            EventId: `e-${n}`,
            EventTime: Date.parse(`2025-01-01T00:00:0${n}Z`) / 1000,
            CloudTrailEvent: JSON.stringify(records[n]),
          }),
        ),
      )
      expect(first.map(({ length }) => length)).toEqual([2, 2, 1])
      expect(await pages()).toEqual(first)
      await append(recordFrame({ eventID: 'e-new', eventName: 'N1', eventTime: '2025-01-02T00:00:00Z' }))
      expect((await pages()).flat()).toEqual([expect.objectContaining({ EventId: 'e-new' }), ...first.flat()])
      // What was shown is asked for by something else.
      const byPath = queryOf({ where: [{ field: 'requestParameters.n', is: '7' }] })
      expect(shownOf(await subject.history.page({ query: byPath, caller: 'test' }, alive))).toEqual([
        expect.objectContaining({ EventId: 'e-7' }),
      ])
    })

    it('gives an empty page where nothing is found', async () => {
      const page = await subject.history.page({ query: everything, caller: 'test' }, alive)
      expect(page.entries).toHaveLength(0)
      expect(page.last).toBeUndefined()
    })

    it('does not search intents, nor what was accepted for one store alone', async () => {
      await append(
        intentFrame('i1'),
        recordFrame({ eventName: 'store' }, { audience: { kind: 'store', id: 's' } }),
        recordFrame({ eventName: 'import' }, { audience: { kind: 'history' } }),
      )
      expect(names((await collect(subject.history, {})).events)).toEqual(['import'])
      expect(subject.history.start()).toBe(subject.log.bounds().end)
    })

    it('takes in nothing behind the end that it is told, and nothing twice', async () => {
      const [, second] = await subject.log.append([recordFrame({ eventName: 'A' }), recordFrame({ eventName: 'B' })])
      const { end } = subject.log.bounds()
      await subject.history.advance(second ?? end)
      expect(subject.history.start()).toBe(second)
      expect(names((await collect(subject.history, {})).events)).toEqual(['A'])
      await subject.history.advance(end)
      await subject.history.advance(end)
      expect((await collect(subject.history, { counted: true })).summary.matched).toBe(2)
    })

    it('recognises an event by account, id and content, and one without id by its content', async () => {
      const bytes = Buffer.from('{"eventID":"e-1"}')
      const bare = Buffer.from('{"eventName":"Bare"}')
      await append(eventFrame({ bytes, account: '111111111111' }), eventFrame({ bytes: bare, account: '111111111111' }))
      const key = { account: '111111111111', eventId: 'e-1', contentHash: contentHash(bytes) }
      expect(
        await subject.history.recognise([
          key,
          { ...key, account: '222222222222' },
          { ...key, eventId: 'e-2' },
          { ...key, contentHash: contentHash(bare) },
          { ...key, eventId: undefined, contentHash: contentHash(bare) },
          { ...key, eventId: undefined },
        ]),
      ).toEqual(['same', 'new', 'new', 'other', 'same', 'new'])
    })

    it('narrows by account, region and category', async () => {
      await append(
        recordFrame({ eventName: 'A' }, { account: '111111111111', region: 'eu-west-1' }),
        recordFrame({ eventName: 'B', managementEvent: false }, { account: '111111111111', region: 'us-east-1' }),
        recordFrame({ eventName: 'C', eventCategory: 'Insight' }, { account: '222222222222', region: 'us-east-1' }),
      )
      const found = async (query: Partial<LookupQuery>) => names((await collect(subject.history, query)).events).sort()
      expect(await found({ accounts: ['111111111111'] })).toEqual(['A', 'B'])
      expect(await found({ regions: ['us-east-1'] })).toEqual(['B', 'C'])
      expect(await found({ categories: ['management'] })).toEqual(['A'])
      expect(await found({ categories: ['data', 'insight'], accounts: ['222222222222'] })).toEqual(['C'])
      expect(await found({ accounts: [] })).toEqual([])
    })

    it('counts all matches and groups them, however few are returned', async () => {
      await append(
        ...['x', 'y', 'x', 'x'].map((user, n) =>
          recordFrame({
            eventTime: `2025-01-01T0${n}:30:00Z`,
            userIdentity: { type: 'IAMUser', userName: user },
            ...(n === 2 ? { errorCode: 'Denied' } : {}),
          }),
        ),
      )
      const query = queryOf({ groupBy: ['username', 'errorCode', 'hour'], limit: 1 })
      const { events, summary } = await collect(subject.history, query)
      expect(events).toHaveLength(1)
      expect(summary).toMatchObject({ matched: 4, returned: 1 })
      expect(summary.groups).toEqual([
        {
          by: 'username',
          groups: [
            { value: 'x', count: 3 },
            { value: 'y', count: 1 },
          ],
          absent: 0,
          others: 0,
        },
        { by: 'errorCode', groups: [{ value: 'Denied', count: 1 }], absent: 3, others: 0 },
        {
          by: 'hour',
          groups: [0, 1, 2, 3].map((n) => ({ value: `2025-01-01T0${n}:00:00Z`, count: 1 })),
          absent: 0,
          others: 0,
        },
      ])
    })

    it('says that it is behind when the log holds more', async () => {
      await subject.log.append([recordFrame({ eventName: 'A' })])
      expect((await collect(subject.history, {})).summary.isCaughtUp).toBe(false)
      expect(subject.history.status().state).toBe('behind')
      await feed(subject.log, subject.history)
      expect((await collect(subject.history, {})).summary.isCaughtUp).toBe(true)
      expect(subject.history.status().state).toBe('indexed')
    })

    it('finds what is no JSON object by its time', async () => {
      await append(...['null', '[1]', '{"broken', ''].map((text) => eventFrame({ text })))
      const { events } = await collect(subject.history, {})
      expect(events.map(({ bytes }) => Buffer.from(bytes).toString()).sort()).toEqual(['', '[1]', 'null', '{"broken'])
    })

    it('throws the reason of an aborted search', async () => {
      await append(recordFrame({ eventName: 'A' }))
      const reason = new Error('gone')
      await expect(collect(subject.history, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    })

    it('goes on where it was after it is closed and opened again', async () => {
      if (subject.reopen === undefined) return
      await append(recordFrame({ eventName: 'A' }))
      await subject.history[Symbol.asyncDispose]()
      const history = await subject.reopen()
      subject = { ...subject, history }
      expect(history.start()).toBe(subject.log.bounds().end)
      await append(recordFrame({ eventName: 'B' }))
      expect(names((await collect(history, {})).events).sort()).toEqual(['A', 'B'])
    })
  })
}
