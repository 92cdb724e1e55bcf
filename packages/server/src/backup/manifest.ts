import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { syncPath } from './tree.ts'

/** What a backup says of itself, in `cairn-backup.json`. Written last: without it a backup is not one. */
export interface Manifest {
  readonly format: 1
  /** ISO 8601: the moment that the log and the catalogue are of. */
  readonly takenAt: string
  /** Whether the key that encrypts secrets is in it. */
  readonly holdsKey: boolean
}

export const manifestFile = 'cairn-backup.json'

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestFile)
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await syncPath(path)
  await syncPath(folder)
}

/** @throws Fault `backup.not-a-backup`, `backup.newer-format` */
export async function readManifest(folder: string): Promise<Manifest> {
  let manifest: Partial<Manifest>
  try {
    manifest = JSON.parse(await readFile(join(folder, manifestFile), 'utf8'))
  } catch (cause) {
    throw new Fault('backup.not-a-backup', 'folder holds no complete backup', { folder }, { cause })
  }
  if (manifest.format !== 1) {
    throw new Fault('backup.newer-format', 'backup has another format', { folder, format: String(manifest.format) })
  }
  return manifest as Manifest
}
