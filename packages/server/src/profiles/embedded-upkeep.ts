import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { backUp, folderBytes } from '../backup/index.ts'
import type { LakeFiles } from '../ports/lake-files.ts'
import type { PartUsage, StorageUpkeep } from '../ports/upkeep.ts'
import type { SegmentLog } from '../storage/segment-log/index.ts'
import type { SqliteCatalog } from '../storage/sqlite-catalog/index.ts'
import type { SqlitePlan } from '../storage/sqlite-plan/index.ts'
import { checkLake, checkLog, checkObjectsAndKey } from './check-data-directory.ts'

/** Upkeep of a data directory; its parts are listed in embedded.ts. */
export function createEmbeddedUpkeep(options: {
  readonly dataDir: string
  readonly keyFile: string
  readonly log: SegmentLog
  readonly catalog: SqliteCatalog
  readonly deliveryPlan: SqlitePlan
  readonly lake: LakeFiles
  readonly nowMs: () => number
}): StorageUpkeep {
  const { dataDir, keyFile, log, catalog, deliveryPlan, lake, nowMs } = options
  const buckets = join(dataDir, 'buckets')
  return {
    usage: async () => [
      ...(await logUsage(log, join(dataDir, 'log'))),
      { part: 'history', bytes: await databaseBytes(join(dataDir, 'history.db')) },
      { part: 'imports', bytes: await databaseBytes(join(dataDir, 'imports.db')) },
      { part: 'catalog', bytes: await catalog.diskBytes() },
      { part: 'delivery', bytes: await deliveryPlan.diskBytes() },
      { part: 'buckets', bytes: await folderBytes(buckets) },
      { part: 'lake', bytes: await folderBytes(join(dataDir, 'lake')) },
      { part: 'queries', bytes: await folderBytes(join(dataDir, 'queries')) },
    ],
    async *check(signal) {
      for (const problem of await catalog.check()) yield { part: 'catalog', problem }
      for (const problem of await deliveryPlan.check()) yield { part: 'delivery', problem }
      yield* checkLog(join(dataDir, 'log'), signal)
      yield* checkObjectsAndKey({ dataDir, keyFile }, signal)
      for (const [store, problem] of lake.damaged()) yield { part: 'lake', problem: `${store}: ${problem}` }
      // Files of tables come and go.
      await using frozen = await lake.freeze()
      yield* checkLake(frozen.folder, signal)
    },
    backUp: (folder) =>
      backUp(
        { catalog, log, deliveryPlan, lake, buckets, nowMs, ...(dirname(keyFile) === dataDir && { keyFile }) },
        folder,
      ),
  }
}

/** The reserve is space, not content: counted apart. */
async function logUsage(log: SegmentLog, folder: string): Promise<readonly PartUsage[]> {
  const reserve = await fileBytes(join(folder, 'reserve'))
  return [
    { part: 'log', bytes: log.usage().diskBytes - reserve },
    { part: 'reserve', bytes: reserve },
  ]
}

/** SQLite keeps two files beside the database. */
async function databaseBytes(path: string): Promise<number> {
  const sizes = await Promise.all([path, `${path}-wal`, `${path}-shm`].map(fileBytes))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function fileBytes(path: string): Promise<number> {
  const facts = await stat(path).catch(() => undefined)
  return facts?.size ?? 0
}
