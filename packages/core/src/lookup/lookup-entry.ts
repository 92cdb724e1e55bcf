import type { EventFields } from '../record/index.ts'

const decoder = new TextDecoder()

/**
 * One event as LookupEvents shows it, as JSON. `bytes` are the record's.
 *
 * @source CloudTrail API reference, Event; members in its model's order
 */
export function lookupEntry(fields: EventFields, timeMs: number, bytes: Uint8Array): string {
  return JSON.stringify({
    EventId: fields.eventId,
    EventName: fields.eventName,
    ReadOnly: fields.readOnly === undefined ? undefined : String(fields.readOnly),
    AccessKeyId: fields.accessKeyId,
    EventTime: timeMs / 1000,
    EventSource: fields.eventSource,
    Username: fields.username,
    Resources: fields.resources.map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: decoder.decode(bytes),
  })
}
