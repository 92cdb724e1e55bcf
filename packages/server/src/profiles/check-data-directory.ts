import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import type { Damage } from '../ports/upkeep.ts'
import { createNodeDisk } from '../storage/disk/index.ts'
import { checkTables } from '../storage/lake-files/index.ts'
import { checkObjects } from '../storage/local-bucket/index.ts'
import { checkKeyFile } from '../storage/local-key-ring/index.ts'
import { checkSegmentLog } from '../storage/segment-log/index.ts'
import { catalogTexts, checkCatalogFile } from '../storage/sqlite-catalog/index.ts'
import { openSqlitePlan } from '../storage/sqlite-plan/index.ts'

interface DataDirectory {
  readonly dataDir: string
  readonly keyFile?: string | undefined
}

/**
 * Checks a data directory that no process has open, also one that cannot be opened any more, or may not be written to.
 * Changes nothing.
 *
 * @throws Fault of a newer format: what this version cannot read is no damage
 */
export async function* checkDataDirectory(directory: DataDirectory, signal: AbortSignal): AsyncGenerator<Damage> {
  await using databases = await copyDatabases(directory.dataDir)
  try {
    yield* checkParts(directory, databases, signal)
  } catch (error) {
    const { path } = error instanceof Fault ? error.fields : {}
    if (!(error instanceof Fault) || typeof path !== 'string') throw error
    // Of a copy nobody knows.
    const fields = { ...error.fields, path: path.replace(databases.folder, directory.dataDir) }
    throw new Fault(error.code, error.message, fields, { cause: error })
  }
}

async function* checkParts(
  { dataDir, keyFile = join(dataDir, 'vault.key') }: DataDirectory,
  databases: Copies,
  signal: AbortSignal,
): AsyncGenerator<Damage> {
  const { catalog, plan } = databases
  const missing = 'the catalogue is missing (installation.catalogue-missing)'
  const problems = catalog === undefined ? [missing] : checkCatalogFile(catalog)
  for (const problem of problems) yield { part: 'catalog', problem }
  const sealed = catalog === undefined || problems.length > 0 ? [] : catalogTexts(catalog)
  const readTo = plan === undefined ? 0 : yield* checkPlan(plan)
  const end = yield* checkLog(join(dataDir, 'log'), signal)
  if (end !== undefined && end < readTo) {
    const problem = `it ends at ${end}, and delivery has read to ${readTo} (installation.log-cut-short)`
    yield { part: 'log', problem }
  }
  yield* checkObjectsAndKey({ dataDir, keyFile, sealed }, signal)
  yield* checkLake(join(dataDir, 'lake'), signal)
}

interface Copies {
  readonly folder: string
  readonly catalog?: string
  readonly plan?: string
}

/** Opening a database writes to it and beside it, and what is checked may be evidence, or not ours to write to. */
async function copyDatabases(dataDir: string): Promise<Copies & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-fsck-'))
  const copy = async (name: string) => {
    if (!existsSync(join(dataDir, name))) return undefined
    for (const file of [name, `${name}-wal`]) {
      if (existsSync(join(dataDir, file))) await copyFile(join(dataDir, file), join(folder, file))
    }
    return join(folder, name)
  }
  try {
    const catalog = await copy('catalog.db')
    const plan = await copy('delivery.db')
    return {
      folder,
      ...(catalog !== undefined && { catalog }),
      ...(plan !== undefined && { plan }),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    }
  } catch (error) {
    await rm(folder, { recursive: true })
    throw error
  }
}

/** Returns how far delivery has read. */
async function* checkPlan(path: string): AsyncGenerator<Damage, number> {
  try {
    await using plan = await openSqlitePlan({ path })
    for (const problem of await plan.check()) yield { part: 'delivery', problem }
    return plan.start() ?? 0
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'delivery.plan-newer-format') throw error
    yield { part: 'delivery', problem: `${error.message} (${error.code})` }
    return 0
  }
}

/** Returns the end of the log, where it is known. */
export async function* checkLog(directory: string, signal: AbortSignal): AsyncGenerator<Damage, number | undefined> {
  if (!existsSync(directory)) {
    yield { part: 'log', problem: 'the event log is missing (installation.log-missing)' }
    return undefined
  }
  const findings = checkSegmentLog({ directory })
  for (;;) {
    const next = await findings.next()
    if (next.done === true) return next.value
    signal.throwIfAborted()
    const { severity, code, file, at, what } = next.value
    if (code === 'log.newer-format') throw new Fault(code, what, { file })
    // What the next start puts right is no damage: nothing acknowledged is in it.
    if (severity === 'damage') yield { part: 'log', problem: `${file} at byte ${at}: ${what} (${code})` }
  }
}

export async function* checkObjectsAndKey(
  {
    dataDir,
    keyFile,
    sealed,
  }: { readonly dataDir: string; readonly keyFile: string; readonly sealed?: readonly string[] },
  signal: AbortSignal,
): AsyncGenerator<Damage> {
  const problem = await checkKeyFile(keyFile, sealed)
  if (problem !== undefined) yield { part: 'key', problem }
  for await (const found of checkObjects(join(dataDir, 'buckets'), signal)) yield { part: 'buckets', problem: found }
}

export async function* checkLake(folder: string, signal: AbortSignal): AsyncGenerator<Damage> {
  for await (const problem of checkTables(createNodeDisk(), folder)) {
    signal.throwIfAborted()
    yield { part: 'lake', problem }
  }
}
