import type { Buckets } from '../../buckets/index.ts'
import type { ImportDestination, ImportedFile, Imports } from '../../capture/imports/index.ts'
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
import { createSourceFinder, type ImportSource } from './import-source.ts'
import { createRoleJudge } from './judge-role.ts'
import {
  handImports,
  type ImportFailure,
  type ImportStatistics,
  importFailures,
  importKey,
  isUnderWay,
  type LakeImport,
  lakeImports,
  noStatistics,
} from './lake-import.ts'
import { copyFiles } from './run-import.ts'
import { createStoreSeen } from './store-seen.ts'

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

const dayMs = 86_400_000

/** Failures that are told one by one; the statistics count all. A wrong key policy fails every file of a bucket. */
const failuresKeptMax = 10_000

/** New rows are in a table within a fraction of a second. */
const ingestCheckMs = 50

const noIntent: Cause = { intentId: undefined }

/** Opens the imports and goes on with those that a stop of the server cut off. */
export function createLakeImports(options: LakeImportsOptions): LakeImports {
  const { catalog, clock, ids, log, marks, telemetry } = options
  const running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void>; now: LakeImport }>()
  const closing = new AbortController()
  const findSource = createSourceFinder(options.buckets, options.sources)
  const roleProblem = createRoleJudge(options.identity, clock)

  function seenBy(store: EventDataStore, scope: string) {
    return createStoreSeen({ marks, log, store: store.id, scope })
  }

  function destinationOf(
    store: EventDataStore,
    scope: string,
    { fromMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY }: Pick<LakeImport, 'fromMs' | 'untilMs'>,
  ): ImportDestination & { readonly seen: ReturnType<typeof seenBy> } {
    return {
      audience: { kind: 'store', id: store.id },
      seen: seenBy(store, scope),
      leaveOut(timeMs) {
        // The retention of now, not of when the import began: it may run for days.
        const { retentionDays } = options.stores.find(store.id) ?? store
        if (timeMs < clock.nowMs() - retentionDays * dayMs) return 'expired'
        return timeMs < fromMs || timeMs > untilMs ? 'outside' : undefined
      },
    }
  }

  async function run(one: LakeImport, store: EventDataStore, source: ImportSource, signal: AbortSignal): Promise<void> {
    const scope = options.addsTwice ? `${store.id}/${one.id}` : store.id
    const destination = destinationOf(store, scope, one)
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
      progress: (now) => show(one.id, { state: 'IN_PROGRESS', statistics: onTopOf(one.statistics, now) }),
      file: (file) => noteFile(one, file),
    })
    // An import that says it is complete has nothing that queries do not see.
    const { end } = log.bounds()
    while (options.ingestedTo() < end) await options.timer.sleep(ingestCheckMs, signal)
    const statistics = onTopOf(one.statistics, copied)
    const broken = catalog.get(importFailures, `${one.id}/${one.source.uri}`)
    if (broken?.status === 'RETRY') await putFailure(`${one.id}/${one.source.uri}`, { ...broken, status: 'SUCCEEDED' })
    if (statistics.eventsExpired > 0) await noteExpired(one, statistics, store)
    await settle(one, statistics.failedEntries > 0 ? 'FAILED' : 'COMPLETED', statistics)
  }

  async function keep(one: LakeImport): Promise<void> {
    await catalog.change(noIntent, (draft) => draft.put(lakeImports, importKey(one), one))
  }

  function show(id: string, change: Partial<Pick<LakeImport, 'state' | 'statistics'>>): void {
    const active = running.get(id)
    if (active !== undefined) active.now = { ...active.now, ...change, updatedAtMs: clock.nowMs() }
  }

  async function settle(one: LakeImport, state: LakeImport['state'], statistics: ImportStatistics): Promise<void> {
    const ended = { ...one, state, statistics, updatedAtMs: clock.nowMs() }
    show(one.id, ended)
    await keep(ended)
    telemetry.importEnded(ended)
  }

  /** A file that failed is one entry; one that failed before and does no more is told, too. */
  async function noteFile({ id }: LakeImport, { name: location, setAside, problems }: ImportedFile): Promise<void> {
    const key = `${id}/${location}`
    const before = catalog.get(importFailures, key)
    if (setAside === 0) {
      if (before !== undefined) await putFailure(key, { ...before, status: 'SUCCEEDED', updatedAtMs: clock.nowMs() })
      return
    }
    if (before === undefined && catalog.list(importFailures, `${id}/`).length >= failuresKeptMax) return
    const [first] = problems
    const more = setAside > 1 ? ` and ${setAside - 1} more` : ''
    await putFailure(key, {
      location,
      status: 'FAILED',
      type: failureType(first?.code ?? 'unreadable'),
      message: `${first?.code ?? 'unreadable'} at byte ${first?.offset ?? 0}${more}`,
      updatedAtMs: clock.nowMs(),
    })
  }

  function noteExpired({ id, source }: LakeImport, { eventsExpired }: ImportStatistics, store: EventDataStore) {
    return putFailure(`${id}/${source.uri}`, {
      location: source.uri,
      status: 'SUCCEEDED',
      type: 'EventsOlderThanRetention',
      message: `${eventsExpired} events are older than the ${store.retentionDays} days that the event data store keeps and were left out. Lengthen the retention period and import again.`,
      updatedAtMs: clock.nowMs(),
    })
  }

  async function putFailure(key: string, failure: ImportFailure): Promise<void> {
    await catalog.change(noIntent, (draft) => draft.put(importFailures, key, failure))
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
        if (closing.signal.aborted) return await keep({ ...one, statistics })
        if (stop.signal.aborted) return await settle(one, 'STOPPED', statistics)
        telemetry.importBroke({ id: one.id, cause })
        await noteBreak(one, cause)
        await settle(one, 'FAILED', { ...statistics, failedEntries: statistics.failedEntries + 1 })
      }
    }
    const done = Promise.resolve()
      .then(work)
      .catch((cause: unknown) => telemetry.importBroke({ id: one.id, cause }))
      .finally(() => running.delete(one.id))
    running.set(one.id, { stop, done, now: one })
  }

  /** What ended the whole import, where no file is to blame. */
  function noteBreak({ id, source }: LakeImport, cause: unknown): Promise<void> {
    const isOfStore = cause instanceof Fault && cause.code.startsWith('object.')
    return putFailure(`${id}/${source.uri}`, {
      location: source.uri,
      status: 'FAILED',
      type: isOfStore ? 'SourceNotReadable' : 'InternalError',
      message: isOfStore ? cause.message : 'The import ended because of an internal error. Start it again.',
      updatedAtMs: clock.nowMs(),
    })
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
      return begin(cause, again, (draft) => {
        for (const { key, value } of draft.list(importFailures, `${one.id}/`)) {
          if (value.status === 'FAILED') draft.put(importFailures, key, { ...value, status: 'RETRY' })
        }
      })
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
    failures: (id) => catalog.list(importFailures, `${id}/`).map(({ value }) => value),
    async stop(one) {
      const active = running.get(one.id)
      if (active === undefined) return one
      active.stop.abort(new Fault('lake.import-stopped', 'the import was stopped'))
      await active.done
      return catalog.get(lakeImports, importKey(one)) ?? one
    },
    destination(store) {
      const destination = destinationOf(store, store.id, {})
      const { seen } = destination
      // The first thing an import does: what one before it added and could not mark any more is learned from the log.
      const caughtUp = async () => {
        const before = catalog.get(handImports, store.id)
        const logFrom = log.bounds().end
        if (before !== undefined) await seen.relearn(before.logFrom)
        await catalog.change(noIntent, (draft) => draft.put(handImports, store.id, { logFrom }))
      }
      let caught: Promise<void> | undefined
      return {
        ...destination,
        seen: {
          ...seen,
          caughtUp() {
            caught ??= caughtUp()
            return caught
          },
        },
      }
    },
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

/** `corrupt-compression` is `CorruptCompression`. */
function failureType(code: string): string {
  return code.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}
