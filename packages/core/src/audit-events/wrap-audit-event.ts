/** What surrounds the `eventData` of an event from outside. */
export interface AuditEventFrame {
  readonly eventId: string
  /** `YYYY-MM-DDThh:mm:ssZ`, as `judgeAuditEvent` read it. */
  readonly eventTime: string
  readonly region: string
  readonly recipient: string
  /** `YYYY-MM-DDThh:mm:ssZ` */
  readonly ingestionTime: string
  readonly channelArn: string
}

/**
 * What stands before `eventData` in the record of an event from outside; {@link afterEventData} stands behind it. The event
 * is in the record as it came, character for character; all other members are plain ASCII that needs no escapes, and
 * the event's id stands at `eventIdAt` in every record.
 *
 * @source CloudTrail User Guide, supported schemas of Lake: events outside AWS
 */
export function beforeEventData(frame: AuditEventFrame): string {
  return `${beforeId}${frame.eventId}","eventTime":"${frame.eventTime}","awsRegion":"${frame.region}","recipientAccountId":"${frame.recipient}","metadata":{"ingestionTime":"${frame.ingestionTime}","channelARN":"${frame.channelArn}"},"eventData":`
}

export const afterEventData = '}'

const beforeId = '{"eventVersion":"1.01","eventCategory":"ActivityAuditLog","eventType":"ActivityLog","eventID":"'

/** Where the 36 characters of an event's id begin in what `wrapAuditEvent` makes. */
export const eventIdAt = beforeId.length
