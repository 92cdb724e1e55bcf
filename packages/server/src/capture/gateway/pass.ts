import type { HttpRequest } from '../../http-message.ts'
import { endToEnd, type IdentifyCaller, type Passage, readClaim } from '../exchange/index.ts'
import { incomingBody, readsHead, targetOf } from './incoming.ts'
import type { KeyRefused } from './key-refused.ts'
import type { GatewayUpstream } from './upstream.ts'

export interface PassOptions {
  readonly identify: IdentifyCaller
  /** Limits of the listener. @throws what `describeError` knows */
  readonly admit: (request: HttpRequest) => void
  readonly keyRefused: KeyRefused
  /** For a short body as a whole. */
  readonly bodyTimeoutMs: number
  /** How long the sender of a longer one may stand still. */
  readonly streamIdleMs: number
}

/** Bytes, `Host` and signature go on untouched: the upstream verifies its own clients. */
export function passThrough(
  upstream: Pick<GatewayUpstream, 'origin' | 'name' | 'transport'>,
  options: PassOptions,
): Passage {
  const { origin, name, transport } = upstream
  return {
    source: 'gateway',
    upstream: name,
    transport,
    keyRefused: (facts) => options.keyRefused(name, 'pass', facts),
    async open(request) {
      options.admit(request)
      const looksAtBody = readsHead(request, readClaim(request)?.service)
      return {
        body: await incomingBody(request, looksAtBody, options),
        readsHead: looksAtBody,
        caller: (head) => options.identify(request, head),
        outgoing: (body) => ({
          origin,
          method: request.head.method,
          target: targetOf(request),
          headers: endToEnd(request.head.headers),
          body,
        }),
      }
    },
  }
}
