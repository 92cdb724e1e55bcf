import serverPackage from '../../package.json' with { type: 'json' }
import type { Delivery, QueueStatus } from '../delivery/index.ts'
import type { Health, HealthReport } from '../health/index.ts'
import type { History } from '../history/index.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { PartUsage, StorageUpkeep } from '../ports/upkeep.ts'
import type { ReadBack, ReadBackReport } from '../read-back/index.ts'
import type { Trails } from '../trails/index.ts'

/** What the keeper of an installation asks of it. */
export interface Upkeep extends Pick<StorageUpkeep, 'check' | 'backUp'> {
  status(): Promise<Status>
}

export interface Status extends HealthReport {
  readonly version: string
  readonly accounts: readonly { readonly account: string; readonly trails: number }[]
  /** Entries of the event log: events, and announcements of changes. */
  readonly entries: number
  /** While the history is made anew: events that are in it again, and since when. */
  readonly historyRebuild?: { readonly events: number; readonly elapsedMs: number }
  /** Bytes of the entries as they were received. */
  readonly entryBytes: number
  readonly disk: readonly PartUsage[]
  /** Trails with events that are not delivered yet, the longest waiting first. */
  readonly deliveries: readonly QueueStatus[]
  /** What reading back what was delivered found, by trail. */
  readonly readBack: readonly ReadBackReport[]
  /** Disk of log, history and catalogue by entry; absent while there is none. */
  readonly diskBytesPerEntry?: number
}

/** Parts that do not grow with the events. */
const elsewhere: ReadonlySet<string> = new Set(['buckets', 'reserve'])

export function createUpkeep(options: {
  readonly storage: StorageUpkeep
  readonly log: EventLog
  readonly health: Health
  readonly history: Pick<History, 'status'>
  readonly trails: Pick<Trails, 'ofAccount'>
  readonly delivery: Pick<Delivery, 'queues'>
  readonly readBack: Pick<ReadBack, 'reports'>
  readonly accounts: readonly string[]
}): Upkeep {
  const { storage, log, health, history, trails, delivery, readBack, accounts } = options
  return {
    check: storage.check,
    backUp: storage.backUp,
    async status() {
      const { frames, payloadBytes } = log.usage()
      const disk = await storage.usage()
      const { rebuild } = history.status()
      const eventBytes = disk.reduce((sum, { part, bytes }) => (elsewhere.has(part) ? sum : sum + bytes), 0)
      return {
        version: serverPackage.version,
        ...health.report(),
        accounts: accounts.map((account) => ({ account, trails: trails.ofAccount(account).length })),
        entries: frames,
        entryBytes: payloadBytes,
        ...(rebuild && { historyRebuild: rebuild }),
        disk,
        deliveries: delivery.queues(),
        readBack: readBack.reports(),
        ...(frames > 0 && { diskBytesPerEntry: Math.round(eventBytes / frames) }),
      }
    },
  }
}
