import { Fault } from '../../fault.ts'
import type { CatalogDraft, Collection } from '../../ports/catalog.ts'
import { compareKeys, type DocumentSet } from './document-set.ts'
import { frozenJson } from './frozen-json.ts'
import { type Write, WriteLayer } from './write.ts'

/**
 * What `decide` works on: its own writes over those that are decided but not durable yet, over the durable documents.
 */
export class Draft implements CatalogDraft {
  readonly version: number
  readonly #durable: ReadonlyMap<string, DocumentSet>
  readonly #pending: WriteLayer
  readonly #own = new WriteLayer()
  #isOpen = true

  constructor(version: number, durable: ReadonlyMap<string, DocumentSet>, pending: WriteLayer) {
    this.version = version
    this.#durable = durable
    this.#pending = pending
  }

  get<Value>({ name }: Collection<Value>, key: string): Value | undefined {
    const write = this.#own.of(name)?.get(key) ?? this.#pending.of(name)?.get(key)
    const value = write === undefined ? this.#durable.get(name)?.get(key) : write.document?.value
    return value as Value | undefined
  }

  list<Value>({ name }: Collection<Value>, prefix = ''): readonly { readonly key: string; readonly value: Value }[] {
    const durable = this.#durable.get(name)?.list(prefix) ?? []
    const layers = [this.#pending.of(name), this.#own.of(name)].filter((layer) => layer !== undefined)
    if (layers.length === 0) return durable as { key: string; value: Value }[]
    const values = new Map<string, unknown>(durable.map(({ key, value }) => [key, value]))
    for (const layer of layers) {
      for (const [key, { document }] of layer) {
        if (!key.startsWith(prefix)) continue
        if (document === undefined) values.delete(key)
        else values.set(key, document.value)
      }
    }
    return [...values]
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([key, value]) => ({ key, value }) as { key: string; value: Value })
  }

  put<Value>({ name, keepsHistory }: Collection<Value>, key: string, value: Value): void {
    this.#write({ collection: name, keepsHistory, key, document: frozenJson(value) })
  }

  delete<Value>(collection: Collection<Value>, key: string): void {
    if (this.get(collection, key) === undefined) return
    this.#write({ collection: collection.name, keepsHistory: collection.keepsHistory, key, document: undefined })
  }

  /** Ends the draft: a `decide` that goes on after it returned (an async one) must not believe it still writes. */
  close(): readonly Write[] {
    this.#isOpen = false
    return [...this.#own.writes()]
  }

  #write(write: Write): void {
    if (!this.#isOpen) throw new Fault('catalog.draft-closed', 'decide went on after it returned')
    this.#own.set(write, this.version)
  }
}
