import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDuckdbEngine } from '../storage/duckdb/index.ts'
import { createTemporaryLakeFiles } from '../storage/lake-files/index.ts'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { createMemoryHistory } from '../storage/memory/history.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import { createMemoryLakeResults } from '../storage/memory/lake-results.ts'
import { createMemoryMarkSet } from '../storage/memory/mark-set.ts'
import { createMemoryObjectStore } from '../storage/memory/object-store.ts'
import { openMemoryPlan } from '../storage/sqlite-plan/index.ts'
import { systemClock } from '../storage/system/clock.ts'
import { systemIds } from '../storage/system/ids.ts'
import { systemTimer } from '../storage/system/timer.ts'
import { memoryUpkeep } from './memory-upkeep.ts'
import type { Storage } from './storage.ts'

/** Keeps nothing beyond the process. For tests. */
export function openMemoryStorage(options: Partial<Pick<Storage, 'clock' | 'ids'>> = {}): Storage {
  const clock = options.clock ?? systemClock
  const log = createMemoryEventLog()
  const catalog = createMemoryCatalog()
  const objects = createMemoryObjectStore({ clock })
  const history = createMemoryHistory(log)
  const deliveryPlan = openMemoryPlan()
  const lakeFiles = createTemporaryLakeFiles()
  const lakeEngine = createDuckdbEngine({ timer: systemTimer })
  return {
    clock,
    machineClock: clock,
    ids: options.ids ?? systemIds,
    timer: systemTimer,
    log,
    catalog,
    vault: createMemoryKeyVault(),
    objects,
    history,
    importedFiles: createMemoryMarkSet(),
    deliveryPlan,
    lakeFiles,
    lakeResults: createMemoryLakeResults(),
    lakeEngine,
    lakeScratch: join(tmpdir(), `cairn-lake-scratch-${process.pid}`),
    upkeep: memoryUpkeep,
    async [Symbol.asyncDispose]() {
      for (const part of [lakeEngine, lakeFiles, deliveryPlan, history, objects, catalog, log])
        await part[Symbol.asyncDispose]()
    },
  }
}
