import type { Protocol } from '@cairn/aws-kit/model'
import { errorProtocol, frameworkCode, frameworkStatus, wireErrorCode } from '@cairn/aws-kit/protocol'
import { recordErrorCode, recordMembers, recordUserAgent, showsResponse } from '@cairn/core/record'
import { nearestProtocol } from '../capture/exchange/index.ts'
import { recordIdentity, recordIdentityForOwner } from '../identity/index.ts'
import type { CallFacts, CallOutcome, RecordCopy } from '../pipeline/index.ts'
import type { Ids } from '../ports/ids.ts'
import type { ApiError } from './api-error.ts'
import type { Exchange } from './exchange.ts'
import { s3EventData, s3PresignedParameters } from './s3-facts.ts'

/** What the record says of an exchange as far as it got; `announced` are the copies its intent named. */
export function callFacts(exchange: Exchange, callId: string, ids: Ids, announced?: CallFacts['copies']): CallFacts {
  const { request, notes, route } = exchange
  const eventSource = eventSourceOf(exchange)
  const userAgent = request.headers['user-agent']
  const host = request.headers.host
  return {
    callId,
    requestId: exchange.requestId,
    source: 'api',
    region: exchange.region,
    sourceIp: request.remoteAddress,
    ...(userAgent !== undefined && { userAgent: recordUserAgent(eventSource, userAgent) }),
    ...(request.tls && {
      tls: {
        tlsVersion: request.tls.version,
        cipherSuite: request.tls.cipher,
        ...(host !== undefined && { clientProvidedHostHeader: host }),
      },
    }),
    eventSource,
    eventName: route?.operation?.eventName ?? route?.operationName ?? exchange.attemptedName,
    ...(route && showsApiVersion.has(route.model.service) && { apiVersion: route.model.apiVersion }),
    readOnly: route?.operation?.readOnly ?? /^(Get|List|Describe|Head|Lookup|Search)/.test(exchange.attemptedName),
    category: route?.operation?.category ?? 'Management',
    requestParameters: requestParameters(exchange),
    ...(notes.resources && { resources: notes.resources }),
    ...(isS3(exchange)
      ? { additionalEventData: { ...s3EventData(exchange), ...notes.additionalEventData } }
      : notes.additionalEventData && { additionalEventData: notes.additionalEventData }),
    copies: announced ?? copies(exchange, ids),
  }
}

/** What the record says of the outcome. */
export function callOutcome(
  exchange: Exchange,
  result: { readonly output: object } | { readonly error: ApiError },
  { completedAtMs, bytesOut }: { readonly completedAtMs: number; readonly bytesOut: number },
): CallOutcome {
  const { route, context } = exchange
  const known = context && { context }
  const transferred = isS3(exchange) && { additionalEventData: { bytesTransferredOut: bytesOut } }
  if ('error' in result) {
    const code = errorCodeOf(exchange, result.error)
    const service = eventSourceOf(exchange).replace(/\..*$/, '')
    return {
      completedAtMs,
      error: { code: recordErrorCode(service, code), message: result.error.message },
      responseElements: null,
      ...transferred,
      ...known,
    }
  }
  const operation = route?.operation
  const isShown = operation && showsResponse({ ...operation, eventSource: eventSourceOf(exchange) })
  return {
    completedAtMs,
    responseElements: isShown ? responseElements(exchange, result.output) : null,
    ...transferred,
    ...known,
  }
}

/** The protocol whose codes of errors a call has; JSON where nothing tells. */
export function errorProtocolOf({ model, spoken }: Exchange): Protocol {
  if (model !== undefined) return errorProtocol(model)
  return spoken === undefined || spoken === 'unknown' ? 'awsJson1_1' : nearestProtocol(spoken)
}

/** Name of the error's shape where the model has one, by which it also knows the status; else the code on the wire. */
export function errorNameOf(exchange: Exchange, { code }: ApiError): string {
  return typeof code === 'string' ? code : frameworkCode(errorProtocolOf(exchange), code.failure)
}

/** The code that records show: the wire's, and of a service with two protocols the one in JSON. */
export function errorCodeOf(exchange: Exchange, error: ApiError): string {
  return wireErrorCode(exchange.model, errorNameOf(exchange, error))
}

/** HTTP status of an error where the model of the call has none for it. */
export function errorStatusOf(exchange: Exchange, { code, status }: ApiError): { readonly status?: number } {
  const known =
    status ?? (typeof code === 'string' ? undefined : frameworkStatus(errorProtocolOf(exchange), code.failure))
  return known === undefined ? {} : { status: known }
}

function isS3({ model }: Exchange): boolean {
  return model?.service === 's3'
}

/** Services whose records carry `apiVersion`. */
const showsApiVersion: ReadonlySet<string> = new Set()

function eventSourceOf(exchange: Exchange): string {
  const name = exchange.model?.endpointPrefix ?? exchange.attemptedService
  return `${name}.amazonaws.com`
}

function requestParameters(exchange: Exchange): CallFacts['requestParameters'] {
  const { notes, route, input, request } = exchange
  if (notes.requestParameters !== undefined) {
    return isS3(exchange) && notes.requestParameters !== null
      ? { ...s3PresignedParameters(request.head.query), ...notes.requestParameters }
      : notes.requestParameters
  }
  return route && input ? recordMembers(route.model, route.operationModel?.input, input) : null
}

function responseElements({ notes, route }: Exchange, output: object): CallOutcome['responseElements'] {
  if (notes.responseElements !== undefined) return notes.responseElements
  return route ? recordMembers(route.model, route.operationModel?.output, output) : null
}

/** The caller's copy and one for each other account whose resource was used. */
function copies({ principal, account, owners }: Exchange, ids: Ids): readonly RecordCopy[] {
  const own: RecordCopy = { eventId: ids.uuid(), account, userIdentity: recordIdentity(principal) }
  const shared = recordIdentityForOwner(principal)
  if (!shared) return [own]
  return [own, ...[...owners].map((owner) => ({ eventId: ids.uuid(), account: owner, userIdentity: shared }))]
}
