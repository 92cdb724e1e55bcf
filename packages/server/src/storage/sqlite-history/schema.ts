import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../fault.ts'
import { openPrivate } from '../sqlite-file/index.ts'

/** Version of everything in the file. An index of another version is rebuilt, whichever is the newer. */
export const historyFormat = 2

/**
 * ```
 * meta      format, cursor: everything before it is indexed
 * scopes    (account, region, category) by small number; never deleted
 * listed    values seen of the listed attributes
 * postings  blocks of places by (term, scope), see posting-block.ts
 * marks     16 bits of some attributes by position, see marks.ts
 * ids       48 bits of account and event id → position, with 64 bits of the content's hash
 * id_runs   ids on their way there, see id-writer.ts
 * ```
 */
const tables = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE scopes (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, category TEXT NOT NULL,
    UNIQUE (account, region, category)
  );
  CREATE TABLE listed (
    attribute INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (attribute, value)
  ) WITHOUT ROWID;
  CREATE TABLE postings (
    term INTEGER NOT NULL, scope INTEGER NOT NULL, time INTEGER NOT NULL, position INTEGER NOT NULL, places BLOB,
    PRIMARY KEY (term, scope, time, position)
  ) WITHOUT ROWID;
  CREATE TABLE marks (chunk INTEGER PRIMARY KEY, marks BLOB NOT NULL);
  CREATE TABLE ids (
    key INTEGER NOT NULL, position INTEGER NOT NULL, content INTEGER NOT NULL, PRIMARY KEY (key, position)
  ) WITHOUT ROWID;
  CREATE TABLE id_runs (number INTEGER PRIMARY KEY AUTOINCREMENT, since INTEGER NOT NULL, ids BLOB NOT NULL);
`

/** Page cache of the writer, KiB. Together with the reader's it is the index's share of the memory. */
const writerCacheKiB = 48 * 1024
const readerCacheKiB = 16 * 1024

/** Pages in the write-ahead log before they are moved: a page that several batches touch is then written once. */
const checkpointPages = 8_192

/**
 * Opens the index for writing; creates it when `path` does not exist.
 *
 * `synchronous=NORMAL`: after a power cut the last transactions may be gone, postings and cursor together, and the log
 * replays them. OFF could leave a torn file, and then hours of log would have to be read again.
 *
 * @throws Fault `history.damaged` when the file is no index of this format; the caller rebuilds
 */
export function openWriter(path: string): DatabaseSync {
  return opened(path, false, (database) => {
    database.exec(`PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA journal_size_limit = ${checkpointPages * 4_096}; PRAGMA cache_size = -${writerCacheKiB}; PRAGMA temp_store = MEMORY;`)
    const isNew = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0
    if (isNew) {
      database.exec(`BEGIN; ${tables} INSERT INTO meta VALUES ('format', ${historyFormat}); COMMIT`)
    }
  })
}

/** Opens the index for reading only, beside the writer. @throws Fault `history.damaged` */
export function openReader(path: string): DatabaseSync {
  return opened(path, true, (database) => database.exec(`PRAGMA cache_size = -${readerCacheKiB}`))
}

function opened(path: string, readOnly: boolean, prepare: (database: DatabaseSync) => void): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    const timeout = 5_000
    database = readOnly ? new DatabaseSync(path, { readOnly, timeout }) : openPrivate(path, { timeout })
    prepare(database)
    const format = database.prepare("SELECT value FROM meta WHERE name = 'format'").get()?.value
    if (format !== historyFormat)
      throw new Fault('history.damaged', 'the index has another format', { format: String(format) })
    return database
  } catch (error) {
    database?.close()
    throw asDamage(error)
  }
}

/** SQLite's primary result codes that mean the file itself is bad: CORRUPT, NOTADB; ERROR for a missing table. */
const damageCodes = [11, 26]

/** Turns SQLite's report of a bad file into `history.damaged`, which leads to a rebuild; leaves other errors alone. */
export function asDamage(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error
  const isBad = damageCodes.includes(error.errcode & 0xff) || error.message.startsWith('no such table')
  return isBad
    ? new Fault('history.damaged', 'the index cannot be read', { reason: error.message }, { cause: error })
    : error
}
