import { type SelectableEvent, selectableEvent } from '@cairn/core/selectors'

/** An event as trails look at it. */
export interface TrailEvent {
  /** Whose trails may take it (`recipientAccountId`). */
  readonly account: string
  readonly region: string
  readonly selectable: SelectableEvent
  /** Of a global service: recorded in the leading region, wherever the call was made. */
  readonly isGlobalService: boolean
  /** The writing of log files or log streams by the audit trail itself. */
  readonly isOwnDelivery: boolean
}

/** Where events of global services are recorded. */
const leadingRegion = 'us-east-1'

/** @source CloudTrail User Guide, global service events; sign-in as seen in real log files of a single-region trail */
const globalServices: ReadonlySet<string | undefined> = new Set([
  'iam.amazonaws.com',
  'sts.amazonaws.com',
  'cloudfront.amazonaws.com',
  'signin.amazonaws.com',
])

/** @source CloudTrail API Reference, RecursiveLogging */
const deliveryCalls: ReadonlyMap<string, string> = new Map([
  ['PutObject', 's3.amazonaws.com'],
  ['PutLogEvents', 'logs.amazonaws.com'],
])

/** `record` is the parsed record of a frame that stands for `account` and `region`. */
export function trailEvent(
  place: { readonly account: string; readonly region: string },
  record: Readonly<Record<string, unknown>>,
): TrailEvent {
  return placedEvent(place, selectableEvent(record))
}

/** The same of what is known of the record already. */
export function placedEvent(
  { account, region }: { readonly account: string; readonly region: string },
  selectable: SelectableEvent,
): TrailEvent {
  return {
    account,
    region,
    selectable,
    isGlobalService: region === leadingRegion && globalServices.has(selectable.eventSource),
    isOwnDelivery: isDeliveryCall(selectable) && selectable.userIdentityInvokedBy === 'cloudtrail.amazonaws.com',
  }
}

function isDeliveryCall({ eventName, eventSource }: SelectableEvent): boolean {
  return eventName !== undefined && eventSource !== undefined && deliveryCalls.get(eventName) === eventSource
}
