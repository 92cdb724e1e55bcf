import { type CatalogReader, defineCollection } from '../../ports/catalog.ts'
import type { Tag } from '../../trails/index.ts'
import type { EventDataStoreId } from '../stores/index.ts'

/** The last part of the ARN. */
export type ChannelId = string & { readonly brand: 'ChannelId' }

/** A channel as the catalogue keeps it: the way by which events from outside come into event data stores. */
export interface Channel {
  readonly id: ChannelId
  /** `arn:<partition>:cloudtrail:<region>:<account>:channel/<id>` */
  readonly arn: string
  readonly name: string
  readonly account: string
  readonly region: string
  /** `Custom`, or the name of a partner. Never changes. */
  readonly source: string
  /** Stores of kind `activity`, each once. */
  readonly destinations: readonly EventDataStoreId[]
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly tags: readonly Tag[]
  /** JSON text of its resource policy: who but its account may put events. */
  readonly policy?: string
}

/** Key: `<id>`. */
export const channelCollection = defineCollection<Channel>('channel')

/** Whether a channel leads to a store. */
export function hasChannel(catalog: CatalogReader, store: EventDataStoreId): boolean {
  return catalog.list(channelCollection).some(({ value }) => value.destinations.includes(store))
}

export function channelArn(place: {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly id: string
}): string {
  return `arn:${place.partition}:cloudtrail:${place.region}:${place.account}:channel/${place.id}`
}

/** The source for everything that is no partner's. */
export const customSource = 'Custom'

/** @source CloudTrail User Guide, information about integration partners; CloudFormation's AWS::CloudTrail::Channel */
const partnerSources: ReadonlySet<string> = new Set([
  'CloudStorageSecurityConsole',
  'Clumio',
  'CrowdStrike',
  'CyberArk',
  'GitHub',
  'IBMMulticloud',
  'KongGatewayEnterprise',
  'LaunchDarkly',
  'MontyCloud',
  'NetskopeCloudExchange',
  'OktaSystemLogEvents',
  'OneLogin',
  'Shoreline',
  'Snyk',
  'WizAuditLogs',
])

export function isKnownSource(source: string): boolean {
  return source === customSource || partnerSources.has(source)
}
