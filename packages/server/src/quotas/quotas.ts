import { awsRate, type Rate } from './aws-rates.ts'

/** What an account may have and do, besides the limits that protect the server. */
export interface Quotas {
  /** Trails that one account sees in one region, those of other regions included; absent: any number. */
  readonly trailsPerRegionMax?: number
  /** Event data stores that one account has in one region, those pending deletion included; absent: any number. */
  readonly eventDataStoresPerRegionMax?: number
  /** Channels that one account has in one region; absent: any number. */
  readonly channelsPerRegionMax?: number
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
  historyMsMax: 90 * 86_400_000,
  rateOf: awsRate,
}

export function quotasOf(setting: 'none' | 'aws'): Quotas {
  return setting === 'aws' ? awsQuotas : { rateOf: () => undefined }
}
