import { type QueryStatement, typeText } from '@cairn/core/query'
import { Fault } from '../../fault.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { LakeEngine } from '../../ports/lake-engine.ts'
import type { LakeResults, ResultRow, ResultWriter } from '../../ports/lake-results.ts'
import type { EventDataStoreId } from '../stores/index.ts'
import { createDeliveries, type Delivery, destinationOf } from './deliveries.ts'
import { createFairQueue } from './fair-queue.ts'
import { forgetQueries } from './forget-queries.ts'
import { type AthenaFacts, hasEnded, type LakeQuery } from './query.ts'
import { interrupted, openQueryRecords, type QueryRecords, type QuerySummary } from './query-records.ts'
import { internalError, type OpenTables, type QueryOutcome, type RunLimits, runQuery } from './run-query.ts'

/** A statement that was judged, and for whom it runs. */
export interface QueryRequest {
  readonly account: string
  readonly region: string
  readonly caller: string
  readonly statement: QueryStatement
  /** As sent. */
  readonly text: string
  /** In the order of the statement. May be none for what is not in a store. */
  readonly stores: readonly EventDataStoreId[]
  /** Takes a snapshot of what the statement reads; called when the query begins to run. */
  openTables(signal: AbortSignal): Promise<OpenTables>
  readonly delivery?: Delivery
  readonly athena?: AthenaFacts
  /** Why it fails: nothing of it is run. */
  readonly failure?: string
}

export interface ResultPage {
  readonly query: LakeQuery
  readonly rows: readonly ResultRow[]
  /** Number of the row that the next page begins with; absent when there is none now. */
  readonly next?: number
}

/** Facts that are worth a log line or a metric. */
export interface QueryTelemetry {
  queryEnded(query: LakeQuery): void
  /** A result went before its seven days because results took too much room. */
  resultEvicted(facts: { readonly queryId: string; readonly bytes: number }): void
  queryBroke(facts: { readonly queryId: string; readonly cause: unknown }): void
}

/** The queries of every account, from the call that starts one to the end of their seven days. */
export interface QueryRuns {
  /**
   * @throws Fault `lake.too-many-queries` when the account has `activeMax` queued and running, or too many wait
   */
  start(request: QueryRequest): Promise<LakeQuery>
  /** Of any account: whoever asks checks whether the caller may know it. `undefined` when unknown or forgotten. */
  find(id: string): Promise<LakeQuery | undefined>
  /** Rows `from` on; while it runs, those that are there by now. */
  page(id: string, from: number, rowsMax: number): Promise<ResultPage | undefined>
  /** Ends it within a second; answers it as it is then, unchanged if it had ended. */
  cancel(id: string): Promise<LakeQuery | undefined>
  /** Newest first. */
  summaries(): Promise<readonly QuerySummary[]>
  /** Pages of rows as they come, the last one when the query has ended; the state it had is with each. */
  follow(id: string, signal: AbortSignal): AsyncGenerator<ResultPage>
  /** Forgets what is older than seven days, and the oldest results when all of them take too much room. */
  forget(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface QueryRunsOptions {
  readonly results: LakeResults
  readonly engine: LakeEngine
  readonly clock: Clock
  readonly ids: Ids
  /** Queries of one account and region that may be queued and running; absent: as many as can wait. */
  readonly activeMax?: number
  /** Processes at work at a time. */
  readonly atOnceMax: number
  /** Room for all results together. */
  readonly resultsBytesMax: number
  readonly limits: RunLimits
  readonly telemetry: QueryTelemetry
}

/** A loop that starts queries is stopped before what waits fills the memory. */
const waitingPerAccountMax = 1_000

/** A page of rows with whole events stays below what a client takes in one answer. */
const pageCharsMax = 8 * 1024 * 1024

interface ActiveQuery {
  query: LakeQuery
  writer: ResultWriter | undefined
  readonly stop: AbortController
  /** Replaced whenever there is more to see. */
  changed: PromiseWithResolvers<void>
  /** Ends when the query's last state is kept. */
  readonly ended: Promise<void>
}

/** Opens the records; nothing is read before the first question. */
export function createQueryRuns(options: QueryRunsOptions): QueryRuns {
  const { clock, ids, results, telemetry } = options
  const queue = createFairQueue(options.atOnceMax)
  const active = new Map<string, ActiveQuery>()
  const closing = new AbortController()
  const deliveries = createDeliveries(results, closing.signal, (queryId, cause) =>
    telemetry.queryBroke({ queryId, cause }),
  )
  let opening: Promise<QueryRecords> | undefined
  const records = () => {
    opening ??= openQueryRecords(results, clock.nowMs())
    return opening
  }

  function show(one: ActiveQuery, query: LakeQuery): void {
    one.query = query
    const { changed } = one
    one.changed = Promise.withResolvers()
    changed.resolve()
  }

  async function execute(one: ActiveQuery, request: QueryRequest, kept: QueryRecords): Promise<void> {
    const { signal } = one.stop
    let startedAtMs = clock.nowMs()
    let outcome: QueryOutcome = { state: 'CANCELLED', rows: 0, scanned: one.query.statistics }
    try {
      const work = async () => {
        startedAtMs = clock.nowMs()
        show(one, { ...one.query, state: 'RUNNING' })
        if (request.failure !== undefined) {
          outcome = { ...outcome, state: 'FAILED', error: request.failure }
          return
        }
        outcome = await runQuery(
          {
            statement: request.statement,
            begin: () => results.write(one.query.id),
            openTables: () => request.openTables(signal),
            progress(columns, writer, scanned) {
              one.writer = writer
              const statistics = { ...scanned, executionMs: clock.nowMs() - startedAtMs }
              show(one, { ...one.query, columns, rows: writer.rows, statistics })
            },
            signal,
          },
          options,
        )
      }
      await queue.run(`${request.account}/${request.region}`, work, signal)
    } catch (cause) {
      if (!signal.aborted) {
        telemetry.queryBroke({ queryId: one.query.id, cause })
        outcome = { ...outcome, state: 'FAILED', error: internalError }
      }
    }
    if (outcome.cause !== undefined) telemetry.queryBroke({ queryId: one.query.id, cause: outcome.cause })
    // Stopped by the server's end, not by its caller.
    if (outcome.state === 'CANCELLED' && closing.signal.aborted) {
      outcome = { ...outcome, state: 'FAILED', error: interrupted, rows: 0 }
    }
    const endedAtMs = clock.nowMs()
    const { state, error, rows, scanned } = outcome
    const delivers = one.query.delivery !== undefined && state === 'FINISHED'
    const query: LakeQuery = {
      ...one.query,
      state,
      rows,
      endedAtMs,
      columns: request.statement.columns.map(({ label }) => label),
      columnTypes: request.statement.columns.map(({ type }) => typeText(type)),
      statistics: { ...scanned, executionMs: endedAtMs - startedAtMs },
      ...(error !== undefined && { error }),
      ...(one.query.delivery && {
        delivery: { ...one.query.delivery, state: delivers ? ('PENDING' as const) : ('CANCELLED' as const) },
      }),
    }
    await kept.save(query)
    active.delete(query.id)
    show(one, query)
    telemetry.queryEnded(query)
    if (delivers && request.delivery !== undefined) deliveries.start(query, request.delivery, kept)
  }

  function requireRoom(account: string, region: string): void {
    const others = [...active.values()].filter(({ query }) => query.account === account && query.region === region)
    const most = options.activeMax ?? waitingPerAccountMax
    if (others.length >= most) throw new Fault('lake.too-many-queries', 'too many queries at a time', { most })
  }

  async function forget(): Promise<void> {
    await forgetQueries(await records(), {
      nowMs: clock.nowMs(),
      bytesMax: options.resultsBytesMax,
      isInUse: (id) => active.has(id) || deliveries.isUnderWay(id),
      evicted: ({ id: queryId, bytes }) => telemetry.resultEvicted({ queryId, bytes }),
    })
  }

  async function find(id: string): Promise<LakeQuery | undefined> {
    return active.get(id)?.query ?? (await records()).read(id)
  }

  async function page(id: string, from: number, rowsMax: number): Promise<ResultPage | undefined> {
    const one = active.get(id)
    const kept = await records()
    if (one !== undefined && !hasEnded(one.query)) {
      const { query, writer } = one
      return pageOf(query, from, (await writer?.read(from, rowsMax, pageCharsMax)) ?? [])
    }
    const query = await kept.read(id)
    if (query === undefined) return undefined
    return pageOf(query, from, query.rows === 0 ? [] : await results.read(id, from, rowsMax, pageCharsMax))
  }

  return {
    async start(request) {
      const kept = await records()
      requireRoom(request.account, request.region)
      const { account, region, caller, stores, text, delivery, athena } = request
      const query: LakeQuery = {
        id: ids.uuid(),
        account,
        region,
        caller,
        stores,
        statement: text,
        state: 'QUEUED',
        createdAtMs: clock.nowMs(),
        statistics: { eventsMatched: 0, eventsScanned: 0, bytesScanned: 0, executionMs: 0 },
        columns: [],
        columnTypes: [],
        rows: 0,
        ...(delivery && { delivery: { ...destinationOf(delivery), state: 'PENDING' } }),
        ...(athena && { athena }),
      }
      const ended = Promise.withResolvers<void>()
      const stop = new AbortController()
      const one: ActiveQuery = {
        query,
        writer: undefined,
        stop,
        changed: Promise.withResolvers(),
        ended: ended.promise,
      }
      // Counted from here on: of two that come at once, one finds the other.
      active.set(query.id, one)
      try {
        await kept.save(query)
      } catch (error) {
        active.delete(query.id)
        throw error
      }
      const over = () => {
        active.delete(query.id)
        ended.resolve()
      }
      execute(one, request, kept).then(over, (cause: unknown) => {
        telemetry.queryBroke({ queryId: query.id, cause })
        over()
      })
      return query
    },
    find,
    page,
    async cancel(id) {
      const one = active.get(id)
      if (one === undefined) return (await records()).read(id)
      one.stop.abort(new Fault('lake.query-stopped', 'the query was cancelled'))
      await one.ended
      return one.query
    },
    async summaries() {
      // The record on disk is of when it came in.
      return (await records())
        .summaries()
        .map((one) => ({ ...one, state: active.get(one.id)?.query.state ?? one.state }))
    },
    async *follow(id, signal) {
      for (let from = 0; ; ) {
        signal.throwIfAborted()
        const waiting = active.get(id)?.changed.promise
        const some = await page(id, from, followRowsMax)
        if (some === undefined) return
        yield some
        from += some.rows.length
        if (some.next !== undefined) continue
        if (hasEnded(some.query)) return
        await settledOrAborted(waiting, signal)
      }
    },
    forget,
    async [Symbol.asyncDispose]() {
      closing.abort()
      for (const { stop } of active.values()) stop.abort(closing.signal.reason)
      await Promise.all([...active.values()].map(({ ended }) => ended))
      await deliveries.ended()
    },
  }
}

/** Rows read at a time for whoever follows a query. */
const followRowsMax = 1_000

/** A query may be at work for long with nothing to show: whoever leaves meanwhile does not wait for it. */
async function settledOrAborted(waiting: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const gone = Promise.withResolvers<void>()
  const leave = () => gone.resolve()
  signal.addEventListener('abort', leave, { once: true })
  await Promise.race([waiting, gone.promise])
  signal.removeEventListener('abort', leave)
}

function pageOf(query: LakeQuery, from: number, rows: readonly ResultRow[]): ResultPage {
  const next = from + rows.length
  return { query, rows, ...(next < query.rows && { next }) }
}
