import { bucketArn, bucketNameProblem } from '../../buckets/index.ts'
import { Fault } from '../../fault.ts'
import type { AthenaRequest, AthenaSource, AthenaStatement } from '../../lake/athena/index.ts'
import type { Capabilities } from '../capabilities.ts'
import { storeAccess } from '../cloudtrail/store-reference.ts'
import type { AthenaOperations } from '../generated/athena.ts'
import type { AccessRequest, Call, Fail } from '../operation.ts'
import { dataCatalogAccess, dataCatalogName } from './data-catalog.ts'
import { outputAccess } from './output-access.ts'
import { defineOperation } from './service.ts'
import { checkWorkGroup, workGroupAccess } from './work-group.ts'

type Input = AthenaOperations['StartQueryExecution']['input']
type Failing = Fail<AthenaOperations['StartQueryExecution']['error']>

const action = 'athena:StartQueryExecution'

/** Reads as its caller: what the statement reads and where its result goes is asked about, as S3 and CloudTrail would. */
export const startQueryExecution = defineOperation({
  name: 'StartQueryExecution',
  action,
  uses: ['athena', 'eventDataStores', 'buckets'],
  readOnly: false,
  access(input, { athena, eventDataStores, buckets }, call, fail) {
    const request = requestOf(input, call, fail)
    const statement = athena.read(request)
    const sources = statement.kind === 'query' ? statement.sources : []
    const defined = statement.kind === 'definition' && statement.source ? [statement.source] : []
    return [
      ...workGroupAccess(action, call, input.WorkGroup),
      ...[...sources, ...defined].flatMap((source) => sourceAccess(source, call, eventDataStores)),
      ...(statement.kind === 'listing' ? listingAccess(statement, call) : []),
      ...placeAccess(request.output, buckets, call),
    ]
  },
  async run(input, { athena, buckets }, call, fail) {
    checkWorkGroup(input.WorkGroup, fail)
    const request = requestOf(input, call, fail)
    if (request.output !== undefined && buckets.find(request.output.bucket) === undefined) {
      fail('InvalidRequestException', `Unable to verify/create output bucket ${request.output.bucket}`)
    }
    const statement: AthenaStatement = athena.read(request)
    if (statement.kind === 'refused') return fail('InvalidRequestException', statement.message)
    try {
      const query = await athena.start(request, statement)
      if (query === undefined) return fail('InvalidRequestException', 'Idempotent parameters do not match')
      return { QueryExecutionId: query.id }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (error.code !== 'lake.too-many-queries') throw error
      return fail(
        'TooManyRequestsException',
        'You have exceeded the limit for the number of queries you can run at once.',
      )
    }
  },
})

function requestOf(input: Input, call: Call, fail: Failing): AthenaRequest {
  const { QueryString: text, ExecutionParameters: parameters, QueryExecutionContext: context } = input
  const output = outputOf(input.ResultConfiguration?.OutputLocation, fail)
  return {
    account: call.account,
    region: call.region,
    caller: 'arn' in call.principal ? call.principal.arn : call.principal.kind,
    text,
    ...(parameters !== undefined && { parameters }),
    ...(context?.Database !== undefined && { database: context.Database }),
    ...(context?.Catalog !== undefined && { catalog: context.Catalog }),
    ...(input.ClientRequestToken !== undefined && { token: input.ClientRequestToken }),
    ...(output && { output }),
  }
}

/** Without a location the result is read with GetQueryResults alone, as with results that Athena manages. */
function outputOf(uri: string | undefined, fail: Failing): AthenaRequest['output'] {
  if (uri === undefined) return undefined
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri) ?? []
  if (bucketNameProblem(bucket) !== undefined || /[\p{Cc}\p{Cs}]/u.test(rest) || rest.length > 512) {
    fail('InvalidRequestException', 'outputLocation is not a valid S3 path.')
  }
  const prefix = rest.replace(/\/+$/, '')
  return { uri, bucket, ...(prefix !== '' && { prefix }) }
}

function sourceAccess(
  source: AthenaSource,
  call: Call,
  stores: Capabilities['eventDataStores'],
): readonly AccessRequest[] {
  if (source.kind === 'store') return storeAccess('cloudtrail:StartQuery', source.store.arn, call, stores)
  if (source.kind === 'history') return [{ action: 'cloudtrail:LookupEvents', resource: '*' }]
  const { bucket, prefix } = source
  const owner = {
    resourceAccount: bucket.account,
    ...(bucket.policy !== undefined && { resourcePolicy: bucket.policy }),
  }
  return [
    { action: 's3:ListBucket', resource: bucketArn(call.partition, bucket.name), ...owner },
    { action: 's3:GetObject', resource: bucketArn(call.partition, bucket.name, `${prefix}*`), ...owner },
  ]
}

/** A statement tells no more than the call that lists the same. */
function listingAccess(
  { utility }: Extract<AthenaStatement, { kind: 'listing' }>,
  call: Call,
): readonly AccessRequest[] {
  const action = utility === 'SHOW_TABLES' ? 'athena:ListTableMetadata' : 'athena:ListDatabases'
  return dataCatalogAccess(action, call, dataCatalogName)
}

function placeAccess(output: AthenaRequest['output'], buckets: Capabilities['buckets'], call: Call) {
  if (output === undefined) return []
  const key = `${output.prefix === undefined ? '' : `${output.prefix}/`}*`
  return outputAccess('s3:PutObject', { bucket: output.bucket, key }, buckets, call)
}
