import { expect, test } from 'vitest'
import { createMemoryCatalog } from '../../storage/memory/catalog.ts'
import { trailEvent } from '../../trails/index.ts'
import { hasChannel } from '../channels/index.ts'
import { hasImport } from '../imports/index.ts'
import { anEventDataStore } from './event-data-store.fixture.ts'
import { createEventDataStores, createStoreMatcher, type EventDataStore } from './index.ts'

const account = '123456789012'
const noCause = { intentId: undefined }
const objects = [
  {
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    ],
  },
]
const read = (place = { account, region: 'us-east-1' }) =>
  trailEvent(place, {
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    eventCategory: 'Data',
    readOnly: true,
    resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::bucket/key' }],
  })

async function matcherFor(change: Partial<EventDataStore>) {
  const catalog = createMemoryCatalog()
  const stores = createEventDataStores({ catalog, clock: { nowMs: () => 0 }, hasChannel, hasImport })
  const store = anEventDataStore(1, { selectors: objects, ...change })
  await stores.create(noCause, store)
  const matcher = createStoreMatcher(catalog)
  const isTaken = (place?: { account: string; region: string }) =>
    matcher.isTaken(read(place), { catalogVersion: catalog.version })
  return { catalog, stores, store, matcher, isTaken }
}

test('a store takes what it selects, of its account and of the regions it looks at', async () => {
  const { isTaken } = await matcherFor({ isMultiRegion: false })
  expect(isTaken()).toBe(true)
  expect(isTaken({ account, region: 'eu-west-1' })).toBe(false)
  expect(isTaken({ account: '210987654321', region: 'us-east-1' })).toBe(false)
  const everywhere = await matcherFor({ isMultiRegion: true })
  expect(everywhere.isTaken({ account, region: 'eu-west-1' })).toBe(true)
})

test.each<Partial<EventDataStore>>([
  { isIngesting: false },
  { deletedAfterMs: 1 },
  { kind: 'activity' },
  { selectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }] },
])('nothing is taken by a store that is %j', async (change) => {
  const { isTaken } = await matcherFor(change)
  expect(isTaken()).toBe(false)
})

test('an event of a change is taken if the store before it or the one after it takes it', async () => {
  const { catalog, stores, store, matcher } = await matcherFor({ isIngesting: false })
  const catalogVersion = catalog.version
  await stores.edit(noCause, store.id, (one) => ({ ...one, isIngesting: true }))
  expect(matcher.isTaken(read(), { catalogVersion })).toBe(false)
  expect(matcher.isTaken(read(), { catalogVersion, catalogVersionAfter: catalog.version })).toBe(true)
  expect(matcher.isTaken(read(), { catalogVersion: catalog.version })).toBe(true)
})
