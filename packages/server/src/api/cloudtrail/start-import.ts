import { Fault } from '../../fault.ts'
import type { LakeImport, LakeImportRequest, LakeImports } from '../../lake/imports/index.ts'
import type { EventDataStores } from '../../lake/stores/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Call, Fail } from '../operation.ts'
import { describeImport } from './import-description.ts'
import { importAccess, resolveImport } from './import-reference.ts'
import { defineOperation } from './service.ts'
import { resolveActiveStore, storeAccess } from './store-reference.ts'

type Input = CloudTrailOperations['StartImport']['input']
type Failing = Fail<CloudTrailOperations['StartImport']['error']>

const action = 'cloudtrail:StartImport'

/** Begins to copy log files into an event data store, or goes on with a copy that failed or was stopped. */
export const startImport = defineOperation({
  name: 'StartImport',
  action,
  uses: ['lakeImports', 'eventDataStores'],
  readOnly: false,
  access(input, { lakeImports, eventDataStores }, call) {
    if (input.ImportId !== undefined) return importAccess(action, input.ImportId, lakeImports, call)
    const store = storeAccess(action, input.Destinations?.[0] ?? '', call, eventDataStores)
    const role = input.ImportSource?.S3.S3BucketAccessRoleArn
    if (role === undefined) return store
    // The role is handed to CloudTrail, which is a right of its own.
    const context = { 'iam:PassedToService': 'cloudtrail.amazonaws.com' }
    return [...store, { action: 'iam:PassRole', resource: role, context }]
  },
  async run(input, { lakeImports, eventDataStores }, call, fail) {
    try {
      return describeImport(await begin(input, lakeImports, eventDataStores, call, fail))
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'lake.too-many-imports') throw error
      return fail(
        'AccountHasOngoingImportException',
        'The account has an import under way: wait for its end, or stop it.',
      )
    }
  },
})

function begin(
  input: Input,
  lakeImports: LakeImports,
  stores: EventDataStores,
  call: Call,
  fail: Failing,
): Promise<LakeImport> {
  const { ImportId: id, Destinations: destinations, ImportSource: source } = input
  if (id !== undefined) {
    const isAlone = !destinations && !source && input.StartEventTime === undefined && input.EndEventTime === undefined
    if (!isAlone) fail('InvalidParameterException', 'An import is started again with its ImportId alone.')
    const one = resolveImport(id, lakeImports, call, fail)
    if (one.state !== 'FAILED' && one.state !== 'STOPPED') {
      fail('InvalidParameterException', `The import ${id} is ${one.state}: only failed or stopped ones start again.`)
    }
    requireSource(requestOf(one, stores, call, fail), lakeImports, fail)
    return lakeImports.retry(call.cause, one)
  }
  const [destination] = destinations ?? []
  if (destination === undefined || source === undefined) {
    return fail(
      'InvalidParameterException',
      'Give Destinations and ImportSource, or the ImportId of an earlier import.',
    )
  }
  const { StartEventTime: fromMs, EndEventTime: untilMs } = input
  if (fromMs !== undefined && untilMs !== undefined && fromMs > untilMs) {
    fail('InvalidParameterException', 'StartEventTime must not be after EndEventTime.')
  }
  const store = resolveActiveStore(destination, stores, call, fail)
  if (store.kind !== 'events') {
    fail('InvalidEventDataStoreCategoryException', `The event data store ${store.arn} does not hold CloudTrail events.`)
  }
  const { S3LocationUri: uri, S3BucketRegion: region, S3BucketAccessRoleArn: roleArn } = source.S3
  const request: LakeImportRequest = {
    store,
    source: { uri, region, roleArn },
    ...(fromMs !== undefined && { fromMs }),
    ...(untilMs !== undefined && { untilMs }),
  }
  requireSource(request, lakeImports, fail)
  return lakeImports.start(call.cause, request)
}

function requestOf(one: LakeImport, stores: EventDataStores, call: Call, fail: Failing): LakeImportRequest {
  return { store: resolveActiveStore(one.storeArn, stores, call, fail), source: one.source }
}

function requireSource(request: LakeImportRequest, lakeImports: LakeImports, fail: Failing): void {
  const problem = lakeImports.problem(request)
  if (problem !== undefined) fail('InvalidImportSourceException', problem)
}
