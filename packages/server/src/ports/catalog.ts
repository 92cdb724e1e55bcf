/**
 * The catalogue: the truth about trails, buckets, users, keys and cursors. A versioned map of small JSON documents.
 *
 * Reads are synchronous from the last durable version. Writes go through `change`, whose `decide` runs synchronously
 * against the newest accepted state, one after the other; its promise resolves when the change is durable.
 */

/** A kind of document. `Value` is plain JSON data. Keys are chosen by the owner, e.g. `"<account>/<region>/<name>"`. */
export interface Collection<Value> {
  readonly name: string
  /**
   * Whether `at` answers with the document as it was. `false` for what changes all the time and nobody looks back at
   * (cursors, claims, last use): `at` then answers with the newest one.
   */
  readonly keepsHistory: boolean
  /** Never set; carries the type. */
  readonly value?: Value
}

export function defineCollection<Value>(
  name: string,
  { keepsHistory = true }: { readonly keepsHistory?: boolean } = {},
): Collection<Value> {
  return { name, keepsHistory }
}

export interface CatalogReader {
  /** Grows by one with every change. */
  readonly version: number
  get<Value>(collection: Collection<Value>, key: string): Value | undefined
  /** Entries whose key starts with `prefix`, in key order. */
  list<Value>(
    collection: Collection<Value>,
    prefix?: string,
  ): readonly { readonly key: string; readonly value: Value }[]
}

export interface CatalogDraft extends CatalogReader {
  put<Value>(collection: Collection<Value>, key: string, value: Value): void
  delete<Value>(collection: Collection<Value>, key: string): void
}

/** Why a change is made: the intent it belongs to, so that a restart can tell whether it happened. */
export interface Cause {
  readonly intentId: string | undefined
  /** Told the version after each change made for this cause. */
  applied?(version: number): void
}

export interface Catalog extends CatalogReader {
  /**
   * Applies what `decide` puts and deletes, atomically and durably. If `decide` throws, nothing changes and the
   * promise rejects with what it threw. If `decide` changes nothing, no version is spent. When `cause.intentId` is
   * set, the same transaction remembers that this intent was applied. Values are copied as JSON; what a reader gets is
   * frozen.
   *
   * @throws Fault `catalog.full` when the disk has no room: nothing changed, a later change may succeed
   * @throws Fault `catalog.failed` when durability is in doubt: the process must stop
   */
  change<Result>(cause: Cause, decide: (draft: CatalogDraft) => Result): Promise<Result>
  /** Whether the last change found no room on the disk. */
  readonly isFull: boolean
  /** The catalogue as it was at `version`; `undefined` when that version is no longer kept. */
  at(version: number): CatalogReader | undefined
  /** The version at which an intent was applied; `undefined` when it never was. */
  appliedVersion(intentId: string): number | undefined
  /**
   * Forgets intents that are closed; idempotent. Made durable together with later changes: after a crash some may be
   * remembered again, which says nothing new about them.
   */
  forgetIntents(intentIds: readonly string[]): Promise<void>
  /** Lets versions before `version` go. */
  release(version: number): Promise<void>
  /** Calls `listener` after each durable change. Returns the way to stop it. */
  onChange(listener: (version: number) => void): () => void
  [Symbol.asyncDispose](): Promise<void>
}
