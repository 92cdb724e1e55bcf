/** Databases that the thread can open. */
export type DatabaseKind = 'catalog' | 'plan' | 'marks'

/** A method of one database, by name. Those of one connection are run in their order. */
export interface DatabaseRequest {
  readonly id: number
  readonly connection: number
  readonly kind: DatabaseKind
  readonly path: string
  /** The database is opened when it is not open; `close` lets it go. */
  readonly method: string
  readonly parameters: readonly unknown[]
}

export interface DatabaseReply {
  readonly id: number
  readonly result?: unknown
  readonly failure?: {
    /** Of a Fault; absent for anything else. */
    readonly code: string | undefined
    readonly message: string
    readonly fields: Readonly<Record<string, string | number | boolean>>
  }
}
