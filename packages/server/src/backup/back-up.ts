import { chmod, copyFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '../fault.ts'
import type { Backup } from '../ports/upkeep.ts'
import { makeTarget } from './make-target.ts'
import { writeManifest } from './manifest.ts'
import { copyTree } from './tree.ts'

/** An open data directory, as a backup needs it. */
export interface BackupSource {
  readonly catalog: { snapshot(path: string, beforeChanges: () => Promise<void>): Promise<void> }
  readonly log: { snapshot(folder: string): Promise<unknown> }
  readonly deliveryPlan: { snapshot(path: string): Promise<void> }
  /** Tables of event data stores, kept as they are in a folder until disposal. */
  readonly lake: { freeze(): Promise<AsyncDisposable & { readonly folder: string }> }
  /** Folder with the objects of the buckets. */
  readonly buckets: string
  /** File with the key that encrypts secrets, when it lies in the data directory. Kept elsewhere it is not copied. */
  readonly keyFile?: string
  nowMs(): number
}

/**
 * Copies an installation into an empty folder while it goes on. What is copied when:
 *
 * - The catalogue is copied, and before its next change the log. So each change in the copied catalogue has its
 *   announcement in the copied log (that comes first), and no event in the copied log tells of a change that the
 *   copied catalogue lacks. Both are as a power cut at that moment would leave them, and are opened the same way:
 *   calls that were under way are concluded from the catalogue.
 * - The delivery plan is copied before the log, so it never names an event that the copied log lacks. What was delivered
 *   after its copy was made is delivered again after a restore, under another name.
 * - Tables of event data stores are frozen before the log is copied, so they are complete up to an event that the copied
 *   log has, and take what follows from there after a restore. They are copied later.
 * - Objects come last. One that was put or deleted meanwhile may be there or gone, ahead of its event.
 * - The index of the history is not copied: it is made from the log.
 *
 * @throws Fault `backup.folder-not-empty`, `backup.no-folder`, `backup.not-written`
 */
export async function backUp(source: BackupSource, folder: string): Promise<Backup> {
  makeTarget(folder)
  if ((await readdir(folder)).length > 0) {
    throw new Fault('backup.folder-not-empty', 'a backup needs an empty folder', { folder })
  }
  try {
    return await copyAll(source, folder)
  } catch (cause) {
    const root = rootOf(cause)
    const reason = root instanceof Fault ? root.code : String(root)
    throw new Fault('backup.not-written', `the copy could not be written (${reason})`, { folder }, { cause })
  }
}

/** What a full or a broken disk said, below what each part makes of it. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error
}

async function copyAll(source: BackupSource, folder: string): Promise<Backup> {
  let takenAt = ''
  await using frozen = new AsyncDisposableStack()
  let tables = ''
  await source.catalog.snapshot(join(folder, 'catalog.db'), async () => {
    takenAt = new Date(source.nowMs()).toISOString()
    await source.deliveryPlan.snapshot(join(folder, 'delivery.db'))
    tables = frozen.use(await source.lake.freeze()).folder
    await source.log.snapshot(join(folder, 'log'))
  })
  await copyTree(tables, join(folder, 'lake'))
  const objects = await copyTree(source.buckets, join(folder, 'buckets'), uploadsUnderWay)
  const holdsKey = source.keyFile !== undefined
  if (source.keyFile !== undefined) await copyKey(source.keyFile, folder)
  await writeManifest(folder, { format: 1, takenAt, holdsKey })
  return { folder, takenAt, objects: objects.files, objectBytes: objects.bytes, holdsKey }
}

/** Below the folder of the objects: what is swept at the next start. */
const uploadsUnderWay = 'tmp'

async function copyKey(keyFile: string, folder: string): Promise<void> {
  const copy = join(folder, basename(keyFile))
  await copyFile(keyFile, copy)
  await chmod(copy, 0o600)
}
