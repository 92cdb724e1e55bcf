import { describeExecution, findExecution } from './execution.ts'
import { defineOperation } from './service.ts'
import { workGroupAccess } from './work-group.ts'

const action = 'athena:BatchGetQueryExecution'

export const batchGetQueryExecution = defineOperation({
  name: 'BatchGetQueryExecution',
  action,
  uses: ['lakeQueries'],
  readOnly: true,
  access: (_input, _capabilities, call) => workGroupAccess(action, call),
  async run({ QueryExecutionIds: ids }, { lakeQueries }, call) {
    const found = await Promise.all(ids.map(async (id) => ({ id, query: await findExecution(id, lakeQueries, call) })))
    return {
      QueryExecutions: found.flatMap(({ query }) => (query === undefined ? [] : [describeExecution(query)])),
      UnprocessedQueryExecutionIds: found.flatMap(({ id, query }) =>
        query === undefined
          ? [{ QueryExecutionId: id, ErrorCode: 'INVALID_INPUT', ErrorMessage: `QueryExecution ${id} was not found` }]
          : [],
      ),
    }
  },
})
