import type { EventLog, Position, StoredFrame } from '../../packages/server/src/ports/event-log.ts'
import { createMemoryEventLog } from '../../packages/server/src/storage/memory/event-log.ts'

/** Bytes of an event, about what real ones have. */
const eventBytes = 1_000

/**
 * A log to which events come at a steady rate and which holds none of them: each is made when it is read, always the
 * same. So a day of events costs no memory but what their reader keeps.
 */
export function createVirtualLog(options: {
  readonly nowMs: () => number
  readonly eventsPerSecond: number
  readonly account: string
  readonly catalogVersion: number
}): EventLog & { readonly tick: () => void; readonly stop: () => void } {
  const { nowMs, eventsPerSecond, account, catalogVersion } = options
  const startMs = nowMs()
  const listeners = new Set<(end: Position) => void>()
  let stoppedAtMs: number | undefined
  const end = () => Math.floor((((stoppedAtMs ?? nowMs()) - startMs) / 1000) * eventsPerSecond)

  const template = JSON.stringify({
    eventTime: '@',
    eventID: '#',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    awsRegion: 'eu-west-1',
    readOnly: false,
    managementEvent: true,
    eventCategory: 'Management',
    userAgent: 'x'.repeat(eventBytes - 230),
  })

  function frame(position: number): StoredFrame {
    const acceptedAtMs = startMs + Math.floor((position / eventsPerSecond) * 1000)
    const eventTime = new Date(acceptedAtMs).toISOString().replace(/\.\d+/, '')
    return {
      kind: 'event',
      audience: { kind: 'live' },
      source: 'api',
      account,
      region: 'eu-west-1',
      catalogVersion,
      acceptedAtMs,
      position: position as Position,
      bytes: Buffer.from(template.replace('@', eventTime).replace('#', `e${position}`)),
    }
  }

  return {
    ...createMemoryEventLog(),
    async read(from, bytesMax) {
      const count = Math.min(end() - from, Math.max(1, Math.floor(bytesMax / eventBytes)))
      return Array.from({ length: Math.max(0, count) }, (_, index) => frame(from + index))
    },
    fetch: async (positions) => positions.map((position) => (position < end() ? frame(position) : undefined)),
    bounds: () => ({ first: 0 as Position, end: end() as Position }),
    onAppend(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Tells readers of what came since. */
    tick() {
      for (const listener of listeners) listener(end() as Position)
    },
    /** Nothing comes any more. */
    stop() {
      stoppedAtMs = nowMs()
    },
  }
}
