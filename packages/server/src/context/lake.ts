import type { Buckets } from '../buckets/index.ts'
import type { Imports } from '../capture/imports/index.ts'
import type { SourceStore } from '../capture/store-imports/index.ts'
import type { Config } from '../config/index.ts'
import type { Identity } from '../identity/index.ts'
import type { DigestKeys } from '../keys/index.ts'
import { createAthena } from '../lake/athena/index.ts'
import { createAuditEvents, createChannels, hasChannel } from '../lake/channels/index.ts'
import { createLakeImports, hasImport } from '../lake/imports/index.ts'
import { createDeliverResult, createLakeQueries, createStoreStatements } from '../lake/queries/index.ts'
import { createEventDataStores } from '../lake/stores/index.ts'
import { createLake } from '../lake/tables/index.ts'
import type { Storage } from '../profiles/storage.ts'
import type { Quotas } from '../quotas/index.ts'
import type { Telemetry } from '../telemetry/index.ts'
import type { Trails } from '../trails/index.ts'

/** They take turns at the parsing threads; of more, somebody started them by mistake. */
const importsWaitingMax = 8

/** Of a query's result; a thousand pages of whole events. */
const resultCharsMax = 1024 ** 3

/** Builds what event data stores are made of: their tables, what feeds them, and what asks them. */
export async function openLake(options: {
  readonly config: Config
  readonly storage: Storage
  readonly quotas: Quotas
  readonly identity: Identity
  readonly buckets: Buckets
  readonly trails: Trails
  readonly digestKeys: DigestKeys
  readonly imports: Imports
  readonly sources: readonly SourceStore[]
  readonly telemetry: Telemetry
}) {
  const { config, storage, buckets, trails, digestKeys, telemetry } = options
  const { clock, ids, timer, catalog, log, vault } = storage
  const lake = createLake({
    files: storage.lakeFiles,
    engine: storage.lakeEngine,
    scratch: storage.lakeScratch,
    log,
    catalog,
    clock,
    timer,
    telemetry: telemetry.lake,
  })
  const channels = createChannels(catalog)
  const auditEvents = createAuditEvents({
    log,
    catalog,
    clock,
    exists: (id) => channels.find(id) !== undefined,
    telemetry: telemetry.auditEvents,
  })
  await auditEvents.recall()
  const eventDataStores = createEventDataStores({ catalog, clock, hasChannel, hasImport })
  const { lakeQueriesMax, lakeImportsMax = importsWaitingMax, importsAddTwice = false } = options.quotas
  const lakeQueries = createLakeQueries({
    statements: createStoreStatements({ stores: eventDataStores, tables: lake.tables }),
    results: storage.lakeResults,
    engine: storage.lakeEngine,
    deliver: createDeliverResult({ buckets, keys: digestKeys, clock, telemetry: telemetry.lakeQueries }),
    vault,
    clock,
    ids,
    ...(lakeQueriesMax !== undefined && { activeMax: lakeQueriesMax }),
    atOnceMax: config.lake.queriesAtOnce,
    resultsBytesMax: config.lake.resultsBytesMax,
    limits: { timeoutMs: config.lake.queryTimeout, memoryBytesMax: config.lake.queryMemoryBytesMax, resultCharsMax },
    telemetry: telemetry.lakeQueries,
  })
  const athena = createAthena({
    queries: lakeQueries,
    tables: lake.tables,
    stores: eventDataStores,
    trails,
    buckets,
    catalog,
    log,
    clock,
    results: storage.lakeResults,
  })
  const lakeImports = createLakeImports({
    imports: options.imports,
    stores: eventDataStores,
    sources: options.sources,
    buckets,
    identity: options.identity,
    catalog,
    log,
    marks: storage.importedFiles,
    clock,
    timer,
    ids,
    activeMax: lakeImportsMax,
    addsTwice: importsAddTwice,
    ingestedTo: () => lake.consumer.start(),
    telemetry: telemetry.lakeQueries,
  })
  return { lake, channels, auditEvents, eventDataStores, lakeQueries, athena, lakeImports }
}
