import { defineOperation } from './service.ts'
import { checkWorkGroup, workGroupAccess } from './work-group.ts'

const action = 'athena:ListQueryExecutions'

/** @source model: a page has at most fifty */
const pageMax = 50

/** Ids of the account's executions in the region called, newest first. */
export const listQueryExecutions = defineOperation({
  name: 'ListQueryExecutions',
  action,
  uses: ['lakeQueries'],
  readOnly: true,
  access: (input, _capabilities, call) => workGroupAccess(action, call, input.WorkGroup),
  async run(input, { lakeQueries }, { account, region }, fail) {
    checkWorkGroup(input.WorkGroup, fail)
    const { tokens } = lakeQueries
    const bound = [action, account, region]
    const executions = (await lakeQueries.summaries()).filter(
      (query) => query.isAthena && query.account === account && query.region === region,
    )
    const from = input.NextToken === undefined ? 0 : tokens.read(input.NextToken, bound)
    if (from === undefined) return fail('InvalidRequestException', 'The token is not valid.')
    const page = executions.slice(from, from + (input.MaxResults ?? pageMax))
    const next = from + page.length
    return {
      QueryExecutionIds: page.map(({ id }) => id),
      NextToken: next < executions.length ? tokens.write(next, bound) : undefined,
    }
  },
})
