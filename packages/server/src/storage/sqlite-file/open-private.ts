import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * Opens a database to write to. SQLite makes files that everyone on the machine may read, and those beside them like
 * them; a data directory that somebody else made, as for a container, need not keep them out.
 */
export function openPrivate(path: string, options: { readonly timeout?: number } = {}): DatabaseSync {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  return new DatabaseSync(path, options)
}
