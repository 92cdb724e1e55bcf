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
const deliveryCalls: ReadonlySet<string> = new Set(['s3.amazonaws.com/PutObject', 'logs.amazonaws.com/PutLogEvents'])

/** `record` is the parsed record of a frame that stands for `account` and `region`. */
export function trailEvent(
  { account, region }: { readonly account: string; readonly region: string },
  record: Readonly<Record<string, unknown>>,
): TrailEvent {
  const selectable = selectableEvent(record)
  const { userIdentity: identity } = record
  const invokedBy = typeof identity === 'object' && identity !== null && 'invokedBy' in identity && identity.invokedBy
  return {
    account,
    region,
    selectable,
    isGlobalService: region === leadingRegion && globalServices.has(selectable.eventSource),
    isOwnDelivery:
      invokedBy === 'cloudtrail.amazonaws.com' &&
      deliveryCalls.has(`${selectable.eventSource}/${selectable.eventName}`),
  }
}
