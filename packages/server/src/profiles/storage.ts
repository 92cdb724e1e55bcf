import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeliveryPlan } from '../ports/delivery-plan.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { HistoryIndex } from '../ports/history-index.ts'
import type { Ids } from '../ports/ids.ts'
import type { KeyVault } from '../ports/key-vault.ts'
import type { LakeEngine } from '../ports/lake-engine.ts'
import type { LakeFiles } from '../ports/lake-files.ts'
import type { LakeResults } from '../ports/lake-results.ts'
import type { MarkSet } from '../ports/mark-set.ts'
import type { VersionedObjectStore } from '../ports/object-store.ts'
import type { Timer } from '../ports/timer.ts'
import type { StorageUpkeep } from '../ports/upkeep.ts'

/** The adapters of one installation. Disposed in the reverse order of opening. */
export interface Storage {
  /** For events, deliveries, digests and schedules. */
  readonly clock: Clock
  /** The machine's, for signatures and sessions: others compare theirs with it. */
  readonly machineClock: Clock
  readonly ids: Ids
  readonly timer: Timer
  readonly log: EventLog
  readonly catalog: Catalog
  readonly vault: KeyVault
  readonly objects: VersionedObjectStore
  readonly history: HistoryIndex
  /** Files of stores that were taken in. */
  readonly importedFiles: MarkSet
  readonly deliveryPlan: DeliveryPlan
  readonly lakeFiles: LakeFiles
  readonly lakeResults: LakeResults
  /** Processes are started when they are needed. */
  readonly lakeEngine: LakeEngine
  /** Absolute path of a folder of the lake for what the engine cannot hold in memory. */
  readonly lakeScratch: string
  readonly upkeep: StorageUpkeep
  [Symbol.asyncDispose](): Promise<void>
}
