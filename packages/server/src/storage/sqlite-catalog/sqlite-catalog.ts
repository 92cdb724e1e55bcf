import { stat } from 'node:fs/promises'
import { Fault } from '../../fault.ts'
import { type Journal, QueuedCatalog } from '../catalog-core/index.ts'
import { createDatabaseThread, type DatabaseConnection, type DatabaseThread } from '../database-thread/index.ts'
import { type CatalogContents, type CatalogDatabase, storedChange } from './catalog-database.ts'

type Connection = DatabaseConnection<CatalogDatabase>

export interface SqliteCatalogOptions {
  /** The database file; SQLite puts its `-wal` beside it. */
  readonly path: string
  /** Where it is written; a thread of its own by default. */
  readonly thread?: DatabaseThread
  /** Told once when durability is in doubt. The process must stop: what is on disk is found out at the next start. */
  onFailed?(failure: Fault): void
}

/**
 * Opens the catalogue in one SQLite file, written in another thread: WAL with a sync per commit, many changes a commit. All
 * documents are held in memory as well, so reads never wait.
 *
 * @throws Fault `catalog.newer-format`, `catalog.foreign-file`, `catalog.unreadable`, `catalog.damaged`
 */
export async function openSqliteCatalog(options: SqliteCatalogOptions): Promise<SqliteCatalog> {
  const { path, thread = createDatabaseThread(), onFailed } = options
  const database = thread.connect<CatalogDatabase>('catalog', path, journalFailed)
  try {
    return new SqliteCatalog(path, database, await database.call('read'), onFailed)
  } catch (failure) {
    await database.close()
    throw failure
  }
}

export class SqliteCatalog extends QueuedCatalog {
  readonly #path: string
  readonly #database: Connection
  readonly #gate: Gate

  constructor(path: string, database: Connection, contents: CatalogContents, onFailed?: (failure: Fault) => void) {
    const gate: Gate = { opens: undefined }
    super(journalOf(database, gate), contents, onFailed)
    this.#gate = gate
    this.#path = path
    this.#database = database
  }

  /**
   * Writes a consistent copy of what is durable now to `path`, which must not exist, and then runs `beforeChanges`:
   * no change becomes durable between the copy and its end. Changes wait meanwhile; readers do not.
   *
   * @throws Fault `catalog.snapshot-failed`; `catalog.busy` while another snapshot is being made
   */
  async snapshot(path: string, beforeChanges: () => Promise<void> = async () => {}): Promise<void> {
    if (this.#gate.opens !== undefined) throw new Fault('catalog.busy', 'another snapshot is being made')
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate.opens = promise
    try {
      await this.#database.call('snapshot', path)
      await beforeChanges()
    } finally {
      this.#gate.opens = undefined
      resolve()
    }
  }

  /** What is wrong with the file, one sentence each; empty when nothing is. */
  async check(): Promise<readonly string[]> {
    return this.#database.call('check')
  }

  /** Bytes of the database and its write-ahead log. */
  async diskBytes(): Promise<number> {
    const sizes = await Promise.all([this.#path, `${this.#path}-wal`].map(sizeOf))
    return sizes.reduce((sum, size) => sum + size, 0)
  }
}

/** Holds commits back while a snapshot and what belongs to it are being made. */
interface Gate {
  opens: Promise<void> | undefined
}

function journalFailed(reason: string, cause?: unknown): Fault {
  return new Fault('catalog.journal-failed', reason, {}, { cause })
}

function journalOf(database: Connection, gate: Gate): Journal {
  return {
    async commit(changes, forgottenIntents) {
      await gate.opens
      await database.call('commit', changes.map(storedChange), forgottenIntents)
    },
    release: (version) => database.call('release', version),
    close: () => database.close(),
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
