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
  const omitted: OmittedContent[] = []
  const contents = contentOf(draft)
  for (const field of ['requestParameters', 'responseElements', 'serviceEventDetails'] as const)
    limit(contents, field, recordLimits.contentBytes, omitted)
  limit(contents, 'additionalEventData', recordLimits.additionalBytes, omitted)
  let text = assemble(draft, contents)
  // All parts at their own limit can exceed the whole record's; what matters least to a reader goes first.
  for (const field of [
    'additionalEventData',
    'serviceEventDetails',
    'responseElements',
    'requestParameters',
  ] as const) {
    if (fits(text, recordLimits.recordBytes)) break
    if (contents[field] === undefined || omitted.some((one) => one.field === field)) continue
    limit(contents, field, 0, omitted)
    text = assemble(draft, contents)
  }
  return { text: escapeHtmlSafe(text), omitted }
}

/** JSON text of each content member, `null` included where the record shows null. */
type Contents = { [field in Content]?: string }

function contentOf(draft: RecordDraft): Contents {
  return {
    requestParameters: objectText(draft.requestParameters) ?? 'null',
    responseElements: objectText(draft.responseElements) ?? 'null',
    ...optional('additionalEventData', objectText(draft.additionalEventData)),
    ...optional('serviceEventDetails', objectText(draft.serviceEventDetails)),
  }
}

function optional(field: Content, json: string | undefined): Contents {
  return json === undefined ? {} : { [field]: json }
}

function objectText(value: JsonObject | null | undefined): string | undefined {
  if (value === null || value === undefined) return undefined
  const json = JSON.stringify(value)
  return json === '{}' ? undefined : json
}

function limit(contents: Contents, field: Content, bytesMax: number, omitted: OmittedContent[]): void {
  const json = contents[field]
  if (json === undefined || json === 'null' || fits(json, bytesMax)) return
  omitted.push({ field, json })
  contents[field] = JSON.stringify({ omitted: true, originalSize: utf8Length(json), reason: `${field} too large` })
}

function fits(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || (text.length <= bytesMax && utf8Length(text) <= bytesMax)
}

/** One object in the order of real files; the prepared texts are spliced in so that they are made only once. */
function assemble(draft: RecordDraft, contents: Contents): string {
  const head = JSON.stringify({
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
  })
  const middle = JSON.stringify({
    requestID: cut(draft.requestID),
    eventID: draft.eventID,
    readOnly: draft.readOnly,
    resources: draft.resources?.length ? draft.resources.map(resource) : undefined,
    eventType: draft.eventType ?? 'AwsApiCall',
    apiVersion: draft.apiVersion,
    managementEvent: draft.managementEvent,
    recipientAccountId: draft.recipientAccountId,
    sharedEventID: draft.sharedEventID,
  })
  const tail = JSON.stringify({
    vpcEndpointId: draft.vpcEndpointId,
    vpcEndpointAccountId: draft.vpcEndpointAccountId,
    eventCategory: draft.eventCategory,
    tlsDetails: draft.tlsDetails && tls(draft.tlsDetails),
    sessionCredentialFromConsole: draft.sessionCredentialFromConsole ? 'true' : undefined,
    addendum: draft.addendum,
    eventContext: draft.eventContext,
  })
  const parts = [
    head.slice(1, -1),
    `"requestParameters":${contents.requestParameters}`,
    `"responseElements":${contents.responseElements}`,
    contents.additionalEventData && `"additionalEventData":${contents.additionalEventData}`,
    middle.slice(1, -1),
    contents.serviceEventDetails && `"serviceEventDetails":${contents.serviceEventDetails}`,
    tail.slice(1, -1),
  ]
  return `{${parts.filter((part) => part !== undefined).join(',')}}`
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
