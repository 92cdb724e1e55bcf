import { ownerOf, queryAccess, resolveQuery } from './query-reference.ts'
import { defineOperation } from './service.ts'

const action = 'cloudtrail:DescribeQuery'

export const describeQuery = defineOperation({
  name: 'DescribeQuery',
  action,
  uses: ['lakeQueries', 'eventDataStores'],
  readOnly: true,
  access: (input, uses, call) => queryAccess(action, input, uses, call),
  async run(input, uses, call, fail) {
    if ((input.QueryId === undefined) === (input.QueryAlias === undefined)) {
      fail('InvalidParameterException', 'Give either QueryId or QueryAlias.')
    }
    if (input.QueryAlias !== undefined) {
      fail('QueryIdNotFoundException', `No query of the alias ${input.QueryAlias} was found.`)
    }
    const query = await resolveQuery(input, uses, call, fail)
    const { eventsMatched, eventsScanned, bytesScanned, executionMs } = query.statistics
    return {
      QueryId: query.id,
      QueryString: query.statement,
      QueryStatus: query.state,
      QueryStatistics: {
        EventsMatched: eventsMatched,
        EventsScanned: eventsScanned,
        BytesScanned: bytesScanned,
        ExecutionTimeInMillis: executionMs,
        CreationTime: query.createdAtMs,
      },
      ErrorMessage: query.error,
      DeliveryS3Uri: query.delivery?.uri,
      DeliveryStatus: query.delivery?.state,
      ...ownerOf(query, call),
    }
  },
})
