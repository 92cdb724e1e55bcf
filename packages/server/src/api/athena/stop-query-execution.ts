import { resolveExecution } from './execution.ts'
import { defineOperation } from './service.ts'
import { workGroupAccess } from './work-group.ts'

const action = 'athena:StopQueryExecution'

/** One that has ended stays as it is. */
export const stopQueryExecution = defineOperation({
  name: 'StopQueryExecution',
  action,
  uses: ['lakeQueries'],
  readOnly: false,
  access: (_input, _capabilities, call) => workGroupAccess(action, call),
  async run(input, { lakeQueries }, call, fail) {
    const { id } = await resolveExecution(input.QueryExecutionId, lakeQueries, call, fail)
    await lakeQueries.cancel(id)
    return {}
  },
})
