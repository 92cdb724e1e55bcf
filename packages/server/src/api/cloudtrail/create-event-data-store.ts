import { defaultStoreSelectors } from '@cairn/core/selectors'
import { type EventDataStore, eventDataStoreArn, type StoreObstacle } from '../../lake/stores/index.ts'
import type { Fail } from '../operation.ts'
import { defineOperation } from './service.ts'
import { describeStore } from './store-description.ts'
import {
  checkMultiRegion,
  checkRetention,
  checkUnbuiltStoreSettings,
  failNameTaken,
  judgeStoreSelectors,
} from './store-settings.ts'
import { checkTags } from './tag-rules.ts'
import { requestTagKeys } from './trail-access.ts'

export const createEventDataStore = defineOperation({
  name: 'CreateEventDataStore',
  action: 'cloudtrail:CreateEventDataStore',
  uses: ['eventDataStores', 'ids', 'clock', 'quotas', 'resourceTypes'],
  readOnly: false,
  // Tags are a permission of their own.
  access({ TagsList: tags = [] }, _capabilities, { partition, account, region }) {
    const resource = eventDataStoreArn({ partition, account, region, id: '*' })
    const actions = ['cloudtrail:CreateEventDataStore', ...(tags.length > 0 ? ['cloudtrail:AddTags'] : [])]
    return actions.map((action) => ({ action, resource, context: requestTagKeys(tags) }))
  },
  async run(input, { eventDataStores, ids, clock, quotas, resourceTypes }, call, fail) {
    const { partition, account, region } = call
    checkUnbuiltStoreSettings(input, fail)
    const given = input.AdvancedEventSelectors ?? []
    const { kind, selectors } = judgeStoreSelectors(
      given.length > 0 ? given : defaultStoreSelectors,
      resourceTypes,
      fail,
    )
    const billingMode = input.BillingMode ?? 'EXTENDABLE_RETENTION_PRICING'
    const isIngesting = input.StartIngestion ?? true
    // It could not be started again: StartEventDataStoreIngestion is for CloudTrail's events.
    if (kind !== 'events' && !isIngesting) {
      fail('InvalidParameterException', 'StartIngestion can only be false for event data stores of CloudTrail events.')
    }
    // The model has no error of its own for too many tags here.
    const tags = checkTags(input.TagsList ?? [], (_, message) => fail('InvalidTagParameterException', message))
    const id = ids.uuid() as EventDataStore['id']
    const nowMs = clock.nowMs()
    const store: EventDataStore = {
      id,
      arn: eventDataStoreArn({ partition, account, region, id }),
      name: input.Name,
      account,
      region,
      kind,
      selectors,
      isMultiRegion: checkMultiRegion(input.MultiRegionEnabled, kind, fail),
      billingMode,
      retentionDays: checkRetention(input.RetentionPeriod, billingMode, fail),
      isTerminationProtected: input.TerminationProtectionEnabled ?? true,
      isIngesting,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      tags,
    }
    const { eventDataStoresPerRegionMax } = quotas
    failObstacle(await eventDataStores.create(call.cause, store, eventDataStoresPerRegionMax), store, fail)
    return {
      ...describeStore(store),
      // @quirk The answer says CREATED of a store that GetEventDataStore calls by its state right after.
      Status: 'CREATED',
      ...(tags.length > 0 && { TagsList: input.TagsList }),
    }
  },
})

function failObstacle(
  obstacle: StoreObstacle | undefined,
  { name, account, region }: EventDataStore,
  fail: Fail<'EventDataStoreAlreadyExistsException' | 'EventDataStoreMaxLimitExceededException'>,
): void {
  if (obstacle?.kind === 'name-taken') failNameTaken(name, fail)
  if (obstacle?.kind === 'too-many') {
    fail(
      'EventDataStoreMaxLimitExceededException',
      `User: ${account} already has ${obstacle.count} event data stores in ${region}.`,
    )
  }
}
