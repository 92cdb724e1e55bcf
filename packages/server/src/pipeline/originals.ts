import { everything } from '@cairn/core/lookup'
import { contextField, readOriginal } from '@cairn/core/record'
import { attributeCondition, type History } from '../history/index.ts'
import type { EventLog, Position } from '../ports/event-log.ts'

/** Gives back what records had to leave out because of its size. */
export interface Originals {
  /**
   * For each event of this id (an import may bring a second one) what stands behind its record: JSON texts
   * `{"field":"requestParameters","sha256":"<hex of content>","content":{…}}` as they were stored, none when the record
   * is whole. `undefined` when no event has the id.
   */
  of(eventId: string, signal: AbortSignal): Promise<readonly Uint8Array[] | undefined>
}

/** An id is an event's own; more of them than this are imported rubbish. */
const eventsMax = 16

/** An event and, usually, all that follows it; more is read when it is not enough. */
const readBytesMax = 1024 * 1024

export function createOriginals({
  history,
  log,
}: {
  readonly history: Pick<History, 'search'>
  readonly log: Pick<EventLog, 'read' | 'after'>
}): Originals {
  /** Frames of one call stand together: originals follow their event, and end where another frame begins. */
  async function behind(event: Position, eventId: string): Promise<readonly Uint8Array[]> {
    const originals: Uint8Array[] = []
    for (let from = log.after(event); ; ) {
      const frames = await log.read(from, readBytesMax)
      for (const frame of frames) {
        if (frame.kind !== 'original' || frame.eventId !== eventId) return originals
        // A record never held it: it is for event data stores.
        if (readOriginal(frame.bytes).field !== contextField) originals.push(frame.bytes)
        from = log.after(frame.position)
      }
      if (frames.length === 0) return originals
    }
  }

  return {
    async of(eventId, signal) {
      const query = { ...everything, conditions: [attributeCondition('EventId', eventId)], eventsMax }
      const found: Position[] = []
      for await (const part of history.search(query, 'operator', signal)) {
        if (part.kind === 'events') found.push(...part.events.map(({ position }) => position))
      }
      if (found.length === 0) return undefined
      return (await Promise.all(found.map((position) => behind(position, eventId)))).flat()
    },
  }
}
