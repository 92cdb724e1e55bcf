import { explain } from '@cairn/core/selectors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createTrailMatcher, createTrails, meaningOf, outOfReach, type TrailSelectors, trailEvent } from './index.ts'
import { aTrail } from './trail.fixture.ts'

const regions = fc.constantFrom('us-east-1', 'eu-west-1', 'private-9')
const sources = fc.constantFrom('iam.amazonaws.com', 's3.amazonaws.com', 'kms.amazonaws.com')

const selectors: fc.Arbitrary<TrailSelectors> = fc.record({
  kind: fc.constant('basic' as const),
  shown: fc.array(
    fc.record({
      ReadWriteType: fc.constantFrom('All' as const, 'ReadOnly' as const, 'WriteOnly' as const),
      IncludeManagementEvents: fc.constant(true),
      DataResources: fc.constantFrom([], [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3:::audit/'] }]),
      ExcludeManagementEventSources: fc.constantFrom([], ['kms.amazonaws.com']),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

const trails = fc
  .array(
    fc.record({
      homeRegion: regions,
      isMultiRegion: fc.boolean(),
      includesGlobalServiceEvents: fc.boolean(),
      logsItself: fc.boolean(),
      isLogging: fc.boolean(),
      selectors,
    }),
    { maxLength: 6 },
  )
  .map((changes) => changes.map((change, index) => aTrail({ ...change, name: `trail-${index}` })))

const events = fc
  .record({
    region: regions,
    eventSource: sources,
    eventName: fc.constantFrom('PutObject', 'GetKey'),
    readOnly: fc.option(fc.boolean(), { nil: undefined }),
    eventCategory: fc.constantFrom('Management', 'Data'),
    key: fc.constantFrom('audit/x', 'auditor/x'),
    invokedBy: fc.option(fc.constant('cloudtrail.amazonaws.com'), { nil: undefined }),
  })
  .map(({ region, key, invokedBy, ...record }) =>
    trailEvent(
      { account: '111122223333', region },
      { ...record, userIdentity: { invokedBy }, resources: [{ type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${key}` }] },
    ),
  )

test('takes what each trail would take if it were asked alone, rule by rule', async () => {
  await fc.assert(
    fc.asyncProperty(trails, fc.array(events, { minLength: 10, maxLength: 40 }), async (kept, seen) => {
      const catalog = createMemoryCatalog()
      for (const trail of kept) await createTrails(catalog).create({ intentId: undefined }, trail)
      const matcher = createTrailMatcher(catalog)
      for (const event of seen) {
        const alone = kept.filter(
          (trail) =>
            outOfReach(trail, event) === undefined &&
            meaningOf(trail.selectors).some((selector) => explain(selector, event.selectable).matches),
        )
        const together = matcher.match(event, { catalogVersion: catalog.version })
        expect(together.map(({ arn }) => arn).sort()).toEqual(alone.map(({ arn }) => arn).sort())
      }
    }),
    { numRuns: 200 },
  )
})
