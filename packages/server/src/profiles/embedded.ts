import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import type { Clock } from '../ports/clock.ts'
import { createDatabaseThread } from '../storage/database-thread/index.ts'
import { createDuckdbEngine } from '../storage/duckdb/index.ts'
import { openLakeFiles } from '../storage/lake-files/index.ts'
import { createLakeResults } from '../storage/lake-results/index.ts'
import { createLocalBucketStore } from '../storage/local-bucket/index.ts'
import { openLocalKeyRing } from '../storage/local-key-ring/index.ts'
import { openSegmentLog, type SegmentLog, type SegmentLogTelemetry } from '../storage/segment-log/index.ts'
import { openSqliteCatalog, type SqliteCatalog } from '../storage/sqlite-catalog/index.ts'
import { type HistoryTelemetry, openSqliteHistory } from '../storage/sqlite-history/index.ts'
import { createSqliteMarkSet } from '../storage/sqlite-marks/index.ts'
import { openSqlitePlan } from '../storage/sqlite-plan/index.ts'
import { systemClock } from '../storage/system/clock.ts'
import { systemIds } from '../storage/system/ids.ts'
import { systemTimer } from '../storage/system/timer.ts'
import { requireAgreement, requireCatalog, requireLog } from './agreement.ts'
import { createEmbeddedUpkeep } from './embedded-upkeep.ts'
import type { Storage } from './storage.ts'

/** What only an installation on this machine's disk has. */
export interface EmbeddedStorage extends Storage {
  readonly log: SegmentLog
  readonly catalog: SqliteCatalog
}

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly keyFile: string
  readonly clock: Clock
  readonly telemetry: { readonly log: SegmentLogTelemetry; readonly history: HistoryTelemetry }
  /** Durability is in doubt: the process must stop. */
  readonly onFailed: (fault: Fault) => void
}

/**
 * One process, one data directory, no server to install:
 *
 *     log/         the event log; its lock keeps a second process out of the whole directory
 *     catalog.db   trails, buckets, identity
 *     delivery.db  what trails selected and is not delivered yet
 *     history.db   index of the log; can be rebuilt
 *     buckets/     objects
 *     lake/        tables of event data stores
 *     queries/     results of their queries, for seven days; can be lost
 *     imports.db   which files of stores were taken in; can be lost
 *     vault.key    seals the secrets of catalog.db
 *
 * @throws Fault `installation.no-access`
 * @throws Fault `installation.log-missing`, `installation.catalogue-missing`, `installation.log-cut-short` and
 *   `installation.catalogue-behind` when these are not of one time
 */
export async function openEmbeddedStorage(options: EmbeddedOptions): Promise<EmbeddedStorage> {
  const { dataDir, onFailed, clock } = options
  const opened = new AsyncDisposableStack()
  const catalogPath = join(dataDir, 'catalog.db')
  try {
    requireAccess(dataDir)
    requireLog(dataDir)
    // First, because it takes the lock.
    const log = opened.use(
      await openSegmentLog({
        directory: join(dataDir, 'log'),
        nowMs: clock.nowMs,
        randomBytes: systemIds.bytes,
        telemetry: options.telemetry.log,
        onFailed,
      }),
    )
    requireCatalog(catalogPath, log)
    const thread = createDatabaseThread()
    const catalog = opened.use(await openSqliteCatalog({ path: catalogPath, thread, onFailed }))
    const vault = await openLocalKeyRing({
      path: options.keyFile,
      // What a catalogue with a history has sealed, a new key would never open.
      mayCreate: catalog.version === 0,
      ids: systemIds,
      clock,
    })
    const objects = opened.use(
      await createLocalBucketStore({ directory: join(dataDir, 'buckets'), clock, ids: systemIds }),
    )
    const history = opened.use(
      await openSqliteHistory({
        path: join(dataDir, 'history.db'),
        log,
        segments: join(dataDir, 'log'),
        telemetry: options.telemetry.history,
      }),
    )
    const importedFiles = opened.use(createSqliteMarkSet({ path: join(dataDir, 'imports.db'), thread }))
    const deliveryPlan = opened.use(await openSqlitePlan({ path: join(dataDir, 'delivery.db'), thread }))
    const lake = join(dataDir, 'lake')
    const lakeFiles = opened.use(await openLakeFiles({ folder: lake }))
    await requireAgreement({
      log,
      catalogVersion: catalog.version,
      readTo: { delivery: deliveryPlan.start(), lake: lakeFiles.cursor() },
    })
    const lakeEngine = opened.use(createDuckdbEngine({ timer: systemTimer }))
    const stack = opened.move()
    return {
      clock,
      machineClock: systemClock,
      ids: systemIds,
      timer: systemTimer,
      log,
      catalog,
      vault,
      objects,
      history,
      importedFiles,
      deliveryPlan,
      lakeFiles,
      lakeResults: createLakeResults(join(dataDir, 'queries')),
      lakeEngine,
      lakeScratch: join(lake, 'scratch'),
      upkeep: createEmbeddedUpkeep({
        dataDir,
        keyFile: options.keyFile,
        log,
        catalog,
        deliveryPlan,
        lake: lakeFiles,
        nowMs: clock.nowMs,
      }),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

/** Asked first, or each part would fail on it in words of its own. What is not there is made with the first part. */
function requireAccess(dataDir: string): void {
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = String(cause instanceof Error && 'code' in cause ? cause.code : cause)
    if (reason === 'ENOENT') return
    throw new Fault('installation.no-access', 'the data directory cannot be written to', { dataDir, reason }, { cause })
  }
}
