import { describe, expect, test } from 'vitest'
import { quotasOf } from './index.ts'

describe('by default', () => {
  test('there are none', () => {
    expect(quotasOf('none').trailsPerRegionMax).toBeUndefined()
    expect(quotasOf('none').rateOf('cloudtrail', 'LookupEvents')).toBeUndefined()
  })
})

describe('the quotas of AWS', () => {
  test.each([
    ['cloudtrail', 'LookupEvents', 2],
    ['cloudtrail', 'GetTrailStatus', 10],
    ['cloudtrail', 'ListTags', 10],
    ['cloudtrail', 'ListInsightsMetricData', 1],
    ['cloudtrail', 'CreateTrail', 1],
    ['cloudtrail', 'UpdateTrail', 1],
    ['cloudtrail-data', 'PutAuditEvents', 100],
  ])('%s %s: %i a second', (service, operation, calls) => {
    expect(quotasOf('aws').rateOf(service, operation)).toEqual({ calls, everyMs: 1_000 })
  })

  test('other services have no published rates', () => {
    expect(quotasOf('aws').rateOf('s3', 'GetObject')).toBeUndefined()
    expect(quotasOf('aws').rateOf('constructor', 'GetObject')).toBeUndefined()
  })
})
