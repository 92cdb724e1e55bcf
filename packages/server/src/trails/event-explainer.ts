import { everything } from '@cairn/core/lookup'
import { attributeCondition, type History } from '../history/index.ts'
import type { Catalog, CatalogReader } from '../ports/catalog.ts'
import type { EventLog, StoredFrame } from '../ports/event-log.ts'
import type { FoundEvent } from '../ports/history-index.ts'
import { explainTrail, type TrailExplanation } from './explain-trail.ts'
import type { Trail } from './trail.ts'
import { type TrailEvent, trailEvent } from './trail-event.ts'
import { trailsOfAccount } from './trails.ts'

export interface ExplainedEvent {
  readonly eventId: string
  readonly eventName: string
  readonly eventSource: string
  readonly category: string
  readonly account: string
  readonly region: string
  readonly time: string
  /** `now` when the trails of its time are no longer kept, so that those of today were asked. */
  readonly asOf: 'then' | 'now'
  readonly trails: readonly TrailExplanation[]
}

export interface EventExplainer {
  /**
   * Every event with this id (an import may bring a second one), held against the trails of its account as they were
   * when it was accepted, or against those that are called `trail`: a name or an ARN.
   */
  explain(
    question: { readonly eventId: string; readonly trail?: string },
    signal: AbortSignal,
  ): Promise<readonly ExplainedEvent[]>
}

/** An id is an event's own; more of them than this are imported rubbish. */
const eventsMax = 16

export function createEventExplainer(options: {
  readonly history: Pick<History, 'search'>
  readonly log: Pick<EventLog, 'fetch'>
  readonly catalog: Catalog
}): EventExplainer {
  const { history, log, catalog } = options

  async function find(eventId: string, signal: AbortSignal): Promise<readonly FoundEvent[]> {
    const query = { ...everything, conditions: [attributeCondition('EventId', eventId)], eventsMax }
    const found: FoundEvent[] = []
    for await (const part of history.search(query, 'operator', signal)) {
      if (part.kind === 'events') found.push(...part.events)
    }
    return found
  }

  return {
    async explain({ eventId, trail: wanted }, signal) {
      const found = await find(eventId, signal)
      const frames = await log.fetch(found.map(({ position }) => position))
      return found.flatMap((event, index) => {
        const frame = frames[index]
        return frame?.kind === 'event' ? [explainFrame(event, frame, wanted)] : []
      })
    },
  }

  function explainFrame(
    { fields, timeMs }: FoundEvent,
    frame: StoredFrame & { readonly kind: 'event' },
    wanted: string | undefined,
  ): ExplainedEvent {
    const { account, region, catalogVersion, catalogVersionAfter = catalogVersion } = frame
    const event = trailEvent(frame, JSON.parse(new TextDecoder().decode(frame.bytes)))
    const before = catalog.at(catalogVersion)
    const after = catalog.at(catalogVersionAfter)
    const readers = before && after ? [before, after] : [catalog]
    return {
      eventId: fields.eventId ?? '',
      eventName: fields.eventName ?? '',
      eventSource: fields.eventSource ?? '',
      category: fields.category,
      account,
      region,
      time: new Date(timeMs).toISOString(),
      asOf: before && after ? 'then' : 'now',
      trails: explainTrails(readers, event, { wanted, isLive: frame.audience.kind === 'live' }),
    }
  }

  function explainTrails(
    readers: readonly CatalogReader[],
    event: TrailEvent,
    { wanted, isLive }: { readonly wanted: string | undefined; readonly isLive: boolean },
  ): readonly TrailExplanation[] {
    const account = wanted === undefined ? event.account : (accountOfArn(wanted) ?? event.account)
    const isWanted = ({ arn, name }: Trail) => wanted === undefined || arn === wanted || name === wanted
    const explained = new Map<string, TrailExplanation>()
    for (const trail of readers.flatMap((reader) => trailsOfAccount(reader, account)).filter(isWanted)) {
      // Either version may select the event: the one that does is the answer.
      if (explained.get(trail.arn)?.isSelected !== true) explained.set(trail.arn, explainTrail(trail, event, isLive))
    }
    if (explained.size > 0 || wanted === undefined) return [...explained.values()]
    return trailsOfAccount(catalog, account)
      .filter(isWanted)
      .map(({ arn, name }) => ({
        trail: arn,
        name,
        isSelected: false,
        obstacles: ['the trail did not exist yet when the event was accepted'],
        selectors: [],
      }))
  }
}

function accountOfArn(text: string): string | undefined {
  return /^arn:[^:]+:cloudtrail:[^:]*:(\d{12}):/.exec(text)?.[1]
}
