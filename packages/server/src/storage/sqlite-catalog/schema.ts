import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { Fault } from '../../fault.ts'
import { openSqliteFile } from '../sqlite-file/index.ts'

/** Grows when the tables change their meaning. A newer one than ours is refused, an older one is migrated here. */
export const formatVersion = 2

/** "CRN1" in the file's header: `file` and we recognise it. */
const applicationId = 0x43524e31

const tables = `
  BEGIN IMMEDIATE;
  CREATE TABLE document (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    from_version INTEGER NOT NULL,
    to_version INTEGER,             -- first version without it; NULL for the newest
    json TEXT NOT NULL,
    crc INTEGER NOT NULL,           -- document_crc: SQLite would not notice a flipped bit in a text
    PRIMARY KEY (collection, key, from_version)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX document_superseded ON document (to_version) WHERE to_version IS NOT NULL;
  CREATE TABLE applied_intent (id TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE head (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    version INTEGER NOT NULL,
    oldest_version INTEGER NOT NULL -- oldest one that can still be read back whole
  ) STRICT;
  INSERT INTO head VALUES (1, 0, 0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
  COMMIT;
`

/** Format 1 had no checksums. */
const fromFormat1 = `
  BEGIN IMMEDIATE;
  ALTER TABLE document ADD COLUMN crc INTEGER NOT NULL DEFAULT 0;
  UPDATE document SET crc = document_crc(collection, key, from_version, json);
  PRAGMA user_version = ${formatVersion};
  COMMIT;
`

/** Over what is written once; `to_version` changes later and is held against the other versions instead. */
function documentCrc(collection: unknown, key: unknown, fromVersion: unknown, json: unknown): number {
  return crc32(JSON.stringify([collection, key, fromVersion, json]))
}

/**
 * Opens the catalogue's database, creating it when absent. Locking is exclusive: a second process cannot open it, and
 * WAL needs no shared memory file.
 *
 * @throws Fault `catalog.newer-format`, `catalog.foreign-file`, `catalog.unreadable`
 */
export function openDatabase(path: string): DatabaseSync {
  return openSqliteFile(path, {
    applicationId,
    formatVersion,
    tables,
    prepare: (database) => database.function('document_crc', { deterministic: true }, documentCrc),
    bringUp: (database) => database.exec(fromFormat1),
    faults: {
      newerFormat: (fields) => new Fault('catalog.newer-format', 'the catalogue was written by a newer cairn', fields),
      foreign: (fields) => new Fault('catalog.foreign-file', 'the file is not a catalogue', fields),
      unreadable: (fields, options) =>
        new Fault('catalog.unreadable', 'the catalogue cannot be opened', fields, options),
    },
  })
}
