/** A file that a message says was written. */
export interface AnnouncedFile {
  readonly bucket: string
  readonly key: string
}

/**
 * What a message tells of:
 *
 * - S3's own notification, also as `s3:TestEvent`: `{"Records":[{"eventSource":"aws:s3","s3":{…}}]}`, keys form-encoded
 * - the notification of a trail: `{"s3Bucket":"…","s3ObjectKey":["…"]}`
 * - S3's event by way of EventBridge: `{"source":"aws.s3","detail-type":"Object Created","detail":{…}}`
 * - any of them wrapped by SNS: `{"Type":"Notification","Message":"<one of the above>"}`
 *
 * Events of other kinds name no file. `undefined` for a message that is none of these.
 *
 * @source Amazon S3 User Guide, event message structure; CloudTrail User Guide, configuring Amazon SNS notifications
 */
export function announcedFiles(body: string): readonly AnnouncedFile[] | undefined {
  const message = parsed(body)
  const inner = message?.Type === 'Notification' && typeof message.Message === 'string' ? message.Message : undefined
  return ofMessage(inner === undefined ? message : parsed(inner))
}

type Members = Readonly<Record<string, unknown>>

function ofMessage(message: Members | undefined): readonly AnnouncedFile[] | undefined {
  if (message === undefined) return undefined
  if (message.Event === 's3:TestEvent') return []
  if (Array.isArray(message.Records)) return ofNotification(message.Records)
  if (typeof message.s3Bucket === 'string' && Array.isArray(message.s3ObjectKey)) {
    const bucket = message.s3Bucket
    return message.s3ObjectKey.flatMap((key) => (typeof key === 'string' ? [{ bucket, key }] : []))
  }
  if (message.source === 'aws.s3') return ofEvent(message)
  return undefined
}

function ofNotification(records: readonly unknown[]): readonly AnnouncedFile[] | undefined {
  const files: AnnouncedFile[] = []
  for (const record of records) {
    const { eventName, s3 } = members(record)
    const bucket = text(members(members(s3).bucket).name)
    const key = text(members(members(s3).object).key)
    // One that cannot be read makes the message one that is not understood: it may name a file.
    if (typeof eventName !== 'string' || bucket === undefined || key === undefined) return undefined
    const decoded = formDecoded(key)
    if (decoded === undefined) return undefined
    if (/^(s3:)?ObjectCreated:/.test(eventName)) files.push({ bucket, key: decoded })
  }
  return files
}

function ofEvent({ 'detail-type': type, detail }: Members): readonly AnnouncedFile[] | undefined {
  const bucket = text(members(members(detail).bucket).name)
  const key = text(members(members(detail).object).key)
  if (bucket === undefined || key === undefined) return undefined
  return type === 'Object Created' ? [{ bucket, key }] : []
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function formDecoded(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function parsed(json: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
  } catch {
    return undefined
  }
}
