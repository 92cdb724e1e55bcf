import type { Buckets, Destinations, Expiration } from '../buckets/index.ts'
import type { FailedFiles } from '../capture/failed-files/index.ts'
import type { Imports } from '../capture/imports/index.ts'
import type { StoreImports } from '../capture/store-imports/index.ts'
import type { Delivery } from '../delivery/index.ts'
import type { Health } from '../health/index.ts'
import type { History } from '../history/index.ts'
import type { Identity } from '../identity/index.ts'
import type { Integrity } from '../integrity/index.ts'
import type { DigestKeys } from '../keys/index.ts'
import type { Kms } from '../kms/index.ts'
import type { Athena } from '../lake/athena/index.ts'
import type { AuditEvents, Channels } from '../lake/channels/index.ts'
import type { LakeImports } from '../lake/imports/index.ts'
import type { LakeQueries } from '../lake/queries/index.ts'
import type { EventDataStores } from '../lake/stores/index.ts'
import type { Originals } from '../pipeline/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Queues } from '../queues/index.ts'
import type { Quotas } from '../quotas/index.ts'
import type { ReadBack } from '../read-back/index.ts'
import type { TestClock } from '../test-clock/index.ts'
import type { EventExplainer, Trails } from '../trails/index.ts'
import type { Upkeep } from '../upkeep/index.ts'

/** The metrics as Prometheus reads them. */
export interface MetricsPage {
  readonly contentType: string
  text(): Promise<string>
  /** With what names trails. */
  textForOperator(): Promise<string>
}

/**
 * Everything an operation can ask for in `uses`. Built in context.ts and nowhere else; one line per capability,
 * each typed by the capability's own index.
 */
export interface Capabilities {
  readonly athena: Athena
  readonly auditEvents: AuditEvents
  readonly buckets: Buckets
  readonly channels: Channels
  readonly clock: Clock
  readonly destinations: Destinations
  readonly digestKeys: DigestKeys
  readonly delivery: Delivery
  readonly eventDataStores: EventDataStores
  readonly expiration: Expiration
  readonly failedFiles: FailedFiles
  readonly explainer: EventExplainer
  readonly health: Health
  readonly ids: Ids
  readonly metrics: MetricsPage
  readonly history: History
  readonly identity: Identity
  readonly imports: Imports
  readonly integrity: Integrity
  readonly kms: Kms
  readonly lakeImports: LakeImports
  readonly lakeQueries: LakeQueries
  readonly originals: Originals
  readonly queues: Queues
  readonly quotas: Quotas
  readonly readBack: ReadBack
  /** Types of resources that advanced event selectors may name. */
  readonly resourceTypes: ReadonlySet<string>
  readonly storeImports: StoreImports
  /** Where the installation runs on one. */
  readonly testClock: TestClock | undefined
  readonly trails: Trails
  readonly upkeep: Upkeep
}
