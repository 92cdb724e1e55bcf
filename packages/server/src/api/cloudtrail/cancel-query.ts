import { hasEnded } from '../../lake/queries/index.ts'
import { ownerOf, queryAccess, resolveQuery } from './query-reference.ts'
import { defineOperation } from './service.ts'

const action = 'cloudtrail:CancelQuery'

/** Answers when the query has ended: its rows up to then stay readable. */
export const cancelQuery = defineOperation({
  name: 'CancelQuery',
  action,
  uses: ['lakeQueries', 'eventDataStores'],
  readOnly: false,
  access: (input, uses, call) => queryAccess(action, input, uses, call),
  async run(input, uses, call, fail) {
    const query = await resolveQuery(input, uses, call, fail)
    if (hasEnded(query)) fail('InactiveQueryException', `The query ${query.id} is in a terminal state.`)
    const cancelled = (await uses.lakeQueries.cancel(query.id)) ?? query
    return { QueryId: query.id, QueryStatus: cancelled.state, ...ownerOf(query, call) }
  },
})
