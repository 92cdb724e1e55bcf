import { hash } from 'node:crypto'
import { type AuditEventErrorCode, afterEventData, beforeEventData, judgeAuditEvent } from '@cairn/core/audit-events'
import type { Catalog } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventFrame, EventLog } from '../../ports/event-log.ts'
import type { Channel } from './channel.ts'
import { type EventIdWords, eventIdOf } from './event-id.ts'
import { createIngestionStatuses, type IngestionStatus } from './ingestion-status.ts'
import { RecentIds } from './recent-ids.ts'
import { createRecentMark } from './recent-mark.ts'

/** One event as a source sends it. */
export interface AuditEventEntry {
  /** The sender's own, to find the entry in the answer. */
  readonly id: string
  /** JSON text of an object. */
  readonly eventData: string
  /** Base64 of the SHA-256 of `eventData`. */
  readonly eventDataChecksum?: string | undefined
}

export type AuditEventResult =
  | { readonly kind: 'taken'; readonly id: string; readonly eventId: string }
  | { readonly kind: 'refused'; readonly id: string; readonly code: AuditEventErrorCode; readonly message: string }

/** Takes events from outside into the log, for the stores of their channel and no other consumer. */
export interface AuditEvents {
  /**
   * Takes what is right of `entries` and says of each what became of it, in order. What is told as taken is durable.
   * An event that came lately is told as taken, with the id it had, and added no second time: callers retry.
   *
   * @throws Fault `log.full`, `log.overloaded`: nothing was taken
   */
  take(channel: Channel, entries: readonly AuditEventEntry[]): Promise<readonly AuditEventResult[]>
  status(channel: Channel['id']): IngestionStatus | undefined
  /** Knows again what came before the restart; to be awaited before the first `take`. */
  recall(): Promise<void>
  /** To be called every some seconds, and at the end. */
  save(): Promise<void>
}

export interface AuditEventsOptions {
  readonly log: EventLog
  readonly catalog: Catalog
  readonly clock: Clock
  /** Whether there is still such a channel. */
  exists(channel: Channel['id']): boolean
  readonly telemetry: {
    taken(facts: { readonly taken: number; readonly repeated: number; readonly refused: number }): void
  }
}

/** Half of it is remembered in any case: ten seconds at full load, days of what most channels bring. */
const recentIdsMax = 1_000_000

interface Fresh {
  readonly id: string
  readonly words: EventIdWords
  readonly eventTime: string
  /** Its `eventData` as it came, in UTF-8. */
  readonly data: Uint8Array
}

export function createAuditEvents({ log, catalog, clock, exists, telemetry }: AuditEventsOptions): AuditEvents {
  const recent = new RecentIds(recentIdsMax)
  const mark = createRecentMark({ log, catalog, clock })
  const statuses = createIngestionStatuses(catalog)
  /** On their way to the disk: a retry that overtakes its first attempt waits for it. */
  const underWay = new Map<string, Promise<void>>()

  async function append(channel: Channel, events: readonly Fresh[]): Promise<void> {
    await mark.ensure()
    await log.append(framesOf(channel, events, { acceptedAtMs: clock.nowMs(), catalogVersion: catalog.version }))
    for (const { words } of events) recent.add(words)
  }

  return {
    async take(channel, entries) {
      const fresh = new Map<string, Fresh>()
      const awaited = new Set<Promise<void>>()
      let repeated = 0
      const results: AuditEventResult[] = []
      for (const entry of entries) {
        const { id, eventData } = entry
        // Encoded once: judged, hashed and kept as these bytes.
        const named = Buffer.from(`${channel.id}\n${eventData}`)
        const data = named.subarray(channel.id.length + 1)
        const problem = checksumProblem(entry, data)
        const verdict = problem ?? judgeAuditEvent(eventData, data, channel.account)
        if (verdict.kind === 'invalid') {
          results.push({ kind: 'refused', id, code: verdict.code, message: verdict.message })
          continue
        }
        const { id: eventId, words } = eventIdOf(named)
        const sooner = underWay.get(eventId)
        if (sooner !== undefined) awaited.add(sooner)
        if (sooner !== undefined || fresh.has(eventId) || recent.has(words)) repeated++
        else fresh.set(eventId, { id: eventId, words, eventTime: verdict.eventTime, data })
        results.push({ kind: 'taken', id, eventId })
      }
      await takeFresh(channel, [...fresh.values()])
      // One that failed fails this call too: its sender comes again.
      await Promise.all(awaited)
      note(channel, results, repeated)
      return results
    },
    status: statuses.of,
    recall: () => mark.recall(recent),
    async save() {
      await mark.move()
      await statuses.save(exists)
    },
  }

  async function takeFresh(channel: Channel, events: readonly Fresh[]): Promise<void> {
    if (events.length === 0) return
    const appended = append(channel, events)
    for (const { id } of events) underWay.set(id, appended)
    try {
      await appended
    } finally {
      for (const { id } of events) underWay.delete(id)
    }
  }

  function note(channel: Channel, results: readonly AuditEventResult[], repeated: number): void {
    const lastTaken = results.findLast((result) => result.kind === 'taken')
    const lastRefused = results.findLast((result) => result.kind === 'refused')
    const nowMs = clock.nowMs()
    statuses.note(channel.id, {
      latestAttemptAtMs: nowMs,
      ...(lastTaken && {
        latestAttemptEventId: lastTaken.eventId,
        latestSuccessAtMs: nowMs,
        latestSuccessEventId: lastTaken.eventId,
      }),
      ...(lastRefused && { latestErrorCode: lastRefused.code }),
    })
    const refused = results.filter(({ kind }) => kind === 'refused').length
    telemetry.taken({ taken: results.length - refused - repeated, repeated, refused })
  }
}

/** One frame for each store that the channel leads to; all with the bytes of one buffer. */
function framesOf(
  channel: Channel,
  events: readonly Fresh[],
  accepted: Pick<EventFrame, 'acceptedAtMs' | 'catalogVersion'>,
): readonly EventFrame[] {
  const { arn: channelArn, account, region } = channel
  const ingestionTime = `${new Date(accepted.acceptedAtMs).toISOString().slice(0, 19)}Z`
  const audiences = channel.destinations.map((id) => ({ kind: 'store', id }) as const)
  const { acceptedAtMs, catalogVersion } = accepted
  const befores = events.map(({ id: eventId, eventTime }) =>
    beforeEventData({ eventId, eventTime, region, recipient: account, ingestionTime, channelArn }),
  )
  const around = befores.reduce((sum, before) => sum + before.length + afterEventData.length, 0)
  const all = Buffer.allocUnsafe(events.reduce((sum, { data }) => sum + data.length, around))
  const frames: EventFrame[] = []
  let end = 0
  for (const [index, { data }] of events.entries()) {
    const start = end
    end += all.write(befores[index] ?? '', end, 'latin1')
    all.set(data, end)
    end += data.length
    end += all.write(afterEventData, end, 'latin1')
    const bytes = all.subarray(start, end)
    for (const audience of audiences) {
      frames.push({ kind: 'event', source: 'channel', audience, account, region, acceptedAtMs, catalogVersion, bytes })
    }
  }
  return frames
}

/** @source CloudTrail Data API Reference, AuditEvent: the hash of eventData alone */
function checksumProblem({ eventDataChecksum: given }: AuditEventEntry, data: Uint8Array) {
  if (given === undefined || given === hash('sha256', data, 'base64')) return undefined
  return {
    kind: 'invalid',
    code: 'InvalidChecksum',
    message: 'eventDataChecksum is not the SHA-256 of eventData in base64.',
  } as const
}
