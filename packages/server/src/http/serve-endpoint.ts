import type { SigningKeys } from '@cairn/aws-kit/sigv4'
import type { Capabilities } from '../api/capabilities.ts'
import type { Endpoint, EndpointAnswer } from '../api/endpoint.ts'
import type { HttpAnswer, HttpRequest } from '../http-message.ts'
import type { Identity, Principal } from '../identity/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Admission } from './admission.ts'
import { ApiError, failure } from './api-error.ts'
import { claimedScope, endpointService, findCaller, proveSignature, readClaim, verifiedStream } from './authenticate.ts'
import { createRequireAccess } from './authorise.ts'
import { checkOrigin } from './origin.ts'
import { endpointErrorCode, type RecordEndpoint } from './record-endpoint.ts'
import { causeToLog, toApiError } from './to-api-error.ts'

export const endpointPrefix = '/_cairn/'

export interface EndpointOptions {
  readonly capabilities: Capabilities
  /** Signatures are held against it. */
  readonly machineClock: Clock
  readonly identity: Identity
  readonly record: RecordEndpoint
  readonly admission: Admission
  readonly signingKeys: SigningKeys
  readonly endpoints: readonly Endpoint[]
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
  const { capabilities, record, machineClock } = options
  const requireAccess = createRequireAccess(options.identity)

  async function run(
    request: HttpRequest,
    endpoint: Endpoint,
    identified: (principal: Principal) => Promise<void>,
  ): Promise<EndpointAnswer> {
    const { principal, region = options.region, body } = authenticate(request, endpoint, machineClock.nowMs(), options)
    await identified(principal)
    const asker = { principal, request, receivedAtMs: capabilities.clock.nowMs(), region }
    return endpoint.run(
      {
        query: new URLSearchParams(request.head.query),
        headers: request.headers,
        body,
        principal,
        require(access) {
          if (principal.kind !== 'operator') requireAccess(access, asker)
        },
        signal: request.signal,
      },
      capabilities,
    )
  }

  function recorded(request: HttpRequest, endpoint: Endpoint): Promise<EndpointAnswer> {
    if (endpoint.access === 'open') return run(request, endpoint, async () => {})
    const userAgent = request.headers['user-agent']
    const call = {
      endpoint,
      query: new URLSearchParams(request.head.query),
      sourceIp: request.remoteAddress,
      ...(userAgent !== undefined && { userAgent }),
    }
    return record(call, (identified) => run(request, endpoint, identified))
  }

  return async (request) => {
    const { method, path } = request.head
    try {
      checkOrigin(request.headers, options.trustedHosts)
      options.admission.admitSource(request.remoteAddress)
      const endpoint = options.endpoints.find((candidate) => candidate.path === path && candidate.method === method)
      if (!endpoint) throw new ApiError('NotFound', `There is no ${method} ${path}.`, { status: 404 })
      const { status, contentType, body } = await recorded(request, endpoint)
      return {
        status,
        headers: { 'Content-Type': contentType },
        body: typeof body === 'string' ? encoder.encode(body) : encoded(body),
      }
    } catch (error) {
      const refused = toApiError(error, 'restJson1')
      const cause = causeToLog(refused)
      if (cause !== undefined) options.telemetry.endpointBroke({ path, error: cause })
      return errorAnswer(refused)
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

function errorAnswer(error: ApiError): HttpAnswer {
  const code = endpointErrorCode(error)
  return {
    status: error.status ?? 400,
    headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': code },
    body: encoder.encode(JSON.stringify({ __type: code, message: error.message })),
  }
}
