/** One version of one document. `value` is deeply frozen. */
export interface DocumentVersion {
  readonly key: string
  readonly value: unknown
  /** First catalogue version that has it. */
  readonly fromVersion: number
}

interface SupersededVersion extends DocumentVersion {
  /** First catalogue version that no longer has it. */
  readonly toVersion: number
}

/**
 * The documents of one collection in memory: the newest ones in key order, and the superseded ones that `at` still
 * has to answer with. Insertion moves an array's tail, which stays under a microsecond for the thousands of documents
 * a catalogue has, and makes listing a slice.
 */
export class DocumentSet {
  readonly #ordered: DocumentVersion[] = []
  readonly #newest = new Map<string, DocumentVersion>()
  readonly #superseded = new Map<string, SupersededVersion[]>()

  get(key: string): unknown {
    return this.#newest.get(key)?.value
  }

  list(prefix: string): DocumentVersion[] {
    if (prefix === '') return this.#ordered.slice()
    const start = this.#position(prefix)
    let end = start
    while (this.#ordered[end]?.key.startsWith(prefix)) end += 1
    return this.#ordered.slice(start, end)
  }

  getAt(key: string, version: number): unknown {
    return this.#versionAt(key, version)?.value
  }

  listAt(prefix: string, version: number): DocumentVersion[] {
    const found = this.list(prefix).filter((document) => document.fromVersion <= version)
    let isOrdered = true
    for (const key of this.#superseded.keys()) {
      if (!key.startsWith(prefix)) continue
      const newest = this.#newest.get(key)
      if (newest !== undefined && newest.fromVersion <= version) continue
      const then = this.#versionAt(key, version)
      if (then === undefined) continue
      found.push(then)
      isOrdered = false
    }
    return isOrdered ? found : found.sort((a, b) => compareKeys(a.key, b.key))
  }

  /** `value` `undefined` deletes. `keepsHistory` keeps what is replaced for `getAt` and `listAt`. */
  write(key: string, value: unknown, version: number, keepsHistory: boolean): void {
    const previous = this.#newest.get(key)
    if (previous !== undefined && keepsHistory) this.supersede({ ...previous, toVersion: version })
    if (value === undefined) {
      if (previous === undefined) return
      this.#newest.delete(key)
      this.#ordered.splice(this.#position(key), 1)
      return
    }
    const next = { key, value, fromVersion: version }
    this.#newest.set(key, next)
    this.#ordered.splice(this.#position(key), previous === undefined ? 0 : 1, next)
  }

  /** Adds an old version; those of one key come in order. */
  supersede(version: SupersededVersion): void {
    const versions = this.#superseded.get(version.key)
    if (versions === undefined) this.#superseded.set(version.key, [version])
    else versions.push(version)
  }

  /** Forgets what no version from `version` on has. */
  release(version: number): void {
    for (const [key, versions] of this.#superseded) {
      const kept = versions.filter((old) => old.toVersion > version)
      if (kept.length === 0) this.#superseded.delete(key)
      else if (kept.length < versions.length) this.#superseded.set(key, kept)
    }
  }

  #versionAt(key: string, version: number): DocumentVersion | undefined {
    const newest = this.#newest.get(key)
    if (newest !== undefined && newest.fromVersion <= version) return newest
    return this.#superseded.get(key)?.find((old) => old.fromVersion <= version && version < old.toVersion)
  }

  /** Index of the first key that is not smaller than `key`. */
  #position(key: string): number {
    let low = 0
    let high = this.#ordered.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const candidate = this.#ordered[middle]
      if (candidate !== undefined && candidate.key < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** UTF-16 order, the order of `<` everywhere in the catalogue. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
