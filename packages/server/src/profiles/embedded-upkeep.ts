import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { backUp, folderBytes } from '../backup/index.ts'
import { Fault } from '../fault.ts'
import type { LakeFiles } from '../ports/lake-files.ts'
import type { Damage, PartUsage, StorageUpkeep } from '../ports/upkeep.ts'
import { createNodeDisk } from '../storage/disk/index.ts'
import { checkTables } from '../storage/lake-files/index.ts'
import { checkObjects } from '../storage/local-bucket/index.ts'
import { checkKeyFile } from '../storage/local-key-ring/index.ts'
import { checkSegmentLog, type SegmentLog } from '../storage/segment-log/index.ts'
import { checkCatalogFile, type SqliteCatalog } from '../storage/sqlite-catalog/index.ts'
import { openSqlitePlan, type SqlitePlan } from '../storage/sqlite-plan/index.ts'

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
      yield* checkFiles({ dataDir, keyFile }, signal)
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

/**
 * Checks a data directory that no process has open, also one that cannot be opened any more. Changes nothing but what
 * opening the catalogue does by itself.
 */
export async function* checkDataDirectory(
  {
    dataDir,
    keyFile = join(dataDir, 'vault.key'),
  }: { readonly dataDir: string; readonly keyFile?: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<Damage> {
  for (const problem of checkCatalogFile(join(dataDir, 'catalog.db'))) yield { part: 'catalog', problem }
  yield* checkPlan(join(dataDir, 'delivery.db'))
  yield* checkFiles({ dataDir, keyFile }, signal)
  yield* checkLake(join(dataDir, 'lake'), signal)
}

async function* checkLake(folder: string, signal: AbortSignal): AsyncGenerator<Damage> {
  for await (const problem of checkTables(createNodeDisk(), folder)) {
    signal.throwIfAborted()
    yield { part: 'lake', problem }
  }
}

async function* checkPlan(path: string): AsyncGenerator<Damage> {
  try {
    await using plan = await openSqlitePlan({ path })
    for (const problem of await plan.check()) yield { part: 'delivery', problem }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    yield { part: 'delivery', problem: `${error.message} (${error.code})` }
  }
}

async function* checkFiles(
  { dataDir, keyFile }: { readonly dataDir: string; readonly keyFile: string },
  signal: AbortSignal,
): AsyncGenerator<Damage> {
  const problem = await checkKeyFile(keyFile)
  if (problem !== undefined) yield { part: 'key', problem }
  for await (const { severity, code, file, at, what } of checkSegmentLog({ directory: join(dataDir, 'log') })) {
    signal.throwIfAborted()
    // What the next start puts right is no damage: nothing acknowledged is in it.
    if (severity === 'damage') yield { part: 'log', problem: `${file} at byte ${at}: ${what} (${code})` }
  }
  for await (const problem of checkObjects(join(dataDir, 'buckets'), signal)) yield { part: 'buckets', problem }
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
