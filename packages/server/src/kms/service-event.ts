import { buildRecord } from '@cairn/core/record'
import { type CatalogDraft, type CatalogReader, defineCollection } from '../ports/catalog.ts'
import type { EventFrame } from '../ports/event-log.ts'
import type { KmsKey } from './key.ts'

/** Something KMS did to a key by itself, decided in the catalogue and not in the log yet. */
export interface ServiceEvent {
  readonly eventId: string
  readonly eventName: 'DeleteKey' | 'RotateKey'
  readonly atMs: number
  readonly account: string
  readonly region: string
  readonly arn: string
  readonly details?: Readonly<Record<string, string>>
}

/**
 * Written in the change that they tell of and removed once they are in the log: a crash between repeats an event, with
 * its id, and loses none.
 */
const unrecordedEvents = defineCollection<ServiceEvent>('kms-unrecorded-event', { keepsHistory: false })

export function noteEvent(
  draft: CatalogDraft,
  { account, region, arn }: KmsKey,
  event: Pick<ServiceEvent, 'eventId' | 'eventName' | 'atMs' | 'details'>,
): void {
  draft.put(unrecordedEvents, event.eventId, { ...event, account, region, arn })
}

export function notedEvents(reader: CatalogReader): readonly ServiceEvent[] {
  return reader.list(unrecordedEvents).map(({ value }) => value)
}

export function forgetEvents(draft: CatalogDraft, events: readonly ServiceEvent[]): void {
  for (const { eventId } of events) draft.delete(unrecordedEvents, eventId)
}

const self = 'AWS Internal'

/** @source KMS Developer Guide, log entries: DeleteKey, RotateKey */
export function eventFrame(event: ServiceEvent, catalogVersion: number, acceptedAtMs: number): EventFrame {
  const { eventId: eventID, eventName, account, region, arn, atMs, details } = event
  const text = buildRecord({
    userIdentity: { accountId: account, invokedBy: self },
    eventTimeMs: atMs,
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: region,
    sourceIPAddress: self,
    userAgent: self,
    eventID,
    readOnly: false,
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: arn }],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: account,
    ...(details && { serviceEventDetails: details }),
    eventCategory: 'Management',
  })
  return {
    kind: 'event',
    audience: { kind: 'live' },
    source: 'api',
    account,
    region,
    catalogVersion,
    acceptedAtMs,
    bytes: new TextEncoder().encode(text),
  }
}
