import type { Buckets } from '../../buckets/index.ts'
import type { ImportDestination } from '../../capture/imports/index.ts'
import type { SourceStore } from '../../capture/store-imports/index.ts'
import { Fault } from '../../fault.ts'
import type { Identity } from '../../identity/index.ts'
import type { CatalogDraft, Cause } from '../../ports/catalog.ts'
import type { Ids } from '../../ports/ids.ts'
import type { EventDataStore } from '../stores/index.ts'
import { handDestination } from './import-destination.ts'
import { createImportFailures } from './import-failures.ts'
import { createImportRuns, type ImportRunsOptions } from './import-runs.ts'
import { createSourceFinder } from './import-source.ts'
import { createRoleJudge } from './judge-role.ts'
import { type ImportFailure, importKey, isUnderWay, type LakeImport, lakeImports, noStatistics } from './lake-import.ts'

/** What to copy where; the caller is allowed, the store is there. */
export interface LakeImportRequest {
  readonly store: EventDataStore
  readonly source: LakeImport['source']
  readonly fromMs?: number
  readonly untilMs?: number
}

/** Copies of log files into event data stores. */
export interface LakeImports {
  /** Why a source cannot be copied from; `undefined` when it can. */
  problem(request: LakeImportRequest): string | undefined
  /** @throws Fault `lake.too-many-imports` */
  start(cause: Cause, request: LakeImportRequest): Promise<LakeImport>
  /** Goes on with one that failed or was stopped. @throws Fault `lake.too-many-imports` */
  retry(cause: Cause, one: LakeImport): Promise<LakeImport>
  find(place: Pick<LakeImport, 'account' | 'region' | 'id'>): LakeImport | undefined
  /** Of an account and region, newest first. */
  ofAccount(account: string, region: string): readonly LakeImport[]
  /** In the order of their locations. */
  failures(id: string): readonly ImportFailure[]
  /** What was copied stays. Answers it as it is then, unchanged if it was not under way. */
  stop(one: LakeImport): Promise<LakeImport>
  /** What an import into a store takes and knows, for files that come by another way. */
  destination(store: EventDataStore): ImportDestination
  [Symbol.asyncDispose](): Promise<void>
}

export interface LakeImportsOptions extends ImportRunsOptions {
  readonly sources: readonly SourceStore[]
  readonly buckets: Pick<Buckets, 'find' | 'objects'>
  readonly identity: Identity
  readonly ids: Ids
  /** Imports of one account and region at a time. */
  readonly activeMax: number
}

/** Opens the imports and goes on with those that a stop of the server cut off. */
export function createLakeImports(options: LakeImportsOptions): LakeImports {
  const { catalog, clock, ids, log } = options
  const findSource = createSourceFinder(options.buckets, options.sources)
  const roleProblem = createRoleJudge(options.identity, clock)
  const failures = createImportFailures(catalog, clock)
  const runs = createImportRuns({ ...options, failures, findSource })

  async function begin(cause: Cause, one: LakeImport, change: (draft: CatalogDraft) => void = () => {}) {
    await catalog.change(cause, (draft) => {
      const active = draft
        .list(lakeImports, `${one.account}/${one.region}/`)
        .filter(({ value }) => isUnderWay(value) && value.id !== one.id)
      if (active.length >= options.activeMax) {
        throw new Fault('lake.too-many-imports', 'too many imports at a time', { most: options.activeMax })
      }
      change(draft)
      draft.put(lakeImports, importKey(one), one)
    })
    runs.launch(one)
    return one
  }

  // After the constructor's caller has built everything that an import needs.
  for (const { value } of catalog.list(lakeImports)) if (isUnderWay(value)) runs.launch(value)

  return {
    problem({ store, source: { uri, region, roleArn } }) {
      const found = findSource(uri)
      if (found === undefined) return `The S3 location ${uri} does not exist or may not be read.`
      const { bucket, prefix, own } = found
      if (own !== undefined && own.region !== region) {
        return `The S3 bucket ${bucket} is in the Region ${own.region}, not ${region}.`
      }
      return roleProblem({
        roleArn,
        account: store.account,
        storeArn: store.arn,
        bucket,
        prefix,
        ...(own && { bucketAccount: own.account }),
        ...(own?.policy !== undefined && { bucketPolicy: own.policy }),
      })
    },
    start(cause, { store, source, fromMs, untilMs }) {
      const nowMs = clock.nowMs()
      const { bucket = '', prefix = '' } = findSource(source.uri) ?? {}
      return begin(cause, {
        id: ids.uuid(),
        account: store.account,
        region: store.region,
        store: store.id,
        storeArn: store.arn,
        source,
        bucket,
        prefix,
        ...(fromMs !== undefined && { fromMs }),
        ...(untilMs !== undefined && { untilMs }),
        state: 'INITIALIZING',
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        logFrom: log.bounds().end,
        statistics: noStatistics,
      })
    },
    retry(cause, one) {
      const again: LakeImport = { ...one, state: 'INITIALIZING', updatedAtMs: clock.nowMs() }
      return begin(cause, again, (draft) => failures.retry(draft, one.id))
    },
    find(place) {
      const one = catalog.get(lakeImports, importKey(place))
      return one && runs.current(one)
    },
    ofAccount: (account, region) =>
      catalog
        .list(lakeImports, `${account}/${region}/`)
        .map(({ value }) => runs.current(value))
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1)),
    failures: failures.of,
    async stop(one) {
      const isStopped = await runs.stop(one.id)
      return isStopped ? (catalog.get(lakeImports, importKey(one)) ?? one) : one
    },
    destination: (store) => handDestination(options, store),
    [Symbol.asyncDispose]: () => runs[Symbol.asyncDispose](),
  }
}
