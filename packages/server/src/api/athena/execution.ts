import { resultFileOf, runFailureReason } from '../../lake/athena/index.ts'
import type { LakeQueries, LakeQuery } from '../../lake/queries/index.ts'
import type { QueryExecution } from '../generated/athena.ts'
import type { Call, Fail } from '../operation.ts'
import { engineVersion } from './engine-version.ts'
import { workGroupName } from './work-group.ts'

/** The execution that an id means; those of other accounts and of Lake's own calls are not there. */
export async function findExecution(
  id: string,
  lakeQueries: LakeQueries,
  { account, region }: Call,
): Promise<LakeQuery | undefined> {
  const query = await lakeQueries.find(id)
  return query?.athena !== undefined && query.account === account && query.region === region ? query : undefined
}

export async function resolveExecution(
  id: string,
  lakeQueries: LakeQueries,
  call: Call,
  fail: Fail<'InvalidRequestException'>,
): Promise<LakeQuery> {
  const query = await findExecution(id, lakeQueries, call)
  return query ?? fail('InvalidRequestException', `QueryExecution ${id} was not found`)
}

/** Athena's states: a query has succeeded when its file is there. */
export function stateOf({ state, delivery }: LakeQuery): 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' {
  if (state === 'TIMED_OUT') return 'FAILED'
  if (state !== 'FINISHED') return state
  if (delivery === undefined || delivery.state === 'SUCCESS') return 'SUCCEEDED'
  return delivery.state === 'PENDING' ? 'RUNNING' : 'FAILED'
}

function reasonOf({ state, error, delivery }: LakeQuery): string | undefined {
  if (error !== undefined) return runFailureReason(error)
  if (state === 'TIMED_OUT') return 'Query timeout'
  const isFailing = delivery !== undefined && delivery.state !== 'SUCCESS' && delivery.state !== 'PENDING'
  return state === 'FINISHED' && isFailing ? `The result could not be written to ${delivery.uri}.` : undefined
}

export function describeExecution(query: LakeQuery): QueryExecution {
  const { athena, delivery, statistics, createdAtMs, endedAtMs } = query
  const state = stateOf(query)
  const isOver = state !== 'QUEUED' && state !== 'RUNNING'
  const totalMs = endedAtMs === undefined ? statistics.executionMs : endedAtMs - createdAtMs
  return {
    QueryExecutionId: query.id,
    Query: query.statement,
    StatementType: athena?.isDefinition ? 'DDL' : athena?.utility ? 'UTILITY' : 'DML',
    ResultConfiguration: delivery && { OutputLocation: outputOf(query, delivery) },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: { Database: athena?.database, Catalog: athena?.catalog },
    Status: {
      State: state,
      StateChangeReason: reasonOf(query),
      SubmissionDateTime: createdAtMs,
      CompletionDateTime: isOver ? endedAtMs : undefined,
    },
    Statistics: {
      EngineExecutionTimeInMillis: statistics.executionMs,
      DataScannedInBytes: statistics.bytesScanned,
      TotalExecutionTimeInMillis: totalMs,
      QueryQueueTimeInMillis: Math.max(0, totalMs - statistics.executionMs),
      ResultReuseInformation: { ReusedPreviousResult: false },
    },
    WorkGroup: workGroupName,
    EngineVersion: engineVersion,
    ExecutionParameters: athena?.parameters,
    SubstatementType: athena?.isDefinition ? definitionType(query.statement) : (athena?.utility ?? 'SELECT'),
  }
}

/** `CREATE_TABLE`; of the statements on partitions Athena's name is not known. */
function definitionType(statement: string): string | undefined {
  const [, verb = '', what = ''] = /\b(CREATE|DROP)\s+(?:EXTERNAL\s+)?(DATABASE|SCHEMA|TABLE)\b/i.exec(statement) ?? []
  return verb === '' ? undefined : `${verb}_${what.replace(/schema/i, 'database')}`.toUpperCase()
}

function outputOf(query: LakeQuery, delivery: NonNullable<LakeQuery['delivery']>): string {
  return `s3://${delivery.bucket}/${resultKeyOf(query, delivery)}`
}

/** Where the result lies in its bucket. */
export function resultKeyOf(query: LakeQuery, { prefix }: NonNullable<LakeQuery['delivery']>): string {
  return `${prefix === undefined ? '' : `${prefix}/`}${resultFileOf(query)}`
}
