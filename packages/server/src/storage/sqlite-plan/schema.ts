import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../fault.ts'
import { openSqliteFile } from '../sqlite-file/index.ts'

/** Grows when the tables change their meaning. A newer one than ours is refused. */
const formatVersion = 4

/** "CRD1" in the file's header. */
const applicationId = 0x43524431

const tables = `
  BEGIN IMMEDIATE;
  CREATE TABLE head (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    next_position INTEGER           -- first position that was not routed; NULL before the first
  ) STRICT;
  INSERT INTO head VALUES (1, NULL);
  CREATE TABLE trail (
    id INTEGER PRIMARY KEY,
    life TEXT NOT NULL UNIQUE,
    arn TEXT NOT NULL,
    account TEXT NOT NULL,
    bucket TEXT NOT NULL,
    prefix TEXT,
    key_arn TEXT,
    lists_files INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,      -- of the newest run
    claimed_to INTEGER NOT NULL,    -- runs up to this one are claimed, or delivered and gone
    crc INTEGER
  ) STRICT;
  CREATE TABLE run (
    trail INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    kind TEXT NOT NULL,
    events INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    newest_event_ms INTEGER NOT NULL,
    oldest_event_ms INTEGER NOT NULL,
    accepted_ms INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    positions BLOB NOT NULL,
    crc INTEGER,
    PRIMARY KEY (trail, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE claim (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    trail INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    salt TEXT NOT NULL,
    bucket TEXT NOT NULL,
    prefix TEXT,
    earlier TEXT,                   -- JSON list of what it was redirected from; NULL when it was not
    crc INTEGER
  ) STRICT;
  CREATE TABLE last_delivery (
    trail INTEGER NOT NULL,
    region TEXT NOT NULL,
    delivered_ms INTEGER NOT NULL,
    PRIMARY KEY (trail, region)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    trail_arn TEXT NOT NULL,
    region TEXT NOT NULL,
    json TEXT NOT NULL,
    crc INTEGER
  ) STRICT;
  CREATE INDEX file_place ON file (trail_arn, region, id);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
  COMMIT;
`

/**
 * Opens the plan's database, creating it when absent.
 *
 * @throws Fault `delivery.plan-newer-format`, `delivery.plan-unreadable`
 */
export function openDatabase(path: string): DatabaseSync {
  return openSqliteFile(path, {
    applicationId,
    formatVersion,
    tables,
    bringUp,
    faults: {
      newerFormat: (fields) =>
        new Fault('delivery.plan-newer-format', 'the delivery plan was written by a newer cairn', fields),
      foreign: (fields) => new Fault('delivery.plan-unreadable', 'the file is not a delivery plan', fields),
      unreadable: (fields, options) =>
        new Fault('delivery.plan-unreadable', 'the delivery plan cannot be opened', fields, options),
    },
  })
}

/** Brings a file of an earlier version up to ours, all at once. */
function bringUp(database: DatabaseSync, found: number): void {
  database.exec(`
    BEGIN IMMEDIATE;
    ${found < 2 ? 'ALTER TABLE trail ADD COLUMN key_arn TEXT;' : ''}
    ${found < 3 ? 'ALTER TABLE claim ADD COLUMN earlier TEXT;' : ''}
    ALTER TABLE trail ADD COLUMN crc INTEGER;
    ALTER TABLE run ADD COLUMN crc INTEGER;
    ALTER TABLE claim ADD COLUMN crc INTEGER;
    ALTER TABLE file ADD COLUMN crc INTEGER;
    PRAGMA user_version = ${formatVersion};
    COMMIT;
  `)
}
