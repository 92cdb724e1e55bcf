import type { LakeQuery } from '../../lake/queries/index.ts'
import type { ColumnInfo } from '../generated/athena.ts'
import { findExecution, resolveExecution, resultKeyOf, stateOf } from './execution.ts'
import { outputAccess } from './output-access.ts'
import { defineOperation } from './service.ts'
import { workGroupAccess } from './work-group.ts'

const action = 'athena:GetQueryResults'

/** @source model: a page has at most a thousand rows, the heading among them */
const rowsMax = 1_000

/**
 * Rows of an execution that succeeded, for who may also read the file they were written to: else they would be open to
 * everyone who may call Athena.
 *
 * The first page begins with the heading, as Athena's does; lists of names have none.
 *
 * @source Athena API reference, GetQueryResults: needs s3:GetObject on the results location
 */
export const getQueryResults = defineOperation({
  name: 'GetQueryResults',
  action,
  uses: ['lakeQueries', 'buckets'],
  readOnly: true,
  async access(input, { lakeQueries, buckets }, call) {
    const query = await findExecution(input.QueryExecutionId, lakeQueries, call)
    const { delivery } = query ?? {}
    const place = query && delivery && { bucket: delivery.bucket, key: resultKeyOf(query, delivery) }
    return [...workGroupAccess(action, call), ...(place ? outputAccess('s3:GetObject', place, buckets, call) : [])]
  },
  async run(input, { lakeQueries }, call, fail) {
    const query = await resolveExecution(input.QueryExecutionId, lakeQueries, call, fail)
    const state = stateOf(query)
    if (state !== 'SUCCEEDED') {
      fail('InvalidRequestException', `Query has not yet finished. Current state: ${state}`)
    }
    const { tokens } = lakeQueries
    const bound = [action, query.id, call.account]
    const from = input.NextToken === undefined ? 0 : tokens.read(input.NextToken, bound)
    if (from === undefined) return fail('InvalidRequestException', 'The token is not valid.')
    const max = Math.min(input.MaxResults ?? rowsMax, rowsMax)
    const hasHeading = from === 0 && query.columns.length > 0 && query.athena?.utility === undefined
    const page = await lakeQueries.page(query.id, from, Math.max(1, max - (hasHeading ? 1 : 0)))
    const rows = page?.rows ?? []
    const shown = hasHeading ? [query.columns, ...rows] : rows
    return {
      UpdateCount: 0,
      ResultSet: {
        Rows: shown.map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) })),
        ResultSetMetadata: { ColumnInfo: columnsOf(query) },
      },
      NextToken: page?.next === undefined ? undefined : tokens.write(page.next, bound),
    }
  },
})

function columnsOf({ columns, columnTypes }: LakeQuery): readonly ColumnInfo[] {
  return columns.map((name, at) => {
    // `map(varchar, bigint)` is `map` here, and `timestamp(3) with time zone` keeps its zone.
    const type = (columnTypes[at] ?? 'varchar').replace(/^timestamp\(\d+\)/, 'timestamp').replace(/\(.*/s, '')
    return {
      CatalogName: 'hive',
      SchemaName: '',
      TableName: '',
      Name: name,
      Label: name,
      Type: type,
      Precision: type === 'varchar' ? 2_147_483_647 : 0,
      Scale: 0,
      Nullable: 'UNKNOWN',
      CaseSensitive: type === 'varchar',
    }
  })
}
