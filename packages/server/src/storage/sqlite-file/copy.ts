import { chmodSync, closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

/** Writes a consistent copy to `path`, which must not exist, and makes it durable. One that fails leaves nothing. */
export function copySqliteFile(database: DatabaseSync, path: string): void {
  try {
    database.prepare('VACUUM INTO ?').run(path)
    chmodSync(path, 0o600)
    sync(path)
    sync(dirname(path))
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
