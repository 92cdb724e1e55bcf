import { escapeHtmlSafe, truncateUtf8, utf8Length } from './json-text.ts'
import { recordTime } from './time.ts'
import type { UserIdentity } from './user-identity.ts'

/** A JSON object whose members are plain data; members that are `undefined` are left out. */
export type JsonObject = Readonly<Record<string, unknown>>

export type EventCategory = 'Management' | 'Data' | 'NetworkActivity' | 'Insight'

/** Everything a record says, before order, sizes and escapes are applied. Optional members are left out when absent. */
export interface RecordDraft {
  readonly userIdentity: UserIdentity
  /** When the call completed. */
  readonly eventTimeMs: number
  /** `<service>.amazonaws.com` */
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent?: string | undefined
  /** As `recordErrorCode` gives it. */
  readonly errorCode?: string | undefined
  readonly errorMessage?: string | undefined
  /** Shown as `null` when absent or without members. */
  readonly requestParameters?: JsonObject | null | undefined
  readonly responseElements?: JsonObject | null | undefined
  readonly additionalEventData?: JsonObject | undefined
  readonly requestID?: string | undefined
  readonly eventID: string
  readonly readOnly?: boolean | undefined
  readonly resources?: readonly RecordResource[] | undefined
  /** Default `AwsApiCall`. */
  readonly eventType?: string | undefined
  readonly apiVersion?: string | undefined
  readonly managementEvent?: boolean | undefined
  readonly recipientAccountId: string
  readonly sharedEventID?: string | undefined
  readonly serviceEventDetails?: JsonObject | undefined
  readonly vpcEndpointId?: string | undefined
  readonly vpcEndpointAccountId?: string | undefined
  readonly eventCategory: EventCategory
  readonly tlsDetails?: TlsDetails | undefined
  /** Shown as the string `"true"`, and only when true. */
  readonly sessionCredentialFromConsole?: boolean | undefined
  readonly addendum?: JsonObject | undefined
  readonly eventContext?: JsonObject | undefined
}

export interface RecordResource {
  readonly accountId?: string | undefined
  readonly type?: string | undefined
  readonly ARN?: string | undefined
  readonly ARNPrefix?: string | undefined
}

export interface TlsDetails {
  readonly tlsVersion?: string | undefined
  readonly cipherSuite?: string | undefined
  readonly clientProvidedHostHeader?: string | undefined
  readonly keyExchange?: string | undefined
}

/** Version of the record's form that Cairn writes. */
export const recordVersion = '1.11'

/** @source CloudTrail User Guide, record contents: per-field maximums */
export const recordLimits = {
  /** `userAgent`, `errorCode`, `errorMessage`, `requestID`: cut. */
  textBytes: 1024,
  /** `requestParameters`, `responseElements`, `serviceEventDetails`: left out whole. */
  contentBytes: 100 * 1024,
  /** `additionalEventData`: left out whole. */
  additionalBytes: 28 * 1024,
  recordBytes: 256 * 1024,
} as const

type Content = 'requestParameters' | 'responseElements' | 'additionalEventData' | 'serviceEventDetails'

/** A part too large for the record, as it was: for the keeper of originals. `json` is compact and unescaped. */
export interface OmittedContent {
  readonly field: Content
  readonly json: string
}

export interface BuiltRecord {
  /** The record's JSON text. */
  readonly text: string
  readonly omitted: readonly OmittedContent[]
}

/**
 * The record's JSON text: members in the order of real files, sizes kept, HTML-safe escapes.
 * The same draft always gives the same text.
 */
export function buildRecord(draft: RecordDraft): string {
  return buildRecordKeepingOriginals(draft).text
}

/** Like `buildRecord`, and tells what had to be left out, so that the original can be kept beside the record. */
export function buildRecordKeepingOriginals(draft: RecordDraft): BuiltRecord {
  const whole = JSON.stringify(inOrder(draft, draft))
  // A record as short as this can hold no part above its own limit: the usual case, decided by one comparison.
  if (fits(whole, recordLimits.additionalBytes)) return { text: escapeHtmlSafe(whole), omitted: [] }
  return buildLarge(draft)
}

type Contents = Pick<RecordDraft, Content>

function buildLarge(draft: RecordDraft): BuiltRecord {
  const contents: { -readonly [Field in keyof Contents]: Contents[Field] } = { ...draft }
  const omitted: OmittedContent[] = []
  const limit = (field: Content, bytesMax: number): void => {
    const content = contents[field]
    if (content === undefined || content === null || omitted.some((one) => one.field === field)) return
    const json = JSON.stringify(content)
    if (fits(json, bytesMax)) return
    omitted.push({ field, json })
    contents[field] = { omitted: true, originalSize: utf8Length(json), reason: `${field} too large` }
  }
  for (const [field, bytesMax] of contentLimits) limit(field, bytesMax)
  let text = JSON.stringify(inOrder(draft, contents))
  // All parts within their own limits can still exceed the whole record's; what matters least to a reader goes first.
  for (const [field] of contentLimits) {
    if (fits(text, recordLimits.recordBytes)) break
    limit(field, 0)
    text = JSON.stringify(inOrder(draft, contents))
  }
  return { text: escapeHtmlSafe(text), omitted }
}

/** In the order in which they give way when the whole record is too large. */
const contentLimits: readonly (readonly [Content, number])[] = [
  ['additionalEventData', recordLimits.additionalBytes],
  ['serviceEventDetails', recordLimits.contentBytes],
  ['responseElements', recordLimits.contentBytes],
  ['requestParameters', recordLimits.contentBytes],
]

function fits(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || (text.length <= bytesMax && utf8Length(text) <= bytesMax)
}

/** The members in the order of real files. */
function inOrder(draft: RecordDraft, contents: Contents): JsonObject {
  return {
    eventVersion: recordVersion,
    userIdentity: draft.userIdentity,
    eventTime: recordTime(draft.eventTimeMs),
    eventSource: draft.eventSource,
    eventName: draft.eventName,
    awsRegion: draft.awsRegion,
    sourceIPAddress: draft.sourceIPAddress,
    userAgent: cut(draft.userAgent),
    errorCode: cut(draft.errorCode),
    errorMessage: cut(draft.errorMessage),
    requestParameters: nonEmpty(contents.requestParameters) ?? null,
    responseElements: nonEmpty(contents.responseElements) ?? null,
    additionalEventData: nonEmpty(contents.additionalEventData),
    requestID: cut(draft.requestID),
    eventID: draft.eventID,
    readOnly: draft.readOnly,
    resources: draft.resources?.length ? draft.resources.map(resource) : undefined,
    eventType: draft.eventType ?? 'AwsApiCall',
    apiVersion: draft.apiVersion,
    managementEvent: draft.managementEvent,
    recipientAccountId: draft.recipientAccountId,
    sharedEventID: draft.sharedEventID,
    serviceEventDetails: nonEmpty(contents.serviceEventDetails),
    vpcEndpointId: draft.vpcEndpointId,
    vpcEndpointAccountId: draft.vpcEndpointAccountId,
    eventCategory: draft.eventCategory,
    tlsDetails: draft.tlsDetails && tls(draft.tlsDetails),
    sessionCredentialFromConsole: draft.sessionCredentialFromConsole ? 'true' : undefined,
    addendum: draft.addendum,
    eventContext: draft.eventContext,
  }
}

function nonEmpty(value: JsonObject | null | undefined): JsonObject | undefined {
  return value && Object.values(value).some((member) => member !== undefined) ? value : undefined
}

function cut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : truncateUtf8(text, recordLimits.textBytes)
}

function resource(one: RecordResource): RecordResource {
  return { accountId: one.accountId, type: one.type, ARN: one.ARN, ARNPrefix: one.ARNPrefix }
}

function tls(details: TlsDetails): TlsDetails {
  const { tlsVersion, cipherSuite, clientProvidedHostHeader, keyExchange } = details
  return { tlsVersion, cipherSuite, clientProvidedHostHeader, keyExchange }
}
