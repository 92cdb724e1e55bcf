import type { Bucket, Buckets } from '../../buckets/index.ts'
import type { CatalogReader } from '../../ports/catalog.ts'
import type { Trails } from '../../trails/index.ts'
import type { EventDataStore, EventDataStores } from '../stores/index.ts'
import { athenaDatabaseKey, athenaDatabases, athenaTableKey, athenaTables } from './athena-table.ts'

/** What a table's rows are made of. */
export type AthenaSource =
  | { readonly kind: 'store'; readonly store: EventDataStore }
  | { readonly kind: 'bucket'; readonly bucket: Bucket; readonly prefix: string }
  /** Every event of the account that the log holds. */
  | { readonly kind: 'history' }

export interface TablePlace {
  readonly account: string
  readonly region: string
  /** As the request says it; `default` otherwise. */
  readonly database: string
  /** Lower case. */
  readonly name: string
}

/**
 * What a table means, in this order:
 *
 * | table | in database | is |
 * | --- | --- | --- |
 * | any | any | what CREATE EXTERNAL TABLE said |
 * | `cloudtrail_logs_<bucket>`, as the console names it | any | the log files in that bucket of the account |
 * | `cloudtrail_logs` | name or id of an event data store | its events |
 * | `cloudtrail_logs` | name of a trail | the log files in its bucket |
 * | `cloudtrail_logs` | `default` | the history of the account |
 */
export interface Sources {
  find(place: TablePlace): AthenaSource | undefined
  /** Whether there is a database: `default`, of a store or trail by its name, made by CREATE DATABASE, or of a table. */
  hasDatabase(place: Omit<TablePlace, 'name'>): boolean
  /** Lower case, in order. */
  databases(place: Pick<TablePlace, 'account' | 'region'>): readonly string[]
  /** What can be named in a database without saying what it is of, by name. */
  tables(place: Omit<TablePlace, 'name'>): readonly NamedTable[]
}

export interface NamedTable {
  readonly name: string
  /** `s3://bucket/prefix/`; of files only. */
  readonly location?: string
  readonly createdAtMs?: number
}

export function createSources(options: {
  readonly catalog: CatalogReader
  readonly buckets: Pick<Buckets, 'find' | 'ofAccount'>
  readonly stores: EventDataStores
  readonly trails: Trails
}): Sources {
  const { catalog, buckets, stores, trails } = options

  function ofBucket(name: string, prefix: string): AthenaSource | undefined {
    const bucket = buckets.find(name)
    return bucket && { kind: 'bucket', bucket, prefix }
  }

  const storeOf = (account: string, database: string) =>
    stores
      .ofAccount(account)
      .find((one) => one.kind === 'events' && (one.id === database || one.name.toLowerCase() === database))
  const trailOf = (account: string, database: string) =>
    trails.ofAccount(account).find((one) => one.name.toLowerCase() === database)

  function find(place: TablePlace): AthenaSource | undefined {
    const { account, region, name } = place
    const database = place.database.toLowerCase()
    const defined = catalog.get(athenaTables, athenaTableKey({ ...place, database }))
    if (defined !== undefined) return ofBucket(defined.bucket, defined.prefix)
    if (name.startsWith(consolePrefix)) {
      const wanted = name.slice(consolePrefix.length)
      const found = buckets.ofAccount(account).find((bucket) => bucket.name.replace(/[.-]/g, '_') === wanted)
      return found && ofBucket(found.name, '')
    }
    if (name !== viewName) return undefined
    const store = storeOf(account, database)
    if (store !== undefined) return { kind: 'store', store }
    const trail = trailOf(account, database)
    if (trail !== undefined) return ofBucket(trail.bucket, trail.prefix === undefined ? '' : `${trail.prefix}/`)
    return database === defaultDatabase && region !== '' ? { kind: 'history' } : undefined
  }

  return {
    find,
    databases({ account, region }) {
      const made = catalog.list(athenaDatabases, `${account}/${region}/`).map(({ key }) => key.split('/')[2] ?? '')
      const defined = catalog.list(athenaTables, `${account}/${region}/`).map(({ value }) => value.database)
      const ofStores = stores.ofAccount(account).filter(({ kind }) => kind === 'events')
      const named = [...ofStores, ...trails.ofAccount(account)].map(({ name }) => name.toLowerCase())
      return [...new Set([defaultDatabase, ...made, ...defined, ...named])].sort()
    },
    tables({ account, region, database: named }) {
      const database = named.toLowerCase()
      const defined = catalog
        .list(athenaTables, `${athenaDatabaseKey({ account, region, database })}/`)
        .map(({ value: { name, bucket, prefix, createdAtMs } }) => ({
          name,
          location: s3Uri(bucket, prefix),
          createdAtMs,
        }))
      const view = find({ account, region, database, name: viewName })
      const isDefined = defined.some(({ name }) => name === viewName)
      const ofView = view?.kind === 'bucket' && { location: s3Uri(view.bucket.name, view.prefix) }
      const all = view === undefined || isDefined ? defined : [...defined, { name: viewName, ...ofView }]
      return all.sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    hasDatabase({ account, region, database: named }) {
      const database = named.toLowerCase()
      if (database === defaultDatabase || storeOf(account, database) || trailOf(account, database)) return true
      const key = athenaDatabaseKey({ account, region, database })
      return catalog.get(athenaDatabases, key) !== undefined || catalog.list(athenaTables, `${key}/`).length > 0
    },
  }
}

function s3Uri(bucket: string, prefix: string): string {
  return `s3://${bucket}/${prefix}`
}

export const defaultDatabase = 'default'
const viewName = 'cloudtrail_logs'
const consolePrefix = 'cloudtrail_logs_'
