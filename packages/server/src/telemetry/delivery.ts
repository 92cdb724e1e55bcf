import { Counter, Gauge } from 'prom-client'
import { describeError, type Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

interface WatchedQueue {
  /** ARN. */
  readonly trail: string
  readonly bucket: string
  readonly events: number
  readonly ageMs: number
  readonly isFailing: boolean
}

/** What delivery says. Names of trails are for the operator; open metrics tell of all of them together. */
export function deliveryFacts(logger: Logger, { registry, named }: Pick<Metrics, 'registry' | 'named'>) {
  const registers = [registry]
  const files = new Counter({
    name: 'cairn_delivery_files_total',
    help: 'Log files delivered; "found" were there already, after an answer was lost.',
    labelNames: ['outcome'],
    registers,
  })
  const events = new Counter({ name: 'cairn_delivery_events_total', help: 'Events delivered.', registers })
  const bytes = new Counter({
    name: 'cairn_delivery_bytes_total',
    help: 'Bytes of delivered log files, before compression.',
    registers,
  })
  const failures = new Counter({
    name: 'cairn_delivery_failures_total',
    help: 'Attempts to deliver that failed; each is tried again.',
    registers,
  })
  const missing = new Counter({
    name: 'cairn_delivery_events_missing_total',
    help: 'Selected events that the log no longer has.',
    registers,
  })
  const givenUp = new Counter({
    name: 'cairn_delivery_events_given_up_total',
    help: 'Selected events of deleted trails whose bucket is gone too: nobody can receive them.',
    registers,
  })
  const notRoutable = new Counter({
    name: 'cairn_delivery_not_routable_total',
    help: 'Events that are no JSON object: no trail can select them.',
    registers,
  })
  return {
    fileDelivered(facts: {
      readonly trail: string
      readonly key: string
      readonly events: number
      readonly bytes: number
      readonly compressedBytes: number
      readonly outcome: 'written' | 'found'
    }) {
      files.inc({ outcome: facts.outcome })
      events.inc(facts.events)
      bytes.inc(facts.bytes)
      logger.debug(facts, 'log file delivered')
    },
    deliveryFailed(facts: { readonly trail: string; readonly error: unknown; readonly retryInMs: number }) {
      failures.inc()
      const { error, ...rest } = facts
      logger.error({ ...rest, ...describeError(error) }, 'delivery failed')
    },
    deliveryGivenUp(facts: { readonly trail: string; readonly bucket: string; readonly events: number }) {
      givenUp.inc(facts.events)
      logger.warn(facts, 'delivery given up: the trail is deleted, and its bucket is gone or refused for 30 days')
    },
    deliveryResumed: (facts: { readonly trail: string }) => logger.info(facts, 'delivery resumed'),
    eventsMissing(facts: { readonly trail: string; readonly events: number }) {
      missing.inc(facts.events)
      logger.error(facts, 'events to deliver are gone from the log')
    },
    notRoutable(facts: { readonly position: number }) {
      notRoutable.inc()
      logger.warn(facts, 'event is no JSON object: delivered nowhere')
    },
    commitFailed: (error: unknown) => logger.error(describeError(error), 'delivery plan not written'),
    /** From now on the metrics show what waits. */
    watchQueues(queues: () => readonly WatchedQueue[]) {
      const gauge = (name: string, help: string, value: () => number) =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(value())
          },
        })
      gauge('cairn_delivery_queue_events', 'Events selected and not delivered, of all trails.', () =>
        queues().reduce((sum, queue) => sum + queue.events, 0),
      )
      gauge('cairn_delivery_queue_age_seconds', 'Age of the oldest event that waits to be delivered.', () =>
        Math.max(0, ...queues().map(({ ageMs }) => ageMs / 1000)),
      )
      gauge(
        'cairn_delivery_failing_trails',
        'Trails whose last attempt to deliver failed.',
        () => queues().filter(({ isFailing }) => isFailing).length,
      )
      const ofEach = (name: string, help: string, value: (queue: WatchedQueue) => number) =>
        new Gauge({
          name,
          help,
          labelNames: ['trail', 'bucket'],
          registers: [named],
          collect() {
            // A queue that is empty, or whose trail is gone, has no line any more.
            this.reset()
            for (const queue of queues()) this.set({ trail: queue.trail, bucket: queue.bucket }, value(queue))
          },
        })
      ofEach(
        'cairn_delivery_trail_queue_events',
        'Events of a trail selected and not delivered.',
        ({ events }) => events,
      )
      ofEach(
        'cairn_delivery_trail_queue_age_seconds',
        'Age of the oldest event of a trail that waits to be delivered.',
        ({ ageMs }) => ageMs / 1000,
      )
      ofEach(
        'cairn_delivery_trail_failing',
        '1 while the last attempt of a trail to deliver failed.',
        ({ isFailing }) => (isFailing ? 1 : 0),
      )
    },
  }
}
