import { type EventDataStore, type EventDataStoreId, eventDataStoreArn } from './event-data-store.ts'

/** A store of all management events with the defaults of CreateEventDataStore; `number` tells its id and name. */
export function anEventDataStore(number: number, change: Partial<EventDataStore> = {}): EventDataStore {
  const given = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as EventDataStoreId
  const place = { id: given, account: '123456789012', region: 'us-east-1', ...change }
  return {
    arn: eventDataStoreArn({ partition: 'aws', ...place }),
    name: `store-${number}`,
    kind: 'events',
    selectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
    isMultiRegion: true,
    billingMode: 'EXTENDABLE_RETENTION_PRICING',
    retentionDays: 366,
    isTerminationProtected: false,
    isIngesting: true,
    createdAtMs: 0,
    updatedAtMs: 0,
    tags: [],
    ...place,
  }
}
