import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../fault.ts'
import { openPrivate } from './open-private.ts'

/** A kind of file of ours that SQLite keeps, and what to say of one that is not as it should be. */
export interface SqliteFile {
  /** In the file's header: `file` and we recognise it. */
  readonly applicationId: number
  /** Grows when the tables change their meaning. A newer one is refused, an older one brought up. */
  readonly formatVersion: number
  /** Makes the tables of a new file, all at once. */
  readonly tables: string
  /** Whatever statements need that the file itself does not hold. */
  prepare?(database: DatabaseSync): void
  /** Brings a file of an earlier format up to ours, all at once. */
  bringUp(database: DatabaseSync, found: number): void
  readonly faults: {
    newerFormat(fields: { readonly path: string; readonly found: number; readonly supported: number }): Fault
    foreign(fields: { readonly path: string }): Fault
    unreadable(fields: { readonly path: string; readonly reason: string }, options: { readonly cause: unknown }): Fault
  }
}

/**
 * Opens such a file for one process and full durability, creating it when absent. A file that is not ours is left as it
 * is.
 *
 * @throws what `faults` makes
 */
export function openSqliteFile(path: string, kind: SqliteFile): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = openPrivate(path)
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    // Judged before anything is written.
    const found = formatOf(database, path, kind)
    kind.prepare?.(database)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    if (found === 'new') database.exec(kind.tables)
    else if (found < kind.formatVersion) kind.bringUp(database, found)
    return database
  } catch (cause) {
    database?.close()
    if (cause instanceof Fault) throw cause
    throw kind.faults.unreadable({ path, reason: String(cause) }, { cause })
  }
}

/** The format of the file, one that this version can read; `new` when it is empty. */
function formatOf(
  database: DatabaseSync,
  path: string,
  { applicationId, formatVersion: supported, faults }: SqliteFile,
): number | 'new' {
  const found = pragma(database, 'user_version')
  const application = pragma(database, 'application_id')
  if (application !== 0 && application !== applicationId) throw faults.foreign({ path })
  if (found > supported) throw faults.newerFormat({ path, found, supported })
  if (found > 0 && application === applicationId) return found
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
  if (found !== 0 || !isEmpty) throw faults.foreign({ path })
  return 'new'
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}
