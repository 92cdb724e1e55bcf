import { describeExecution, resolveExecution } from './execution.ts'
import { defineOperation } from './service.ts'
import { workGroupAccess } from './work-group.ts'

const action = 'athena:GetQueryExecution'

export const getQueryExecution = defineOperation({
  name: 'GetQueryExecution',
  action,
  uses: ['lakeQueries'],
  readOnly: true,
  access: (_input, _capabilities, call) => workGroupAccess(action, call),
  run: async (input, { lakeQueries }, call, fail) => ({
    QueryExecution: describeExecution(await resolveExecution(input.QueryExecutionId, lakeQueries, call, fail)),
  }),
})
