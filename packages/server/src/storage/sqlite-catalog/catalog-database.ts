import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../fault.ts'
import type { DecidedChange, StoredVersion } from '../catalog-core/index.ts'
import { copySqliteFile } from '../sqlite-file/index.ts'
import { openDatabase } from './schema.ts'

/** A change as it travels to the worker: no values, only their JSON. */
export interface StoredChange {
  readonly version: number
  readonly intentId: string | undefined
  readonly writes: readonly {
    readonly collection: string
    readonly keepsHistory: boolean
    readonly key: string
    /** `undefined` deletes. */
    readonly json: string | undefined
  }[]
}

export function storedChange({ version, intentId, writes }: DecidedChange): StoredChange {
  return {
    version,
    intentId,
    writes: writes.map(({ collection, keepsHistory, key, document }) => ({
      collection,
      keepsHistory,
      key,
      json: document?.json,
    })),
  }
}

/** @throws Fault `catalog.newer-format`, `catalog.foreign-file`, `catalog.unreadable` */
export function openCatalogDatabase(path: string): CatalogDatabase {
  return new CatalogDatabase(openDatabase(path))
}

/** Everything the catalogue needs at start. Plain data: it crosses from the worker. */
export interface CatalogContents {
  readonly version: number
  readonly oldestVersion: number
  readonly documents: readonly StoredVersion[]
  readonly intents: readonly (readonly [intentId: string, version: number])[]
}

const crc = 'document_crc(collection, key, from_version, json)'

/** SQLite's primary result code for a full disk. */
const sqliteFull = 13

/** The catalogue's file, synchronous; lives in the worker. */
export class CatalogDatabase {
  readonly #database: DatabaseSync
  readonly #statements: ReturnType<typeof prepareStatements>

  /** Takes over what `openDatabase` opened. */
  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = prepareStatements(database)
  }

  /**
   * Everything there is.
   *
   * @throws Fault `catalog.damaged`: what policies and trails say must not be guessed; `catalog.unreadable`
   */
  read(): CatalogContents {
    try {
      return this.#read()
    } catch (cause) {
      if (cause instanceof Fault) throw cause
      // SQLite finds some damage only when it meets it.
      const fields = { path: this.#database.location() ?? '', reason: String(cause) }
      throw new Fault('catalog.unreadable', 'the catalogue cannot be read', fields, { cause })
    }
  }

  #read(): CatalogContents {
    const { version, oldestVersion } = this.#head()
    const documents = this.#database
      .prepare(`SELECT *, crc = ${crc} AS is_whole FROM document ORDER BY collection, key, from_version`)
      .all()
      .map((row) => {
        const [collection, key] = [String(row.collection), String(row.key)]
        if (row.is_whole !== 1) {
          throw new Fault('catalog.damaged', 'a document of the catalogue is not as it was written', {
            collection,
            key,
          })
        }
        return {
          collection,
          key,
          fromVersion: Number(row.from_version),
          ...(row.to_version === null ? {} : { toVersion: Number(row.to_version) }),
          json: String(row.json),
        }
      })
    const intents = this.#database
      .prepare('SELECT id, version FROM applied_intent')
      .all()
      .map((row) => [String(row.id), Number(row.version)] as const)
    return { version, oldestVersion, documents, intents }
  }

  /** One transaction for the whole batch. @throws Fault `catalog.full` when it is certain that nothing was written */
  commit(changes: readonly StoredChange[], forgottenIntents: readonly string[]): void {
    const { supersede, remove, insert, applied, advance, forget } = this.#statements
    this.#transaction(() => {
      for (const { version, intentId, writes } of changes) {
        if (this.#head().version !== version - 1) throw new Fault('catalog.out-of-step', 'versions must be consecutive')
        for (const { collection, keepsHistory, key, json } of writes) {
          if (keepsHistory) supersede.run(version, collection, key)
          else remove.run(collection, key)
          if (json !== undefined) insert.run(collection, key, version, json)
        }
        if (intentId !== undefined) applied.run(intentId, version)
        advance.run(version)
      }
      for (const intentId of forgottenIntents) forget.run(intentId)
    })
  }

  release(version: number): void {
    const { releaseDocuments, releaseHead } = this.#statements
    this.#transaction(() => {
      releaseDocuments.run(version)
      releaseHead.run(version)
    })
  }

  /** Writes a consistent copy to `path`, which must not exist, and makes it durable. */
  snapshot(path: string): void {
    try {
      copySqliteFile(this.#database, path)
    } catch (cause) {
      throw new Fault('catalog.snapshot-failed', 'the copy could not be written', { path }, { cause })
    }
  }

  /** What is wrong with the file; empty when nothing is. */
  check(): string[] {
    const integrity = this.#database.prepare('PRAGMA integrity_check').all()
    const problems = integrity.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok')
    // Pages that do not hang together cannot be asked for documents.
    if (problems.length > 0) return problems
    const { version } = this.#head()
    const rules = {
      'is newer than the catalogue': `SELECT collection, key FROM document WHERE from_version > ${version}`,
      'has two newest versions':
        'SELECT collection, key FROM document WHERE to_version IS NULL GROUP BY 1, 2 HAVING count(*) > 1',
      'ends before it begins': 'SELECT collection, key FROM document WHERE to_version <= from_version',
      'is not as it was written': `SELECT collection, key FROM document WHERE crc <> ${crc}`,
    }
    for (const [problem, query] of Object.entries(rules)) {
      for (const row of this.#database.prepare(`${query} LIMIT 100`).all()) {
        problems.push(`document ${row.collection} ${row.key} ${problem}`)
      }
    }
    return problems
  }

  close(): void {
    this.#database.close()
  }

  #head(): { version: number; oldestVersion: number } {
    const row = this.#statements.head.get()
    return { version: Number(row?.version), oldestVersion: Number(row?.oldest_version) }
  }

  /**
   * A full disk is the one error after which the outcome is certain: the transaction is rolled back and the head has
   * not moved. Every other error, a failed fsync above all, leaves it open what is on disk.
   */
  #transaction(work: () => void): void {
    const before = this.#head().version
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      work()
      this.#database.exec('COMMIT')
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      if (primaryResultCode(cause) === sqliteFull && this.#head().version === before) {
        throw new Fault('catalog.full', 'no room on the disk for the catalogue', {}, { cause })
      }
      throw cause
    }
  }
}

function prepareStatements(database: DatabaseSync) {
  return {
    head: database.prepare('SELECT version, oldest_version FROM head'),
    supersede: database.prepare(
      'UPDATE document SET to_version = ? WHERE collection = ? AND key = ? AND to_version IS NULL',
    ),
    remove: database.prepare('DELETE FROM document WHERE collection = ? AND key = ?'),
    insert: database.prepare(
      'INSERT INTO document (collection, key, from_version, json, crc) VALUES (?1, ?2, ?3, ?4, document_crc(?1, ?2, ?3, ?4))',
    ),
    applied: database.prepare('INSERT OR REPLACE INTO applied_intent VALUES (?, ?)'),
    advance: database.prepare('UPDATE head SET version = ?'),
    forget: database.prepare('DELETE FROM applied_intent WHERE id = ?'),
    releaseDocuments: database.prepare('DELETE FROM document WHERE to_version <= ?'),
    releaseHead: database.prepare('UPDATE head SET oldest_version = max(oldest_version, ?)'),
  }
}

function primaryResultCode(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return undefined
  return error.errcode & 0xff
}
