import type { ObjectStore } from '../../ports/object-store.ts'

/** A store of the configuration. */
export interface SourceStore {
  readonly name: string
  /** What tells it from another store of that name. */
  readonly endpoint: string
  readonly objects: ObjectStore
  readonly buckets: readonly { readonly name: string; readonly prefixes: readonly string[] }[]
}

/** Where files are read from, already found to be allowed. */
export interface Source {
  readonly store: SourceStore
  readonly bucket: string
  /** Keys begin with it; may be empty. */
  readonly prefix: string
  /** Whole days in UTC, by the folders that AWS files log files under. `untilMs` is inclusive. */
  readonly sinceMs?: number
  readonly untilMs?: number
}

/** Whether the configuration lets everything below a prefix be used. */
export function isAllowed({ buckets }: SourceStore, bucket: string, prefix: string): boolean {
  const found = buckets.find(({ name }) => name === bucket)
  return found !== undefined && (found.prefixes.length === 0 || found.prefixes.some((one) => prefix.startsWith(one)))
}
