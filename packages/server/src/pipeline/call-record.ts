import {
  type BuiltRecord,
  buildRecordKeepingOriginals,
  type CallContext,
  type JsonObject,
  type RecordDraft,
  type RecordResource,
  type TlsDetails,
  type UserIdentity,
} from '@cairn/core/record'
import type { EventSource } from '../ports/event-log.ts'

/**
 * What is known of a call before its outcome. Plain JSON data: this is what an intent keeps, so that a restart can
 * still write the record.
 */
export interface CallFacts {
  /** Id of the call: of its intent, and `sharedEventID` of its copies when there are several. */
  readonly callId: string
  readonly requestId: string
  readonly source: EventSource
  readonly region: string
  readonly sourceIp: string
  readonly userAgent?: string
  readonly tls?: TlsDetails
  readonly eventSource: string
  readonly eventName: string
  readonly apiVersion?: string
  readonly readOnly: boolean
  readonly category: 'Management' | 'Data'
  readonly requestParameters: JsonObject | null
  readonly resources?: readonly RecordResource[]
  readonly additionalEventData?: JsonObject
  /** The copy of the caller's account first; another one for each account whose resource was used. */
  readonly copies: readonly RecordCopy[]
}

export interface RecordCopy {
  readonly eventId: string
  /** `recipientAccountId` */
  readonly account: string
  readonly userIdentity: UserIdentity
}

export interface CallOutcome {
  readonly completedAtMs: number
  /** `code` as records spell it. */
  readonly error?: { readonly code: string; readonly message: string }
  readonly responseElements: JsonObject | null
  /** In place of those of the facts, where only the answer told them. */
  readonly resources?: readonly RecordResource[]
  readonly additionalEventData?: JsonObject
  readonly addendum?: JsonObject
  /** For event data stores that have it added to the event; no record holds it. */
  readonly context?: CallContext
}

/**
 * What is kept of a call's context with one of its copies: all of it with the caller's own; an owner of resources
 * learns of its own tags only, for who the caller is has no more business there than in its record.
 */
export function copyContext(
  { copies: [own] }: Pick<CallFacts, 'copies'>,
  { context }: Pick<CallOutcome, 'context'>,
  copy: RecordCopy,
): CallContext | undefined {
  if (context === undefined) return undefined
  const resources = context.resources.filter(({ arn }) => accountOf(arn) === copy.account)
  return { request: copy === own ? context.request : {}, resources }
}

/** ARNs of buckets name no account. */
function accountOf(arn: string): string {
  return arn.split(':')[4] ?? ''
}

/** The records of a finished call, one per copy, in the order of `facts.copies`, and what they had to leave out. */
export function callRecords(facts: CallFacts, outcome: CallOutcome): readonly BuiltRecord[] {
  const additionalEventData = { ...facts.additionalEventData, ...outcome.additionalEventData }
  return facts.copies.map((copy) => {
    const draft: RecordDraft = {
      userIdentity: copy.userIdentity,
      eventTimeMs: outcome.completedAtMs,
      eventSource: facts.eventSource,
      eventName: facts.eventName,
      awsRegion: facts.region,
      sourceIPAddress: facts.sourceIp,
      userAgent: facts.userAgent,
      errorCode: outcome.error?.code,
      errorMessage: outcome.error?.message,
      requestParameters: facts.requestParameters,
      responseElements: outcome.responseElements,
      additionalEventData,
      requestID: facts.requestId,
      eventID: copy.eventId,
      readOnly: facts.readOnly,
      resources: outcome.resources ?? facts.resources,
      apiVersion: facts.apiVersion,
      managementEvent: facts.category === 'Management',
      recipientAccountId: copy.account,
      // Copies of one call are told by the id they share.
      sharedEventID: facts.copies.length > 1 ? facts.callId : undefined,
      eventCategory: facts.category,
      tlsDetails: facts.tls,
      addendum: outcome.addendum,
    }
    return buildRecordKeepingOriginals(draft)
  })
}
