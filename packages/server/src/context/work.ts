import type { Expiration } from '../buckets/index.ts'
import type { Config } from '../config/index.ts'
import type { Delivery } from '../delivery/index.ts'
import type { History } from '../history/index.ts'
import type { Integrity } from '../integrity/index.ts'
import type { Kms } from '../kms/index.ts'
import type { AuditEvents } from '../lake/channels/index.ts'
import type { LakeQueries } from '../lake/queries/index.ts'
import type { EventDataStores } from '../lake/stores/index.ts'
import type { Lake } from '../lake/tables/index.ts'
import {
  applyRetention,
  type Consumer,
  every,
  type OpenIntents,
  type Recorder,
  releaseVersions,
  startRunner,
} from '../pipeline/index.ts'
import type { Storage } from '../profiles/storage.ts'
import type { Queues } from '../queues/index.ts'
import type { ReadBack } from '../read-back/index.ts'
import type { Telemetry } from '../telemetry/index.ts'

/** Segments end every few minutes at the most, so looking for what may go more often would find nothing. */
const upkeepMs = 10 * 60_000

/** Digests are in the bucket two seconds after their hour, so this is how often a boundary is looked for. */
const digestsMs = 500

/** Rules speak of days; a new rule is looked at within this time. */
const expirationMs = 60_000

/** How often it is looked whether a read-back is due. */
const readBackMs = 30_000

/** Keys are deleted and rotated, and event data stores removed, within seconds of their time. */
const removalsMs = 10_000

/** What was appended since the mark is read at the next start; at full load that is some hundred megabytes. */
const markMs = 10_000

/** Refused calls are counted by the minute; a count is written soon after its minute ended. */
const foldMs = 15_000

/** Starts what runs by itself: the consumers of the log, and what is due from time to time. */
export function startWork(options: {
  readonly config: Config
  readonly storage: Storage
  readonly history: History
  readonly delivery: Delivery
  readonly lake: Lake
  readonly openIntents: OpenIntents
  readonly recorder: Recorder
  readonly integrity: Integrity
  readonly readBack: ReadBack
  readonly queues: Queues
  readonly expiration: Expiration
  readonly kms: Kms
  readonly eventDataStores: EventDataStores
  readonly lakeQueries: LakeQueries
  readonly auditEvents: AuditEvents
  readonly telemetry: Telemetry['pipeline']
}): AsyncDisposable {
  const { history, delivery, lake, openIntents, recorder, auditEvents, telemetry } = options
  const { clock, ids, timer, catalog, log } = options.storage
  const work = new AsyncDisposableStack()
  const random = () => (ids.bytes(1)[0] ?? 0) / 256
  const feed = (consumer: Consumer) => work.use(startRunner({ log, timer, consumer, random, telemetry }))
  const repeat = (ms: number, run: () => unknown) =>
    work.use(every(ms, async () => void (await run()), { timer, onFailed: telemetry.scheduledFailed }))

  feed(history.consumer)
  work.use(delivery)
  feed(delivery.consumer)
  work.use(lake)
  feed(lake.consumer)

  const readers = [
    history.consumer,
    { start: delivery.needsFrom },
    { start: lake.needsFrom },
    { start: openIntents.mark },
  ]
  const { retention } = options.config.history
  if (retention !== undefined) {
    repeat(upkeepMs, () => applyRetention({ log, clock, consumers: readers, retentionMs: retention }))
  }
  repeat(upkeepMs, () => releaseVersions({ log, catalog, consumers: readers }))
  repeat(upkeepMs, () => options.lakeQueries.forget())
  repeat(digestsMs, () => options.integrity.run())
  repeat(readBackMs, () => options.readBack.runDue())
  repeat(expirationMs, () => options.expiration.runDue())
  repeat(removalsMs, () => options.kms.runDue())
  repeat(removalsMs, () => options.eventDataStores.removeDue())
  repeat(markMs, () => openIntents.moveMark())
  repeat(markMs, () => auditEvents.save())
  repeat(foldMs, () => options.queues.expire())
  repeat(foldMs, () => recorder.writeFolded())
  return work
}
