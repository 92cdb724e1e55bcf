import { frameworkCode } from '@cairn/aws-kit/protocol'
import type { SigningKeys } from '@cairn/aws-kit/sigv4'
import type { Capabilities } from '../api/capabilities.ts'
import type { Endpoint } from '../api/endpoint.ts'
import { type Identity, type Principal, recordIdentity } from '../identity/index.ts'
import type { CallFacts, Recorder } from '../pipeline/index.ts'
import type { Catalog } from '../ports/catalog.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Admission } from './admission.ts'
import { ApiError, failure } from './api-error.ts'
import { claimedScope, endpointService, findCaller, proveSignature, readClaim, verifiedStream } from './authenticate.ts'
import { createRequireAccess } from './authorise.ts'
import type { HttpAnswer, HttpRequest } from './message.ts'
import { checkOrigin } from './origin.ts'
import { causeToLog, toApiError, unavailable } from './to-api-error.ts'

export const endpointPrefix = '/_cairn/'

export interface EndpointOptions {
  readonly capabilities: Capabilities
  /** Signatures are held against it. */
  readonly machineClock: Clock
  readonly catalog: Catalog
  readonly identity: Identity
  readonly recorder: Recorder
  readonly admission: Admission
  readonly signingKeys: SigningKeys
  readonly endpoints: readonly Endpoint[]
  readonly account: string
  readonly region: string
  readonly trustedHosts: readonly string[]
  readonly streamIdleMs: number
  readonly telemetry: {
    endpointBroke(facts: { path: string; error: unknown }): void
  }
}

/**
 * Answers Cairn's own endpoints. Signed calls are recorded like any other, as events of `cairn.internal`; health and
 * metrics, which anyone may ask for at any rate, are not.
 */
export function createEndpointServer(options: EndpointOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const { capabilities, catalog, recorder } = options
  const { clock, ids } = capabilities
  const requireAccess = createRequireAccess(options.identity)
  return async (request) => {
    const { method, path, query } = request.head
    const endpoint = options.endpoints.find((candidate) => candidate.path === path && candidate.method === method)
    let principal: Principal = { kind: 'anonymous' }
    const record = async (error?: ApiError) => {
      if (endpoint === undefined || endpoint.access === 'open') return
      await recorder.complete(
        endpointFacts({ request, endpoint, principal, account: options.account, region: options.region }, ids),
        {
          completedAtMs: clock.nowMs(),
          responseElements: null,
          ...(error && { error: { code: codeOf(error), message: error.message } }),
        },
        { isProven: principal.kind !== 'anonymous', announced: false, versionBefore: catalog.version },
      )
    }
    try {
      checkOrigin(request.headers, options.trustedHosts)
      options.admission.admitSource(request.remoteAddress)
      if (!endpoint) throw new ApiError('NotFound', `There is no ${method} ${path}.`, { status: 404 })
      const proven = authenticate(request, endpoint, options.machineClock.nowMs(), options)
      principal = proven.principal
      const answer = await endpoint.run(
        {
          query: new URLSearchParams(query),
          headers: request.headers,
          body: proven.body,
          principal,
          require(access) {
            const asker = { principal, request, receivedAtMs: clock.nowMs(), region: proven.region ?? options.region }
            if (proven.principal.kind !== 'operator') requireAccess(access, asker)
          },
          signal: request.signal,
        },
        capabilities,
      )
      await record()
      return {
        status: answer.status,
        headers: { 'Content-Type': answer.contentType },
        body: typeof answer.body === 'string' ? encoder.encode(answer.body) : encoded(answer.body),
      }
    } catch (error) {
      const refused = toApiError(error, 'restJson1')
      const cause = causeToLog(refused)
      if (cause !== undefined) options.telemetry.endpointBroke({ path, error: cause })
      try {
        await record(refused)
        return errorAnswer(codeOf(refused), refused)
      } catch (failed) {
        options.telemetry.endpointBroke({ path, error: failed })
        const answer = unavailable(failed)
        return errorAnswer(codeOf(answer), answer)
      }
    }
  }
}

const encoder = new TextEncoder()

/** Open endpoints take no body. */
async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* encoded(body: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of body) yield typeof part === 'string' ? encoder.encode(part) : part
}

function authenticate(
  request: HttpRequest,
  endpoint: Endpoint,
  nowMs: number,
  options: Pick<EndpointOptions, 'identity' | 'signingKeys' | 'streamIdleMs'>,
): { readonly principal: Principal; readonly region?: string | undefined; readonly body: AsyncIterable<Uint8Array> } {
  if (endpoint.access === 'open') return { principal: { kind: 'anonymous' }, body: nothing() }
  const claim = readClaim(request, nowMs)
  const expected = { signingName: endpointService, allowsAnonymous: false }
  const caller = findCaller(claim, expected, options.identity, options.signingKeys)
  proveSignature(caller)
  if (endpoint.access === 'operator' && caller.principal.kind !== 'operator') {
    throw failure('access-denied', 'Only the operator, whose key is in the data directory, may call this.', {
      status: 403,
    })
  }
  return {
    principal: caller.principal,
    region: claimedScope(claim)?.region,
    body: verifiedStream(
      claim,
      caller,
      request.body.stream({ bytesMax: Number.POSITIVE_INFINITY, idleMs: options.streamIdleMs }),
    ),
  }
}

function endpointFacts(
  call: {
    readonly request: HttpRequest
    readonly endpoint: Endpoint
    readonly principal: Principal
    readonly account: string
    readonly region: string
  },
  ids: Ids,
): CallFacts {
  const { request, endpoint, principal } = call
  const userAgent = request.headers['user-agent']
  const parameters = Object.fromEntries(new URLSearchParams(request.head.query))
  return {
    callId: ids.uuid(),
    requestId: ids.uuid(),
    source: 'api',
    region: call.region,
    sourceIp: request.remoteAddress,
    ...(userAgent !== undefined && { userAgent }),
    eventSource: 'cairn.internal',
    eventName: eventNameOf(endpoint),
    readOnly: endpoint.readOnly,
    category: 'Management',
    requestParameters: parameters,
    copies: [
      {
        eventId: ids.uuid(),
        account: 'account' in principal ? principal.account : call.account,
        userIdentity: recordIdentity(principal),
      },
    ],
  }
}

/** `/_cairn/v1/import` → `Import`, `/_cairn/v1/clock/advance` → `ClockAdvance`. */
function eventNameOf({ path }: Endpoint): string {
  const words = path.split(/[/-]/).slice(3)
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}

function codeOf({ code }: ApiError): string {
  return typeof code === 'string' ? code : frameworkCode('restJson1', code.failure)
}

function errorAnswer(code: string, { message, status }: ApiError): HttpAnswer {
  return {
    status: status ?? 400,
    headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': code },
    body: encoder.encode(JSON.stringify({ __type: code, message })),
  }
}
