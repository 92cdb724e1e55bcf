import type { EventDataStore } from '../../lake/stores/index.ts'
import { meaningOf, reaches, type Trail } from '../../trails/index.ts'
import type { InsightSelector } from '../generated/cloudtrail.ts'
import type { Fail } from '../operation.ts'
import { defineOperation } from './service.ts'
import { resolveNamedStore } from './store-reference.ts'
import { trailOrStore, trailOrStoreAccess } from './trail-or-store.ts'
import { resolveTrailAtHome } from './trail-resolution.ts'

/** Switching Insights off is accepted; switching them on is refused until something computes them. */
export const putInsightSelectors = defineOperation({
  name: 'PutInsightSelectors',
  action: 'cloudtrail:PutInsightSelectors',
  uses: ['trails', 'eventDataStores'],
  readOnly: false,
  access: (input, capabilities, call) =>
    trailOrStoreAccess('cloudtrail:PutInsightSelectors', input, call, capabilities),
  run(input, { trails, eventDataStores }, call, fail) {
    const named = trailOrStore(input, fail)
    if (named.kind === 'event-data-store') {
      const { InsightsDestination: wanted } = input
      if (wanted === undefined) {
        return fail('InvalidParameterException', 'InsightsDestination is required when EventDataStore is specified.')
      }
      const source = resolveNamedStore('EventDataStore', named.name, eventDataStores, call, fail)
      const destination = resolveNamedStore('InsightsDestination', wanted, eventDataStores, call, fail)
      checkStorePair(source, destination, fail)
      if (input.InsightSelectors.length > 0) failUncomputed(fail)
      return { EventDataStoreArn: source.arn, InsightsDestination: destination.arn, InsightSelectors: [] }
    }
    if (input.InsightsDestination !== undefined) {
      fail('InvalidParameterCombinationException', 'InsightsDestination cannot be specified with TrailName.')
    }
    const trail = resolveTrailAtHome(named.name, trails, call, fail)
    checkInsightSelectors(trail, input.InsightSelectors, fail)
    if (input.InsightSelectors.length > 0) failUncomputed(fail)
    return { TrailARN: trail.arn, InsightSelectors: [] }
  },
})

/** Insights are learned from events that the trail takes. */
function checkInsightSelectors(
  trail: Trail,
  selectors: readonly InsightSelector[],
  fail: Fail<'InvalidInsightSelectorsException'>,
): void {
  const taken = meaningOf(trail.selectors)
  const types = new Set<string>()
  for (const { InsightType: type, EventCategories: categories = ['Management'] } of selectors) {
    if (type === undefined) fail('InvalidInsightSelectorsException', 'InsightType is required.')
    if (types.has(type)) fail('InvalidInsightSelectorsException', `${type} is specified more than once.`)
    types.add(type)
    for (const category of categories) {
      const needsWrites = category === 'Management' && type === 'ApiCallRateInsight'
      if (reaches(taken, { category, ...(needsWrites && { readOnly: false }) })) continue
      const events = `${needsWrites ? 'write ' : ''}${category.toLowerCase()} events`
      fail('InvalidInsightSelectorsException', `${type} requires that the trail logs ${events}.`)
    }
  }
}

/** What a store learns goes to another one, whose table has the columns for it. */
function checkStorePair(
  source: EventDataStore,
  destination: EventDataStore,
  fail: Fail<'InvalidParameterException'>,
): void {
  if (source.kind !== 'events') {
    fail('InvalidParameterException', `The event data store ${source.arn} does not log management events.`)
  }
  if (destination.kind !== 'insights') {
    fail('InvalidParameterException', `The event data store ${destination.arn} does not log Insights events.`)
  }
}

function failUncomputed(fail: Fail<'UnsupportedOperationException'>): never {
  return fail('UnsupportedOperationException', 'Cairn does not compute Insights yet: only an empty list is accepted.')
}
