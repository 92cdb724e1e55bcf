import { recordUserAgent } from '@cairn/core/record'
import type { HttpRequest } from '../../http-message.ts'
import type { CallFacts } from '../../pipeline/index.ts'
import type { NamedCall } from '../naming/index.ts'
import type { AuditLevel } from './audit-rules.ts'
import type { Caller } from './caller.ts'
import type { Passage } from './passage.ts'

/**
 * A call on its way, as far as it is known.
 *
 *     begun (named by its head, caller unknown) ─► opened (named, caller known) ─► announced ─► sent ─► recorded
 *           └──────────────── refused ────────────────┴──────────────────────────────┴─────────────────▲
 */
export interface CarriedCall {
  readonly callId: string
  readonly eventId: string
  /** Ours; the upstream's takes its place in the record when there is one. */
  readonly requestId: string
  readonly region: string
  request: HttpRequest
  readonly passage: Passage
  readonly startedAtMs: number
  readonly versionBefore: number
  call: NamedCall
  caller: Caller
  level: AuditLevel
  /** Whether a durable intent waits for the record. */
  announced: boolean
}

/** What the record says of a carried call before its outcome. */
export function carriedFacts(carried: CarriedCall, requestId = carried.requestId): CallFacts {
  const { request, call, caller, level } = carried
  const userAgent = request.headers['user-agent']
  const { host } = request.headers
  return {
    callId: carried.callId,
    requestId,
    source: carried.passage.source,
    region: carried.region,
    sourceIp: request.remoteAddress,
    ...(userAgent !== undefined && { userAgent: recordUserAgent(call.eventSource, userAgent) }),
    ...(request.tls && {
      tls: {
        tlsVersion: request.tls.version,
        cipherSuite: request.tls.cipher,
        ...(host !== undefined && { clientProvidedHostHeader: host }),
      },
    }),
    eventSource: call.eventSource,
    eventName: call.eventName,
    ...(call.apiVersion !== undefined && { apiVersion: call.apiVersion }),
    readOnly: call.readOnly,
    category: call.category,
    requestParameters: level === 'metadata' ? null : call.requestParameters,
    resources: call.resources,
    ...(call.additionalEventData && level !== 'metadata' && { additionalEventData: call.additionalEventData }),
    copies: [{ eventId: carried.eventId, account: caller.account, userIdentity: caller.userIdentity }],
  }
}

export function namesOf({ call, passage }: CarriedCall) {
  return { upstream: passage.upstream, eventSource: call.eventSource, eventName: call.eventName }
}
