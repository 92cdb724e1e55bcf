import { rmSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { markBytes } from '../../ports/mark-set.ts'
import { openPrivate } from '../sqlite-file/index.ts'

/** "CRM1" in the file's header. */
const applicationId = 0x43524d31

/** Grows when the table changes its meaning. */
const formatVersion = 1

export function openMarkDatabase(path: string): MarkDatabase {
  return new MarkDatabase(path)
}

/** The marks as the keys of one B-tree: their bytes and little else. */
export class MarkDatabase {
  readonly #database: DatabaseSync
  readonly #find: StatementSync
  readonly #add: StatementSync

  constructor(path: string) {
    this.#database = open(path)
    this.#find = this.#database.prepare('SELECT 1 FROM mark WHERE mark = ?')
    this.#add = this.#database.prepare('INSERT INTO mark VALUES (?) ON CONFLICT DO NOTHING')
  }

  has(marks: Uint8Array): Uint8Array {
    const flags = new Uint8Array(marks.length / markBytes)
    for (const [index, mark] of each(marks)) flags[index] = this.#find.get(mark) === undefined ? 0 : 1
    return flags
  }

  add(marks: Uint8Array): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const [, mark] of each(marks)) this.#add.run(mark)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#database.close()
  }
}

function* each(marks: Uint8Array): Generator<readonly [number, Uint8Array]> {
  for (let index = 0; index * markBytes < marks.length; index += 1) {
    yield [index, marks.subarray(index * markBytes, (index + 1) * markBytes)]
  }
}

/** What cannot be read is begun anew: without marks, files are read again and their events recognised. */
function open(path: string): DatabaseSync {
  try {
    return prepared(path)
  } catch {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
    return prepared(path)
  }
}

function prepared(path: string): DatabaseSync {
  const database = openPrivate(path)
  try {
    // A sync per transaction would buy nothing: a mark that is lost costs one file that is read again.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    const { application_id: id } = database.prepare('PRAGMA application_id').get() ?? {}
    const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {}
    if (id !== applicationId || version !== formatVersion) {
      database.exec(`
        BEGIN IMMEDIATE;
        CREATE TABLE mark (mark BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
        PRAGMA application_id = ${applicationId};
        PRAGMA user_version = ${formatVersion};
        COMMIT;
      `)
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
