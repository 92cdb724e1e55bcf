import { Fault } from '../../fault.ts'
import {
  columnsEvent,
  hasEnded,
  type LakeQueries,
  type QueryEvent,
  type StoreStatement,
} from '../../lake/queries/index.ts'
import type { EventDataStore } from '../../lake/stores/index.ts'
import { defineEndpoint } from '../endpoint.ts'
import { allStores, findStore } from './find-store.ts'
import { readText } from './read-text.ts'
import { refused } from './refused.ts'

/**
 * Runs a Lake query and streams what happens as NDJSON, ending with the end of the query. The body is
 * `{"statement":"SELECT …","parameters":["…"],"store":"name or id"}`; `$EDS_ID` in the statement stands for the store,
 * which may be left out where there is only one. Whoever goes away cancels the query.
 */
export const query = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/query',
  uses: ['lakeQueries', 'eventDataStores', 'identity'],
  access: 'operator',
  readOnly: true,
  async run(request, { lakeQueries, eventDataStores, identity }) {
    const asked = parsed(await readText(request.body))
    if (asked === undefined) return refused('InvalidQuery', 'the body must be {"statement": text, …}')
    const { statement, parameters, store } = asked
    const text = withStore(statement, store, allStores(identity, eventDataStores))
    if ('problem' in text) return refused('InvalidQuery', text.problem)
    const read = lakeQueries.read(text.statement, parameters)
    if (read.kind === 'refused') return refused('InvalidQueryStatement', read.message)
    const inactive = read.stores.find(({ deletedAfterMs }) => deletedAfterMs !== undefined)
    if (inactive !== undefined) return refused('InactiveEventDataStore', `${inactive.name} is pending deletion`)
    return {
      status: 200,
      contentType: 'application/x-ndjson',
      body: lines(read, text.statement, lakeQueries, request.signal),
    }
  },
})

async function* lines(
  read: StoreStatement,
  text: string,
  lakeQueries: LakeQueries,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const line = (event: QueryEvent) => `${JSON.stringify(event)}\n`
  const [first] = read.stores
  let id: string | undefined
  try {
    const place = { account: first?.account ?? '', region: first?.region ?? '', caller: 'operator' }
    id = (await lakeQueries.startOnStores({ read, text, ...place })).id
    yield line(columnsEvent(read.statement))
    for await (const { query, rows } of lakeQueries.follow(id, signal)) {
      if (rows.length > 0) yield line({ kind: 'rows', rows })
      const { state, statistics, error } = query
      if (!hasEnded(query)) yield line({ kind: 'progress', text: `${statistics.eventsScanned} events read` })
      else if (state !== 'QUEUED' && state !== 'RUNNING') {
        yield line({
          kind: 'end',
          state,
          rows: query.rows,
          statistics,
          notes: [],
          ...(error !== undefined && { error }),
        })
      }
    }
  } catch (error) {
    // Nobody is there to be told.
    if (signal.aborted) return
    if (!(error instanceof Fault)) throw error
    yield `${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`
  } finally {
    if (id !== undefined) await lakeQueries.cancel(id)
  }
}

interface Asked {
  readonly statement: string
  readonly parameters?: readonly string[]
  readonly store?: string
}

function parsed(text: string): Asked | undefined {
  try {
    const { statement, parameters, store } = JSON.parse(text) as Readonly<Record<string, unknown>>
    if (typeof statement !== 'string') return undefined
    const isTexts = Array.isArray(parameters) && parameters.every((one) => typeof one === 'string')
    return {
      statement,
      ...(isTexts && { parameters: parameters as readonly string[] }),
      ...(typeof store === 'string' && { store }),
    }
  } catch {
    return undefined
  }
}

/** @source CloudTrail User Guide: sample queries have `$EDS_ID` where the id of the store goes */
function withStore(
  statement: string,
  wanted: string | undefined,
  stores: readonly EventDataStore[],
): { readonly statement: string } | { readonly problem: string } {
  if (!statement.includes('$EDS_ID')) return { statement }
  const found = findStore(wanted, stores, '--store')
  if ('problem' in found) return { problem: `$EDS_ID stands for an event data store: ${found.problem}` }
  return { statement: statement.replaceAll('$EDS_ID', found.store.id) }
}
