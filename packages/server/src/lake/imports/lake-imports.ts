import type { Buckets } from '../../buckets/index.ts'
import type { ImportDestination, Imports } from '../../capture/imports/index.ts'
import type { SourceStore } from '../../capture/store-imports/index.ts'
import { Fault } from '../../fault.ts'
import type { Identity } from '../../identity/index.ts'
import type { Catalog, CatalogDraft, Cause } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog, Position } from '../../ports/event-log.ts'
import type { Ids } from '../../ports/ids.ts'
import type { MarkSet } from '../../ports/mark-set.ts'
import type { Timer } from '../../ports/timer.ts'
import type { EventDataStore, EventDataStores } from '../stores/index.ts'
import { handDestination, storeDestination } from './import-destination.ts'
import { createImportFailures } from './import-failures.ts'
import { createSourceFinder, type ImportSource } from './import-source.ts'
import { createRoleJudge } from './judge-role.ts'
import {
  type ImportFailure,
  type ImportStatistics,
  importKey,
  isUnderWay,
  type LakeImport,
  lakeImports,
  noStatistics,
} from './lake-import.ts'
import { copyFiles } from './run-import.ts'

/** What to copy where; the caller is allowed, the store is there. */
export interface LakeImportRequest {
  readonly store: EventDataStore
  readonly source: LakeImport['source']
  readonly fromMs?: number
  readonly untilMs?: number
}

export interface LakeImportTelemetry {
  importEnded(facts: LakeImport): void
  importBroke(facts: { readonly id: string; readonly cause: unknown }): void
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

export interface LakeImportsOptions {
  readonly imports: Imports
  readonly stores: Pick<EventDataStores, 'find'>
  readonly sources: readonly SourceStore[]
  readonly buckets: Pick<Buckets, 'find' | 'objects'>
  readonly identity: Identity
  readonly catalog: Catalog
  readonly log: EventLog
  readonly marks: MarkSet
  readonly clock: Clock
  readonly ids: Ids
  /** Imports of one account and region at a time. */
  readonly activeMax: number
  /** Whether what is copied again is there twice, as on AWS. */
  readonly addsTwice: boolean
  readonly timer: Timer
  /** Queries see everything before it. */
  ingestedTo(): Position
  readonly telemetry: LakeImportTelemetry
}

/** New rows are in a table within a fraction of a second. */
const ingestCheckMs = 50

/** Statistics are kept so often while an import runs: a kill loses what was counted since. */
const keepMs = 2_000

const noIntent: Cause = { intentId: undefined }

interface RunningImport {
  readonly stop: AbortController
  readonly done: Promise<void>
  now: LakeImport
  keptAtMs: number
  /** The statistics that are being kept; never rejects. */
  keeping: Promise<void>
}

/** Opens the imports and goes on with those that a stop of the server cut off. */
export function createLakeImports(options: LakeImportsOptions): LakeImports {
  const { catalog, clock, ids, log, marks, telemetry } = options
  const running = new Map<string, RunningImport>()
  const closing = new AbortController()
  const findSource = createSourceFinder(options.buckets, options.sources)
  const roleProblem = createRoleJudge(options.identity, clock)
  const failures = createImportFailures(catalog, clock)

  async function run(one: LakeImport, store: EventDataStore, source: ImportSource, signal: AbortSignal): Promise<void> {
    const scope = options.addsTwice ? `${store.id}/${one.id}` : store.id
    const destination = storeDestination(options, store, scope, one)
    await destination.seen.relearn(one.logFrom)
    // Marks of files are of the place they were copied to, too.
    const place = { ...source.store, endpoint: `lake:${scope}:${source.store.endpoint}` }
    const { bucket, prefix, fromMs, untilMs } = one
    const copied = await copyFiles({
      imports: options.imports,
      marks,
      source: {
        store: place,
        bucket,
        prefix,
        ...(fromMs !== undefined && { sinceMs: fromMs }),
        ...(untilMs !== undefined && { untilMs }),
      },
      destination,
      signal,
      progress(now) {
        show(one.id, { state: 'IN_PROGRESS', statistics: onTopOf(one.statistics, now) })
        keepNowAndThen(one.id)
      },
      file: (file) => failures.file(one, file),
    })
    // An import that says it is complete has nothing that queries do not see.
    const { end } = log.bounds()
    while (options.ingestedTo() < end) await options.timer.sleep(ingestCheckMs, signal)
    const statistics = onTopOf(one.statistics, copied)
    const { retentionDays } = options.stores.find(store.id) ?? store
    await failures.ended(one, { eventsExpired: statistics.eventsExpired, retentionDays })
    await settle(one, statistics.failedEntries > 0 ? 'FAILED' : 'COMPLETED', statistics)
  }

  async function keep(one: LakeImport): Promise<void> {
    await catalog.change(noIntent, (draft) => draft.put(lakeImports, importKey(one), one))
  }

  function show(id: string, change: Partial<Pick<LakeImport, 'state' | 'statistics'>>): void {
    const active = running.get(id)
    if (active !== undefined) active.now = { ...active.now, ...change, updatedAtMs: clock.nowMs() }
  }

  function keepNowAndThen(id: string): void {
    const active = running.get(id)
    if (active === undefined || clock.nowMs() - active.keptAtMs < keepMs) return
    active.keptAtMs = clock.nowMs()
    // What cannot be kept now is kept with the next, or at the end.
    active.keeping = active.keeping.then(() => keep(active.now)).catch(() => undefined)
  }

  async function settle(one: LakeImport, state: LakeImport['state'], statistics: ImportStatistics): Promise<void> {
    const ended = { ...one, state, statistics, updatedAtMs: clock.nowMs() }
    show(one.id, ended)
    await running.get(one.id)?.keeping
    await keep(ended)
    telemetry.importEnded(ended)
  }

  function launch(one: LakeImport): void {
    const store = options.stores.find(one.store)
    const source = findSource(one.source.uri)
    const stop = new AbortController()
    const work = async () => {
      try {
        if (store === undefined || source === undefined) {
          throw new Fault('lake.import-source-gone', 'store or source of an import is gone', { id: one.id })
        }
        await run(one, store, source, stop.signal)
      } catch (cause) {
        // The server ends: the next one goes on.
        const { statistics } = running.get(one.id)?.now ?? one
        await running.get(one.id)?.keeping
        if (closing.signal.aborted) return await keep({ ...one, statistics })
        if (stop.signal.aborted) return await settle(one, 'STOPPED', statistics)
        telemetry.importBroke({ id: one.id, cause })
        await failures.broke(one, cause)
        await settle(one, 'FAILED', { ...statistics, failedEntries: statistics.failedEntries + 1 })
      }
    }
    const done = Promise.resolve()
      .then(work)
      .catch((cause: unknown) => telemetry.importBroke({ id: one.id, cause }))
      .finally(() => running.delete(one.id))
    running.set(one.id, { stop, done, now: one, keptAtMs: clock.nowMs(), keeping: Promise.resolve() })
  }

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
    launch(one)
    return one
  }

  const current = (one: LakeImport): LakeImport => running.get(one.id)?.now ?? one

  // After the constructor's caller has built everything that an import needs.
  for (const { value } of catalog.list(lakeImports)) if (isUnderWay(value)) launch(value)

  return {
    problem({ store, source: { uri, roleArn } }) {
      const found = findSource(uri)
      if (found === undefined) return `The S3 location ${uri} does not exist or may not be read.`
      const { bucket, prefix, own } = found
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
      return one && current(one)
    },
    ofAccount: (account, region) =>
      catalog
        .list(lakeImports, `${account}/${region}/`)
        .map(({ value }) => current(value))
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1)),
    failures: failures.of,
    async stop(one) {
      const active = running.get(one.id)
      if (active === undefined) return one
      active.stop.abort(new Fault('lake.import-stopped', 'the import was stopped'))
      await active.done
      return catalog.get(lakeImports, importKey(one)) ?? one
    },
    destination: (store) => handDestination(options, store),
    async [Symbol.asyncDispose]() {
      closing.abort()
      for (const { stop } of running.values()) stop.abort(new Fault('lake.import-stopped', 'the server ends'))
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}

/** Files that were done before are passed over; the others are looked at again. */
function onTopOf(before: ImportStatistics, now: ImportStatistics): ImportStatistics {
  return {
    ...now,
    filesCompleted: before.filesCompleted + now.filesCompleted,
    eventsCompleted: before.eventsCompleted + now.eventsCompleted,
  }
}
