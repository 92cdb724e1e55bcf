import { awsRate, type Rate } from './aws-rates.ts'

/** What an account may have and do, besides the limits that protect the server. */
export interface Quotas {
  /** Trails that one account sees in one region, those of other regions included; absent: any number. */
  readonly trailsPerRegionMax?: number
  /** Event data stores that one account has in one region, those pending deletion included; absent: any number. */
  readonly eventDataStoresPerRegionMax?: number
  /** Channels that one account has in one region; absent: any number. */
  readonly channelsPerRegionMax?: number
  /** Lake queries of one account in one region, queued and running; absent: any number, in turn. */
  readonly lakeQueriesMax?: number
  /** Imports into event data stores that one account has under way in one region; absent: some, in turn. */
  readonly lakeImportsMax?: number
  /** Whether what is imported into a store again is there twice. */
  readonly importsAddTwice?: true
  /** How far back LookupEvents answers, from now; absent: all history. */
  readonly historyMsMax?: number
  /** How often an account may call an operation in one region; `undefined`: as often as it likes. */
  rateOf(service: string, operation: string): Rate | undefined
}

/** @source CloudTrail User Guide, quotas */
const awsQuotas: Quotas = {
  trailsPerRegionMax: 5,
  eventDataStoresPerRegionMax: 10,
  channelsPerRegionMax: 25,
  lakeQueriesMax: 10,
  lakeImportsMax: 1,
  importsAddTwice: true,
  historyMsMax: 90 * 86_400_000,
  rateOf: awsRate,
}

export function quotasOf(setting: 'none' | 'aws'): Quotas {
  return setting === 'aws' ? awsQuotas : { rateOf: () => undefined }
}
