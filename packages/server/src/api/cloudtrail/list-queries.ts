import { listPage } from './list-page.ts'
import { newestFirst } from './newest-first.ts'
import { defineOperation } from './service.ts'
import { resolveActiveStore, storeAccess } from './store-reference.ts'

const action = 'cloudtrail:ListQueries'

/** Queries of one store in the last seven days, which is all that are kept; newest first. */
export const listQueries = defineOperation({
  name: 'ListQueries',
  action,
  uses: ['lakeQueries', 'eventDataStores'],
  readOnly: true,
  invalid: {
    MaxResults: 'InvalidMaxResultsException',
    NextToken: 'InvalidNextTokenException',
    QueryStatus: 'InvalidQueryStatusException',
  },
  access: (input, { eventDataStores }, call) => storeAccess(action, input.EventDataStore, call, eventDataStores),
  async run(input, { lakeQueries, eventDataStores }, call, fail) {
    const { id, account } = resolveActiveStore(input.EventDataStore, eventDataStores, call, fail, { isShared: true })
    const { StartTime: fromMs = Number.NEGATIVE_INFINITY, EndTime: untilMs = Number.POSITIVE_INFINITY } = input
    if (fromMs >= untilMs) fail('InvalidDateRangeException', 'The start time must be before the end time.')
    const queries = (await lakeQueries.summaries()).filter(
      (query) =>
        !query.isAthena &&
        // Those of the store's owner, and of the caller who named it without its owner.
        (query.account === account || query.account === call.account) &&
        query.stores.includes(id) &&
        query.createdAtMs >= fromMs &&
        query.createdAtMs <= untilMs &&
        (input.QueryStatus === undefined || query.state === input.QueryStatus),
    )
    const { EventDataStore, StartTime, EndTime, QueryStatus } = input
    const bound = JSON.stringify([EventDataStore, StartTime, EndTime, QueryStatus])
    const { items, members } = listPage(
      queries,
      { name: `queries ${bound}`, keyOf: (one) => newestFirst(one) },
      input,
      fail,
    )
    return {
      Queries: items.map((query) => ({
        QueryId: query.id,
        QueryStatus: query.state,
        CreationTime: query.createdAtMs,
      })),
      ...members,
    }
  },
})
