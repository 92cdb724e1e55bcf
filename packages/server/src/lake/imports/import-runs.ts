import type { Imports } from '../../capture/imports/index.ts'
import { Fault } from '../../fault.ts'
import type { Catalog, Cause } from '../../ports/catalog.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog, Position } from '../../ports/event-log.ts'
import type { MarkSet } from '../../ports/mark-set.ts'
import type { Timer } from '../../ports/timer.ts'
import type { EventDataStore, EventDataStores } from '../stores/index.ts'
import { copyFiles } from './copy-files.ts'
import { storeDestination } from './import-destination.ts'
import type { ImportFailures } from './import-failures.ts'
import type { ImportSource } from './import-source.ts'
import { type ImportStatistics, importKey, type LakeImport, lakeImports } from './lake-import.ts'

export interface LakeImportTelemetry {
  importEnded(facts: LakeImport): void
  importBroke(facts: { readonly id: string; readonly cause: unknown }): void
}

export interface ImportRunsOptions {
  readonly imports: Imports
  readonly stores: Pick<EventDataStores, 'find'>
  readonly catalog: Catalog
  readonly log: EventLog
  readonly marks: MarkSet
  readonly clock: Clock
  readonly timer: Timer
  /** Whether what is copied again is there twice, as on AWS. */
  readonly addsTwice: boolean
  /** Queries see everything before it. */
  ingestedTo(): Position
  readonly telemetry: LakeImportTelemetry
}

/** The imports that are under way: their statistics are kept while they run, and their outcome when they end. */
export interface ImportRuns {
  launch(one: LakeImport): void
  /** As it is now; unchanged when it is not under way. */
  current(one: LakeImport): LakeImport
  /** Ends one that is under way. Answers false when it was not. */
  stop(id: string): Promise<boolean>
  /** Ends all of them; the next start goes on with them. */
  [Symbol.asyncDispose](): Promise<void>
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

export function createImportRuns(
  options: ImportRunsOptions & {
    readonly failures: ImportFailures
    findSource(uri: string): ImportSource | undefined
  },
): ImportRuns {
  const { catalog, clock, failures, findSource, log, marks, telemetry } = options
  const running = new Map<string, RunningImport>()
  const closing = new AbortController()

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

  return {
    launch,
    current: (one) => running.get(one.id)?.now ?? one,
    async stop(id) {
      const active = running.get(id)
      if (active === undefined) return false
      active.stop.abort(new Fault('lake.import-stopped', 'the import was stopped'))
      await active.done
      return true
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
