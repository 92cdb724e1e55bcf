import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { makeTarget } from './make-target.ts'
import { type Manifest, manifestFile, readManifest } from './manifest.ts'
import { copyTree, syncPath } from './tree.ts'

/**
 * Makes a data directory from a backup. The directory must be empty or missing: nothing is ever overwritten. One that
 * was interrupted leaves a directory that is not empty; delete it and start again.
 *
 * @throws Fault `backup.not-a-backup`, `backup.newer-format`, `backup.target-not-empty`, `backup.no-folder`
 */
export async function restoreBackup(folder: string, dataDir: string): Promise<Manifest> {
  const manifest = await readManifest(folder)
  makeTarget(dataDir)
  if ((await readdir(dataDir)).length > 0) {
    throw new Fault('backup.target-not-empty', 'the data directory is not empty', { dataDir })
  }
  await copyTree(folder, dataDir)
  // It is about the backup.
  await rm(join(dataDir, manifestFile))
  await syncPath(dataDir)
  return manifest
}
