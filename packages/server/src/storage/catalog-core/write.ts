/** One put or delete of a change, as it is decided, made durable and then shown to readers. */
export interface Write {
  readonly collection: string
  readonly keepsHistory: boolean
  readonly key: string
  /** `undefined` deletes. */
  readonly document: { readonly value: unknown; readonly json: string } | undefined
}

/** A decided change that is not durable yet. */
export interface DecidedChange {
  readonly version: number
  readonly intentId: string | undefined
  readonly writes: readonly Write[]
}

/** Puts and deletes over older state; the last one for a key counts. */
export class WriteLayer {
  readonly #collections = new Map<string, Map<string, Write & { readonly version: number }>>()

  set(write: Write, version: number): void {
    let writes = this.#collections.get(write.collection)
    if (writes === undefined) {
      writes = new Map()
      this.#collections.set(write.collection, writes)
    }
    writes.set(write.key, { ...write, version })
  }

  of(collection: string): ReadonlyMap<string, Write> | undefined {
    return this.#collections.get(collection)
  }

  /** Drops what `set` was told for `version`, unless a later version has replaced it. */
  drop(write: Write, version: number): void {
    const writes = this.#collections.get(write.collection)
    if (writes?.get(write.key)?.version !== version) return
    writes.delete(write.key)
    if (writes.size === 0) this.#collections.delete(write.collection)
  }

  clear(): void {
    this.#collections.clear()
  }

  *writes(): IterableIterator<Write> {
    for (const writes of this.#collections.values()) {
      for (const { version: _, ...write } of writes.values()) yield write
    }
  }
}
