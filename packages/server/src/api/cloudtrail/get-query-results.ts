import type { LakeQueries, LakeQuery, ResultPage } from '../../lake/queries/index.ts'
import type { ResultRow } from '../../ports/lake-results.ts'
import type { Fail } from '../operation.ts'
import { callerOf, queryAccess, resolveQuery } from './query-reference.ts'
import { defineOperation } from './service.ts'

const action = 'cloudtrail:GetQueryResults'

const rowsMax = 1_000

/** Rows of a query, also of one that runs: those that are there by now. */
export const getQueryResults = defineOperation({
  name: 'GetQueryResults',
  action,
  uses: ['lakeQueries', 'eventDataStores'],
  readOnly: true,
  invalid: { MaxQueryResults: 'InvalidMaxResultsException', NextToken: 'InvalidNextTokenException' },
  access: (input, uses, call) => queryAccess(action, input, uses, call),
  async run(input, uses, call, fail) {
    const { MaxQueryResults: max = rowsMax, NextToken: token } = input
    const query = await resolveQuery(input, uses, call, fail)
    const { tokens } = uses.lakeQueries
    const bound = [action, query.id, call.account, callerOf(call)]
    const from = token === undefined ? 0 : tokens.read(token, bound)
    if (from === undefined) return fail('InvalidNextTokenException', 'Invalid token.')
    const page = await pageOf(query, from, max, uses.lakeQueries, fail)
    const { state, error, statistics, rows: total, columns } = page.query
    return {
      QueryStatus: state,
      QueryStatistics: {
        ResultsCount: page.rows.length,
        TotalResultsCount: total,
        BytesScanned: statistics.bytesScanned,
      },
      QueryResultRows: page.rows.map((row) => shown(row, columns)),
      NextToken: page.next === undefined ? undefined : tokens.write(page.next, bound),
      ErrorMessage: error,
    }
  },
})

async function pageOf(
  { id }: LakeQuery,
  from: number,
  max: number,
  lakeQueries: LakeQueries,
  fail: Fail<'QueryIdNotFoundException'>,
): Promise<ResultPage> {
  const page = await lakeQueries.page(id, from, max)
  return page ?? fail('QueryIdNotFoundException', `The query ${id} was not found.`)
}

/**
 * A row as Lake gives it: a map of one entry for each column, so that two columns may have one name.
 *
 * @quirk NULL is the empty text: the map has no place for anything else, and AWS's own form is not documented.
 */
function shown(row: ResultRow, columns: readonly string[]): readonly Readonly<Record<string, string>>[] {
  return columns.map((label, index) => ({ [label]: row[index] ?? '' }))
}
