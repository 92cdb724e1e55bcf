import { decodePayload, readAuthentication, SigV4Error } from '@cairn/aws-kit/sigv4'
import type { HttpRequest } from '../../http-message.ts'
import type { Clock } from '../../ports/clock.ts'
import { type BodyHead, type Passage, readClaim } from '../exchange/index.ts'
import { pathStyle } from './address.ts'
import { incomingBody, readsHead, unsignedHeaders, unsignedQuery, withoutFraming } from './incoming.ts'
import type { PassOptions } from './pass.ts'
import type { GatewayUpstream } from './upstream.ts'

/** Signatures are taken off and nothing is put in their place. Who called is recorded as with `pass`. */
export function anonymousPassage(
  upstream: GatewayUpstream,
  options: PassOptions & { readonly machineClock: Clock },
): Passage {
  const { origin, host, name, transport } = upstream
  return {
    source: 'gateway',
    upstream: name,
    transport,
    keyRefused: (facts) => options.keyRefused(name, 'anonymous', facts),
    async open(request) {
      options.admit(request)
      const service = readClaim(request)?.service ?? onlyService(upstream)
      const looksAtBody = readsHead(request, service)
      return {
        body: await incomingBody(request, looksAtBody, options),
        readsHead: looksAtBody,
        caller: (head) => options.identify(request, head),
        outgoing(body) {
          const query = unsignedQuery(request.head.query)
          const path = pathStyle(request, service)
          const plain = unframed(request, body, options.machineClock)
          return {
            origin,
            method: request.head.method,
            target: query === '' ? path : `${path}?${query}`,
            headers: Object.entries({ ...plain.headers, host }).flat(),
            body: plain.body,
          }
        },
      }
    },
  }
}

/** An unsigned request says nothing of its service; that it came here may. */
function onlyService({ options }: GatewayUpstream): string | undefined {
  return options.services.length === 1 ? options.services[0] : undefined
}

/** Signed chunks mean nothing without the signature they go on from, so their framing goes with it. */
function unframed(
  request: HttpRequest,
  body: BodyHead['body'],
  clock: Clock,
): { readonly headers: Readonly<Record<string, string>>; readonly body: BodyHead['body'] } {
  const headers = unsignedHeaders(request)
  if (body instanceof Uint8Array) return { headers, body }
  let authentication: ReturnType<typeof readAuthentication>
  try {
    authentication = readAuthentication(request.head, clock.nowMs())
  } catch (error) {
    // A signature nobody checks may as well be one that cannot be read.
    if (error instanceof SigV4Error) return { headers, body }
    throw error
  }
  const { payload } = authentication
  if (payload.kind !== 'chunks') return { headers, body }
  return {
    headers: withoutFraming(headers, payload.decodedBytes),
    body: decodePayload(authentication, body, 'unverified'),
  }
}
