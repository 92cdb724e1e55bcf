import { meaningOf, reaches } from '../../trails/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Fail } from '../operation.ts'
import { defineOperation } from './service.ts'
import { describeStoreConfiguration, resolveConfigured } from './store-configuration.ts'
import { checkActive, failUnknownStore } from './store-reference.ts'
import { trailOrStore, trailOrStoreAccess } from './trail-or-store.ts'
import { resolveTrailAtHome } from './trail-resolution.ts'

type Input = CloudTrailOperations['PutEventConfiguration']['input']

/** Stores keep events of up to 256 KB or 1 MB. No event is aggregated or enriched yet: asking for it is refused. */
export const putEventConfiguration = defineOperation({
  name: 'PutEventConfiguration',
  action: 'cloudtrail:PutEventConfiguration',
  uses: ['trails', 'eventDataStores'],
  readOnly: false,
  access: (input, capabilities, call) =>
    trailOrStoreAccess('cloudtrail:PutEventConfiguration', input, call, capabilities),
  async run(input, { trails, eventDataStores }, call, fail) {
    const named = trailOrStore(input, fail)
    checkMembers(named.kind, input, fail)
    if (named.kind === 'event-data-store') {
      const store = resolveConfigured(named.name, eventDataStores, call, fail)
      checkActive(store, fail)
      checkUnbuiltConfiguration(input, fail)
      const { MaxEventSize: size } = input
      if (size === undefined) return describeStoreConfiguration(store)
      const edited = await eventDataStores.edit(call.cause, store.id, ({ keepsLargeEvents: _, ...newest }) => {
        checkActive(newest, fail)
        return { ...newest, ...(size === 'Large' && { keepsLargeEvents: true }) }
      })
      return describeStoreConfiguration(edited ?? failUnknownStore(store.arn, fail))
    }
    const { arn, selectors } = resolveTrailAtHome(named.name, trails, call, fail)
    const [aggregation] = input.AggregationConfigurations ?? []
    if (aggregation) {
      if (!reaches(meaningOf(selectors), { category: 'Data' })) {
        fail('InvalidParameterException', 'Aggregation requires that the trail logs data events.')
      }
      fail('UnsupportedOperationException', 'Cairn does not aggregate events yet: only an empty list is accepted.')
    }
    return { TrailARN: arn, AggregationConfigurations: [] }
  },
})

function checkMembers(
  kind: 'trail' | 'event-data-store',
  input: Input,
  fail: Fail<'InvalidParameterCombinationException' | 'InvalidParameterException'>,
): void {
  const { MaxEventSize: size, ContextKeySelectors: keys, AggregationConfigurations: aggregations } = input
  if (kind === 'trail') {
    if (size !== undefined || keys !== undefined) {
      fail(
        'InvalidParameterCombinationException',
        'MaxEventSize and ContextKeySelectors can only be specified with EventDataStore.',
      )
    }
    return
  }
  if (aggregations !== undefined) {
    fail('InvalidParameterCombinationException', 'AggregationConfigurations can only be specified with TrailName.')
  }
  if (keys === undefined || keys.length === 0) return
  if (size === 'Standard') {
    fail('InvalidParameterCombinationException', 'MaxEventSize must be Large when ContextKeySelectors are specified.')
  }
  if (new Set(keys.map(({ Type: type }) => type)).size < keys.length) {
    fail('InvalidParameterException', 'Each type of context key selector can be specified once.')
  }
}

function checkUnbuiltConfiguration(
  { ContextKeySelectors: keys = [] }: Input,
  fail: Fail<'UnsupportedOperationException'>,
): void {
  if (keys.length > 0) {
    fail('UnsupportedOperationException', 'Cairn does not enrich events with context keys yet: leave them out.')
  }
}
