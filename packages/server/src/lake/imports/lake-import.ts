import { type CatalogReader, defineCollection } from '../../ports/catalog.ts'
import type { Position } from '../../ports/event-log.ts'
import type { EventDataStoreId } from '../stores/index.ts'

/*
 *   INITIALIZING ──► IN_PROGRESS ──┬──► COMPLETED    no file failed
 *        ▲                │        ├──► FAILED       some did; everything else is there
 *        │                ▼        │
 *        └── retry ◄── STOPPED ◄───┘
 *
 * A restart goes on with what was INITIALIZING or IN_PROGRESS.
 */
export type LakeImportState = 'INITIALIZING' | 'IN_PROGRESS' | 'FAILED' | 'STOPPED' | 'COMPLETED'

export interface ImportStatistics {
  readonly prefixesFound: number
  readonly prefixesCompleted: number
  /** Files that gave all they hold. */
  readonly filesCompleted: number
  /** Events added to the store. */
  readonly eventsCompleted: number
  readonly failedEntries: number
  /** Left out because they are older than the store keeps; the API has no member for it, so a failure entry tells. */
  readonly eventsExpired: number
}

export const noStatistics: ImportStatistics = {
  prefixesFound: 0,
  prefixesCompleted: 0,
  filesCompleted: 0,
  eventsCompleted: 0,
  failedEntries: 0,
  eventsExpired: 0,
}

/** A copy of log files into an event data store. Optional members are absent when unset. */
export interface LakeImport {
  readonly id: string
  readonly account: string
  readonly region: string
  readonly store: EventDataStoreId
  readonly storeArn: string
  /** As given. */
  readonly source: { readonly uri: string; readonly region: string; readonly roleArn: string }
  readonly bucket: string
  /** Keys begin with it; may be empty. */
  readonly prefix: string
  /** Event times, both inclusive. */
  readonly fromMs?: number
  readonly untilMs?: number
  readonly state: LakeImportState
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Where the log ended when it began: what it added is behind. */
  readonly logFrom: Position
  readonly statistics: ImportStatistics
}

export interface ImportFailure {
  /** `s3://bucket/key`, or the import's whole source. */
  readonly location: string
  readonly status: 'FAILED' | 'RETRY' | 'SUCCEEDED'
  readonly type: string
  readonly message: string
  readonly updatedAtMs: number
}

/** Key: `<account>/<region>/<id>`. */
export const lakeImports = defineCollection<LakeImport>('lake-import', { keepsHistory: false })

/** Key: `<import id>/<location>`. */
export const importFailures = defineCollection<ImportFailure>('lake-import-failure', { keepsHistory: false })

/**
 * Where the log ended when files were last brought into a store by hand: what came behind may lack its marks. Key:
 * `<store>`.
 */
export const handImports = defineCollection<{ readonly logFrom: Position }>('lake-hand-import', { keepsHistory: false })

export function importKey({ account, region, id }: Pick<LakeImport, 'account' | 'region' | 'id'>): string {
  return `${account}/${region}/${id}`
}

export function isUnderWay({ state }: Pick<LakeImport, 'state'>): boolean {
  return state === 'INITIALIZING' || state === 'IN_PROGRESS'
}

/** Whether log files are being copied into a store. */
export function hasImport(catalog: CatalogReader, store: EventDataStoreId): boolean {
  return catalog.list(lakeImports).some(({ value }) => value.store === store && isUnderWay(value))
}
