import type { JsonObject } from './build-record.ts'
import { type EventResource, lookupResources } from './lookup-resources.ts'
import { parseRecordTime } from './time.ts'

/** What is worth an index entry or a routing decision. A member is absent when the record does not say it well-formed. */
export interface EventFields {
  readonly eventId?: string | undefined
  readonly eventTimeMs?: number | undefined
  readonly eventName?: string | undefined
  readonly eventSource?: string | undefined
  readonly region?: string | undefined
  readonly recipientAccountId?: string | undefined
  /** `userIdentity.accountId`: whose principal it was. */
  readonly callerAccountId?: string | undefined
  readonly principalArn?: string | undefined
  /** As LookupEvents shows it: the user's name, the session's name of a role, `root`. */
  readonly username?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly readOnly?: boolean | undefined
  readonly managementEvent?: boolean | undefined
  /** `eventCategory`; told from `managementEvent` for records older than the field, else `Management`. */
  readonly category: string
  readonly eventType?: string | undefined
  readonly errorCode?: string | undefined
  readonly sourceIp?: string | undefined
  readonly userAgent?: string | undefined
  /** As LookupEvents shows them, without repeats. */
  readonly resources: readonly EventResource[]
}

const decoder = new TextDecoder()

/** An index entry is no place for a megabyte; AWS's own maximum for a look-up value is 2,000 characters. */
const valueCharsMax = 2048

/**
 * Reads the fields of one record. `undefined` when the bytes are not one JSON object. Never throws; the cost is that
 * of one parse, so the caller bounds the length.
 */
export function eventFields(bytes: Uint8Array): EventFields | undefined {
  const record = readRecord(bytes)
  return record && fieldsOfRecord(record)
}

/** What tells which event a record is and where it belongs. */
export type EventHead = Pick<
  EventFields,
  'eventId' | 'eventTimeMs' | 'region' | 'recipientAccountId' | 'callerAccountId'
>

/** What tells which event a parsed record is. */
export function headOf(record: JsonObject): EventHead {
  return headOfRecord(record, identityOf(record))
}

function headOfRecord(record: JsonObject, identity: JsonObject): EventHead {
  return {
    // Aggregated records spell it `eventId`.
    eventId: textOf(record.eventID) ?? textOf(record.eventId),
    eventTimeMs: parseRecordTime(record.eventTime),
    region: textOf(record.awsRegion),
    recipientAccountId: textOf(record.recipientAccountId) ?? textOf(record.accountId),
    callerAccountId: textOf(identity.accountId),
  }
}

/** The record in `bytes`; `undefined` when they are no JSON object. */
export function readRecord(bytes: Uint8Array): JsonObject | undefined {
  try {
    const record: unknown = JSON.parse(decoder.decode(bytes))
    return isObject(record) ? record : undefined
  } catch {
    return undefined
  }
}

function identityOf(record: JsonObject): JsonObject {
  return isObject(record.userIdentity) ? record.userIdentity : {}
}

/** The same for a record that is already parsed. */
export function fieldsOfRecord(record: JsonObject): EventFields {
  const identity = identityOf(record)
  return {
    ...headOfRecord(record, identity),
    eventName: textOf(record.eventName),
    eventSource: textOf(record.eventSource),
    principalArn: textOf(identity.arn),
    username: username(identity),
    accessKeyId: textOf(identity.accessKeyId),
    readOnly: flag(record.readOnly),
    managementEvent: flag(record.managementEvent),
    category: textOf(record.eventCategory) ?? (record.managementEvent === false ? 'Data' : 'Management'),
    eventType: textOf(record.eventType),
    errorCode: textOf(record.errorCode),
    sourceIp: textOf(record.sourceIPAddress),
    userAgent: textOf(record.userAgent),
    resources: lookupResources(record),
  }
}

function username(identity: JsonObject): string | undefined {
  const own = textOf(identity.userName)
  switch (identity.type) {
    case 'Root':
      return 'root'
    case 'AssumedRole':
    case 'Role':
    case 'FederatedUser':
      return own ?? afterLast(textOf(identity.arn), '/') ?? afterLast(textOf(identity.principalId), ':')
    default:
      return own
  }
}

function afterLast(value: string | undefined, separator: string): string | undefined {
  const at = value?.lastIndexOf(separator) ?? -1
  return at < 0 ? undefined : textOf(value?.slice(at + 1))
}

/** A string that is worth keeping. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, valueCharsMax) : undefined
}

/** Lake exports and some tools write the flags as text. */
function flag(value: unknown): boolean | undefined {
  return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
