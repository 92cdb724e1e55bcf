import type { EventDataStore } from '../../lake/stores/index.ts'
import type { CloudTrailOperations } from '../generated/cloudtrail.ts'
import type { Fail } from '../operation.ts'
import { defineOperation } from './service.ts'
import { describeStore } from './store-description.ts'
import { checkActive, failUnknownStore, resolveStore, storeAccess } from './store-reference.ts'
import {
  checkMultiRegion,
  checkRetention,
  checkUnbuiltStoreSettings,
  failNameTaken,
  failOngoingImport,
  judgeStoreSelectors,
} from './store-settings.ts'

type Input = CloudTrailOperations['UpdateEventDataStore']['input']

export const updateEventDataStore = defineOperation({
  name: 'UpdateEventDataStore',
  action: 'cloudtrail:UpdateEventDataStore',
  uses: ['eventDataStores', 'clock', 'resourceTypes'],
  readOnly: false,
  access: (input, { eventDataStores }, call) =>
    storeAccess('cloudtrail:UpdateEventDataStore', input.EventDataStore, call, eventDataStores),
  async run(input, { eventDataStores, clock, resourceTypes }, call, fail) {
    const { EventDataStore: named, ...changes } = input
    const { id, arn } = resolveStore(named, eventDataStores, call, fail)
    if (Object.values(changes).every((change) => change === undefined)) {
      fail('InvalidParameterException', 'Specify at least one parameter to change.')
    }
    checkUnbuiltStoreSettings(input, fail)
    // Judged inside the change: of two updates at once the later one is held against what the earlier one left.
    const updated = await eventDataStores.edit(call.cause, id, (store, { isNameTaken, hasImport }) => {
      checkActive(store, fail)
      if (hasImport()) failOngoingImport(arn, fail)
      if (input.Name !== undefined && isNameTaken(input.Name)) failNameTaken(input.Name, fail)
      return { ...store, ...changesOf(store, input, resourceTypes, fail), updatedAtMs: clock.nowMs() }
    })
    return describeStore(updated ?? failUnknownStore(arn, fail))
  },
})

function changesOf(
  store: EventDataStore,
  input: Input,
  resourceTypes: ReadonlySet<string>,
  fail: Fail<'InvalidEventSelectorsException' | 'InvalidParameterException' | 'UnsupportedOperationException'>,
): Partial<EventDataStore> {
  const billingMode = input.BillingMode ?? store.billingMode
  if (store.billingMode === 'EXTENDABLE_RETENTION_PRICING' && billingMode === 'FIXED_RETENTION_PRICING') {
    fail('InvalidParameterException', 'BillingMode cannot be changed to FIXED_RETENTION_PRICING.')
  }
  return {
    name: input.Name ?? store.name,
    isMultiRegion:
      input.MultiRegionEnabled === undefined
        ? store.isMultiRegion
        : checkMultiRegion(input.MultiRegionEnabled, store.kind, fail),
    billingMode,
    retentionDays: checkRetention(input.RetentionPeriod ?? store.retentionDays, billingMode, fail),
    isTerminationProtected: input.TerminationProtectionEnabled ?? store.isTerminationProtected,
    ...selectorsOf(store, input, resourceTypes, fail),
  }
}

/** A store has the table of its kind, so what it takes may change and its kind may not. */
function selectorsOf(
  store: EventDataStore,
  { AdvancedEventSelectors: asked }: Input,
  resourceTypes: ReadonlySet<string>,
  fail: Fail<'InvalidEventSelectorsException' | 'UnsupportedOperationException'>,
): Pick<EventDataStore, 'selectors'> {
  if (asked === undefined) return { selectors: store.selectors }
  const { kind, selectors } = judgeStoreSelectors(asked, resourceTypes, fail)
  if (kind !== store.kind) {
    fail('InvalidEventSelectorsException', 'The category of events of an event data store cannot be changed.')
  }
  return { selectors }
}
