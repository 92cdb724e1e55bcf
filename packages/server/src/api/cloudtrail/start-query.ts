import { bucketNameProblem } from '../../buckets/index.ts'
import { Fault } from '../../fault.ts'
import type { LakeQueries, ResultDestination, StoreStatement } from '../../lake/queries/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Fail } from '../operation.ts'
import { callerOf, ownerOf } from './query-reference.ts'
import { defineOperation } from './service.ts'
import { checkActive, failUnknownStore, storeAccess } from './store-reference.ts'

type Input = CloudTrailOperations['StartQuery']['input']
type Failing = Fail<CloudTrailOperations['StartQuery']['error']>

const action = 'cloudtrail:StartQuery'

/** Queries change nothing that is recorded, so the record of this call says read-only, as AWS's does. */
export const startQuery = defineOperation({
  name: 'StartQuery',
  action,
  uses: ['lakeQueries', 'eventDataStores', 'buckets'],
  readOnly: true,
  // What a statement reads is only known when it is understood: one that is not has nothing to ask about.
  access(input, { lakeQueries, eventDataStores }, call, fail) {
    const { stores } = readStatement(input, lakeQueries, fail)
    if (stores.length === 0) return [{ action, resource: '*' }]
    return stores.flatMap(({ arn }) => storeAccess(action, arn, call, eventDataStores))
  },
  async run(input, { lakeQueries, buckets }, call, fail) {
    const read = readStatement(input, lakeQueries, fail)
    const owner = input.EventDataStoreOwnerAccountId ?? call.account
    for (const store of read.stores) {
      if (store.region !== call.region || (input.EventDataStoreOwnerAccountId && store.account !== owner)) {
        failUnknownStore(store.id, fail)
      }
      checkActive(store, fail)
    }
    const [first] = read.stores
    const destination = readDestination(input.DeliveryS3Uri, fail)
    if (destination !== undefined && first !== undefined) {
      const { bucket, prefix } = destination
      const folder = `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${owner}/CloudTrail-Lake/Query/`
      const access = { bucket, key: folder, sourceArn: first.arn, sourceAccount: owner }
      const verdict = buckets.checkPutAccess(access)
      if (verdict === 'no-such-bucket') fail('S3BucketDoesNotExistException', `S3 bucket ${bucket} does not exist!`)
      if (verdict === 'denied') {
        fail('InsufficientS3BucketPolicyException', `Incorrect S3 bucket policy is detected for bucket: ${bucket}`)
      }
    }
    try {
      const query = await lakeQueries.startOnStores({
        read,
        text: input.QueryStatement ?? '',
        account: owner,
        region: call.region,
        caller: callerOf(call),
        ...(destination && { destination }),
      })
      return { QueryId: query.id, ...ownerOf(query, call) }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'lake.too-many-queries') throw error
      return fail(
        'MaxConcurrentQueriesException',
        'You are already running the maximum number of concurrent queries. Wait a minute for some to finish, and try again.',
      )
    }
  },
})

function readStatement(input: Input, lakeQueries: LakeQueries, fail: Failing): StoreStatement {
  const { QueryStatement: text, QueryAlias: alias, QueryParameters: parameters } = input
  if ((text === undefined) === (alias === undefined)) {
    return fail('InvalidParameterException', 'Give either QueryStatement or QueryAlias.')
  }
  if (text === undefined) return fail('InvalidParameterException', `The query alias ${alias} was not found.`)
  const read = lakeQueries.read(text, parameters)
  return read.kind === 'query' ? read : fail('InvalidQueryStatementException', read.message)
}

/** @source CloudTrail API Reference, StartQuery: `s3://bucket[/prefix]` */
function readDestination(uri: string | undefined, fail: Failing): ResultDestination | undefined {
  if (uri === undefined || uri === '') return undefined
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)\/?(.*)$/s.exec(uri) ?? []
  const problem = bucketNameProblem(bucket)
  if (problem !== undefined) fail('InvalidS3BucketNameException', problem)
  const prefix = rest.replace(/\/+$/, '')
  if (/[\p{Cc}\p{Cs}]/u.test(prefix) || prefix.length > prefixCharsMax) {
    fail('InvalidS3PrefixException', `S3 prefix is longer than ${prefixCharsMax} characters or has control characters.`)
  }
  return { uri, bucket, ...(prefix !== '' && { prefix }) }
}

/** With the folders and names below it, a key has to stay within 1,024 bytes. */
const prefixCharsMax = 200
