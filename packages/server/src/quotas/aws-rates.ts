/** So many calls in so long a time; unused ones do not add up beyond it. */
export interface Rate {
  readonly calls: number
  readonly everyMs: number
}

const perSecond = (calls: number): Rate => ({ calls, everyMs: 1_000 })

/** `DescribeTrails`, or `Get*` for all operations whose name begins so; the first that fits counts. */
type Pattern = string

/**
 * What an account may call in a region, each operation by itself.
 *
 * @source CloudTrail User Guide, quotas: transactions per second; the updates and stops stand with the other changes
 */
const cloudTrailRates: readonly (readonly [Pattern, Rate])[] = [
  ['GenerateQuery', { calls: 4, everyMs: 60_000 }],
  ['LookupEvents', perSecond(2)],
  ['ListInsightsData', perSecond(2)],
  ['ListInsightsMetricData', perSecond(1)],
  ['StartQuery', perSecond(3)],
  ['CancelQuery', perSecond(3)],
  ['DescribeQuery', perSecond(10)],
  ['DescribeTrails', perSecond(10)],
  ['SearchSampleQueries', perSecond(10)],
  ['RegisterOrganizationDelegatedAdmin', perSecond(10)],
  ['DeregisterOrganizationDelegatedAdmin', perSecond(10)],
  ['Get*', perSecond(10)],
  ['List*', perSecond(10)],
  ['*', perSecond(1)],
]

const ratesByService: Readonly<Record<string, readonly (readonly [Pattern, Rate])[]>> = {
  cloudtrail: cloudTrailRates,
  'cloudtrail-data': [['PutAuditEvents', perSecond(100)]],
}

/** The rate of one operation; `undefined` where AWS publishes none. */
export function awsRate(service: string, operation: string): Rate | undefined {
  const rates = Object.hasOwn(ratesByService, service) ? ratesByService[service] : undefined
  return rates?.find(([pattern]) =>
    pattern.endsWith('*') ? operation.startsWith(pattern.slice(0, -1)) : operation === pattern,
  )?.[1]
}
