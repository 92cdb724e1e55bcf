import type { EventDataStore } from '../../lake/stores/index.ts'
import { meaningOf, reaches } from '../../trails/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Fail } from '../operation.ts'
import { contextRoleAccess, readContextKeySelectors, requireContextRole } from './context-key-selectors.ts'
import { defineOperation } from './service.ts'
import { describeStoreConfiguration, resolveConfigured } from './store-configuration.ts'
import { checkActive, failUnknownStore } from './store-reference.ts'
import { trailOrStore, trailOrStoreAccess } from './trail-or-store.ts'
import { resolveTrailAtHome } from './trail-resolution.ts'

type Input = CloudTrailOperations['PutEventConfiguration']['input']

/**
 * Stores keep events of up to 256 KB or 1 MB, and large ones with the context of their calls. What the request does not
 * name stays. No event is aggregated yet: asking for it is refused.
 */
export const putEventConfiguration = defineOperation({
  name: 'PutEventConfiguration',
  action: 'cloudtrail:PutEventConfiguration',
  uses: ['trails', 'eventDataStores', 'identity', 'clock'],
  readOnly: false,
  access: (input, capabilities, call) => [
    ...trailOrStoreAccess('cloudtrail:PutEventConfiguration', input, call, capabilities),
    ...contextRoleAccess(input.ContextKeySelectors, call, capabilities.identity),
  ],
  async run(input, { trails, eventDataStores, ...capabilities }, call, fail) {
    const named = trailOrStore(input, fail)
    checkMembers(named.kind, input, fail)
    if (named.kind === 'event-data-store') {
      const store = resolveConfigured(named.name, eventDataStores, call, fail)
      checkActive(store, fail)
      const { MaxEventSize: size, ContextKeySelectors: selectors } = input
      const wanted = selectors && readContextKeySelectors(selectors, fail)
      if (size === undefined && selectors === undefined) return describeStoreConfiguration(store)
      const configure = (newest: EventDataStore): EventDataStore => {
        checkActive(newest, fail)
        const { keepsLargeEvents: wasLarge = false, context: before, ...others } = newest
        const isLarge = size === undefined ? wasLarge : size === 'Large'
        const context = selectors === undefined ? before : wanted
        if (context !== undefined && !isLarge) failNotLarge(fail)
        return { ...others, ...(isLarge && { keepsLargeEvents: true }), ...(context && { context }) }
      }
      configure(store)
      if (wanted !== undefined) await requireContextRole(call, capabilities, fail)
      const edited = await eventDataStores.edit(call.cause, store.id, configure)
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
  fail: Fail<'InvalidParameterCombinationException'>,
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
}

function failNotLarge(fail: Fail<'InvalidParameterCombinationException'>): never {
  return fail(
    'InvalidParameterCombinationException',
    'MaxEventSize must be Large when ContextKeySelectors are specified.',
  )
}
