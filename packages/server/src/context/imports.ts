import { createFailedFiles } from '../capture/failed-files/index.ts'
import { createImports, type Seen } from '../capture/imports/index.ts'
import { createStoreImports, type SourceStore } from '../capture/store-imports/index.ts'
import type { Config } from '../config/index.ts'
import type { History } from '../history/index.ts'
import type { Storage } from '../profiles/storage.ts'
import type { Queues } from '../queues/index.ts'
import type { Telemetry } from '../telemetry/index.ts'
import { openAnnouncements } from './announcements.ts'

/** Builds what takes log files in: as they are handed over, and from stores that are not ours. */
export function openImports(options: {
  readonly config: Config
  readonly storage: Storage
  readonly history: History
  readonly queues: Queues
  readonly stores: readonly SourceStore[]
  readonly stopping: AbortSignal
  readonly telemetry: Telemetry
}) {
  const { config, storage, history, queues, stores, stopping, telemetry } = options
  const { catalog, clock, machineClock, timer, ids, log } = storage
  const seen: Seen = {
    recognise: async (keys) => ({ answers: await history.recognise(keys) }),
    caughtUp: (end) => history.caughtUp(end, stopping),
  }
  const imports = createImports({
    log,
    seen,
    nowMs: clock.nowMs,
    catalogVersion: () => catalog.version,
    account: config.account,
    region: config.region,
    telemetry: telemetry.imports,
  })
  const failedFiles = createFailedFiles({ catalog, imports, seen, clock })
  const announcements = openAnnouncements(config, queues, machineClock)
  const storeImports = createStoreImports({
    stores,
    imports,
    failedFiles,
    queueOf: announcements.queueOf,
    marks: storage.importedFiles,
    objects: storage.objects,
    catalog,
    clock,
    timer,
    ids,
    followIntervalMs: config.imports.followInterval,
    telemetry: telemetry.imports,
  })
  return { imports, failedFiles, storeImports, announcements }
}
