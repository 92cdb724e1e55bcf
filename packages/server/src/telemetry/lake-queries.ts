import { Counter, type Registry } from 'prom-client'
import { describeError, type Logger } from './logger.ts'

interface EndedQuery {
  readonly id: string
  readonly account: string
  readonly state: string
  readonly rows: number
  readonly statistics: { readonly bytesScanned: number }
}

interface EndedImport {
  readonly id: string
  readonly account: string
  readonly store: string
  readonly state: string
  readonly statistics: { readonly eventsCompleted: number }
}

/** What Lake's queries and imports say. Statements and what they found are their callers' and in neither. */
export function lakeQueryFacts(logger: Logger, registry: Registry) {
  const registers = [registry]
  const queries = new Counter({
    name: 'cairn_lake_queries_total',
    help: 'Queries that ended, by their last state.',
    labelNames: ['state'],
    registers,
  })
  const scanned = new Counter({
    name: 'cairn_lake_query_bytes_total',
    help: 'Bytes of the files that queries read.',
    registers,
  })
  const imported = new Counter({
    name: 'cairn_lake_imported_events_total',
    help: 'Events that StartImport brought into event data stores.',
    registers,
  })
  return {
    queryEnded({ id, account, state, rows, statistics }: EndedQuery) {
      queries.inc({ state })
      scanned.inc(statistics.bytesScanned)
      logger.info({ queryId: id, account, state, rows, ...statistics }, 'query ended')
    },
    resultEvicted: (facts: { readonly queryId: string; readonly bytes: number }) =>
      logger.warn(facts, 'a result went early: results take too much room'),
    queryBroke: ({ queryId, cause }: { readonly queryId: string; readonly cause: unknown }) =>
      logger.error({ queryId, ...describeError(cause) }, 'a query failed inside'),
    resultNotDelivered: (facts: { readonly queryId: string; readonly state: string; readonly cause: unknown }) =>
      logger.warn(
        { queryId: facts.queryId, state: facts.state, ...describeError(facts.cause) },
        'a result was not delivered',
      ),
    importEnded({ id, account, store, state, statistics }: EndedImport) {
      imported.inc(statistics.eventsCompleted)
      logger.info({ importId: id, account, store, state, ...statistics }, 'import into an event data store ended')
    },
    importBroke: ({ id, cause }: { readonly id: string; readonly cause: unknown }) =>
      logger.error({ importId: id, ...describeError(cause) }, 'an import failed inside'),
  }
}
