import { Fault } from '../../fault.ts'
import type { Catalog, CatalogDraft, CatalogReader, Cause, Collection } from '../../ports/catalog.ts'
import { DocumentSet } from './document-set.ts'
import { Draft } from './draft.ts'
import { parseFrozen } from './frozen-json.ts'
import { type DecidedChange, WriteLayer } from './write.ts'

/** What makes changes durable; called for one batch at a time. */
export interface Journal {
  /**
   * Makes the changes durable and forgets these intents, all in one.
   *
   * @throws Fault `catalog.full` when nothing was written; any other error leaves durability in doubt
   */
  commit(changes: readonly DecidedChange[], forgottenIntents: readonly string[]): Promise<void>
  release(version: number): Promise<void>
  close(): Promise<void>
}

/** One stored version of a document. `toVersion` is absent for the newest. */
export interface StoredVersion {
  readonly collection: string
  readonly key: string
  readonly fromVersion: number
  readonly toVersion?: number
  readonly json: string
}

/** What a journal holds when it is opened; versions in the order they were made. */
export interface StoredCatalog {
  readonly version: number
  /** Oldest version `at` can answer. */
  readonly oldestVersion: number
  readonly documents: Iterable<StoredVersion>
  readonly intents: Iterable<readonly [intentId: string, version: number]>
}

/** Intents to forget wait for a change to go along with, but not in larger numbers than this. */
const forgottenMax = 256

interface QueuedChange extends DecidedChange {
  settle(failure?: Fault): void
}

/**
 * The catalogue's rules over any journal. A change is decided at once on the newest accepted state and queued; while
 * one batch is being made durable the next one gathers (group commit); readers see a change when it is durable.
 *
 * States: open → failed (durability in doubt, only reads go on) | closed.
 */
export class QueuedCatalog implements Catalog {
  readonly #journal: Journal
  readonly #onFailed: (failure: Fault) => void
  readonly #durable = new Map<string, DocumentSet>()
  readonly #pending = new WriteLayer()
  readonly #intents: Map<string, number>
  readonly #listeners = new Set<(version: number) => void>()
  #queue: QueuedChange[] = []
  #forgotten: string[] = []
  #flushing: Promise<void> | undefined
  #version: number
  #acceptedVersion: number
  #oldestVersion: number
  #refusal: Fault | undefined
  #isFull = false

  constructor(journal: Journal, stored: StoredCatalog, onFailed: (failure: Fault) => void = () => {}) {
    this.#journal = journal
    this.#onFailed = onFailed
    this.#version = stored.version
    this.#acceptedVersion = stored.version
    this.#oldestVersion = stored.oldestVersion
    this.#intents = new Map(stored.intents)
    for (const { collection, key, fromVersion, toVersion, json } of stored.documents) {
      const documents = this.#documents(collection)
      const value = parseFrozen(json)
      if (toVersion === undefined) documents.write(key, value, fromVersion, false)
      else documents.supersede({ key, value, fromVersion, toVersion })
    }
  }

  get isFull(): boolean {
    return this.#isFull
  }

  get version(): number {
    return this.#version
  }

  get<Value>({ name }: Collection<Value>, key: string): Value | undefined {
    return this.#durable.get(name)?.get(key) as Value | undefined
  }

  list<Value>({ name }: Collection<Value>, prefix = ''): readonly { readonly key: string; readonly value: Value }[] {
    return (this.#durable.get(name)?.list(prefix) ?? []) as unknown as readonly { key: string; value: Value }[]
  }

  async change<Result>(cause: Cause, decide: (draft: CatalogDraft) => Result): Promise<Result> {
    if (this.#refusal !== undefined) throw this.#refusal
    const draft = new Draft(this.#acceptedVersion, this.#durable, this.#pending)
    let result: Result
    try {
      result = decide(draft)
    } finally {
      draft.close()
    }
    const writes = draft.close()
    if (writes.length === 0) return result
    const version = ++this.#acceptedVersion
    for (const write of writes) this.#pending.set(write, version)
    await new Promise<void>((resolve, reject) => {
      const settle = (failure?: Fault) => (failure === undefined ? resolve() : reject(failure))
      this.#queue.push({ version, intentId: cause.intentId, writes, settle })
      this.#flushing ??= this.#flush()
    })
    cause.applied?.(version)
    return result
  }

  at(version: number): CatalogReader | undefined {
    if (version < this.#oldestVersion || version > this.#version) return undefined
    const durable = this.#durable
    const newest = this
    return {
      version,
      get<Value>({ name, keepsHistory }: Collection<Value>, key: string): Value | undefined {
        const documents = durable.get(name)
        return (keepsHistory ? documents?.getAt(key, version) : documents?.get(key)) as Value | undefined
      },
      list<Value>(collection: Collection<Value>, prefix = '') {
        if (!collection.keepsHistory) return newest.list(collection, prefix)
        const found = durable.get(collection.name)?.listAt(prefix, version) ?? []
        return found as unknown as readonly { key: string; value: Value }[]
      },
    }
  }

  appliedVersion(intentId: string): number | undefined {
    return this.#intents.get(intentId)
  }

  async forgetIntents(intentIds: readonly string[]): Promise<void> {
    for (const intentId of intentIds) if (this.#intents.delete(intentId)) this.#forgotten.push(intentId)
    if (this.#forgotten.length >= forgottenMax) this.#flushing ??= this.#flush()
  }

  async release(version: number): Promise<void> {
    const oldest = Math.min(version, this.#version)
    if (oldest <= this.#oldestVersion) return
    this.#oldestVersion = oldest
    for (const documents of this.#durable.values()) documents.release(oldest)
    if (this.#refusal !== undefined) throw this.#refusal
    try {
      await this.#journal.release(oldest)
    } catch (cause) {
      throw this.#refusalFor(cause)
    }
  }

  onChange(listener: (version: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#refusal?.code === 'catalog.closed') return
    this.#refusal ??= new Fault('catalog.closed', 'the catalogue is closed')
    await this.#flushing
    if (this.#refusal.code === 'catalog.closed' && this.#forgotten.length > 0) await this.#flush()
    await this.#journal.close()
  }

  async #flush(): Promise<void> {
    // Everything decided in this turn of the event loop shares the first commit.
    await Promise.resolve()
    do {
      const batch = this.#queue
      const forgotten = this.#forgotten
      this.#queue = []
      this.#forgotten = []
      try {
        await this.#journal.commit(batch, forgotten)
        this.#isFull = false
      } catch (cause) {
        this.#forgotten.push(...forgotten)
        this.#giveUp(batch, cause)
        continue
      }
      for (const change of batch) this.#apply(change)
    } while (this.#queue.length > 0)
    this.#flushing = undefined
  }

  #apply(change: QueuedChange): void {
    const { version, intentId, writes } = change
    for (const write of writes) {
      this.#documents(write.collection).write(write.key, write.document?.value, version, write.keepsHistory)
      this.#pending.drop(write, version)
    }
    if (intentId !== undefined) this.#intents.set(intentId, version)
    this.#version = version
    change.settle()
    for (const listener of this.#listeners) {
      try {
        listener(version)
      } catch (error) {
        // Thrown where nobody's acknowledgement depends on it, and still not swallowed.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  /** What was decided on top of a lost change is lost with it. */
  #giveUp(batch: readonly QueuedChange[], cause: unknown): void {
    const lost = [...batch, ...this.#queue]
    this.#queue = []
    this.#pending.clear()
    this.#acceptedVersion = this.#version
    const failure = this.#refusalFor(cause)
    for (const change of lost) change.settle(failure)
  }

  #refusalFor(cause: unknown): Fault {
    this.#isFull = cause instanceof Fault && cause.code === 'catalog.full'
    return this.#isFull ? (cause as Fault) : this.#fail(cause)
  }

  #fail(cause: unknown): Fault {
    const failure = new Fault('catalog.failed', 'the catalogue cannot tell what is durable', {}, { cause })
    if (this.#refusal?.code === 'catalog.failed') return this.#refusal
    this.#refusal = failure
    this.#onFailed(failure)
    return failure
  }

  #documents(collection: string): DocumentSet {
    let documents = this.#durable.get(collection)
    if (documents === undefined) {
      documents = new DocumentSet()
      this.#durable.set(collection, documents)
    }
    return documents
  }
}
