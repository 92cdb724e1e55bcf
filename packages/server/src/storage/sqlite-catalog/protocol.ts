import type { StoredChange } from './catalog-database.ts'

/** What the catalogue asks of its worker, one message each, answered in order. */
export type CatalogRequest = { readonly id: number } & CatalogWork

export type CatalogWork =
  | { readonly kind: 'open' }
  | { readonly kind: 'commit'; readonly changes: readonly StoredChange[]; readonly forgottenIntents: readonly string[] }
  | { readonly kind: 'release'; readonly version: number }
  | { readonly kind: 'snapshot'; readonly path: string }
  | { readonly kind: 'check' }
  | { readonly kind: 'close' }

export interface CatalogReply {
  readonly id: number
  readonly result?: unknown
  readonly failure?: {
    /** Of a Fault; absent for anything else. */
    readonly code: string | undefined
    readonly message: string
    readonly fields: Readonly<Record<string, string | number | boolean>>
  }
}
