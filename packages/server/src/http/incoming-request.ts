import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type HttpRequest, joinedHeaders } from '../http-message.ts'
import { sourceNetwork } from '../pipeline/index.ts'
import type { BodyBudget } from './body-budget.ts'
import type { CallerAddress } from './caller-address.ts'
import { incomingBody } from './incoming-body.ts'

/** What the pipeline sees of a request on a socket. */
export function incomingRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  context: { readonly signal: AbortSignal; readonly budget: BodyBudget; readonly callerOf: CallerAddress },
): HttpRequest {
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  const headers = joinedHeaders(incoming.rawHeaders)
  const remoteAddress = context.callerOf(sourceAddress(incoming.socket), headers['x-forwarded-for'])
  return {
    head: {
      method: incoming.method ?? 'GET',
      path: mark < 0 ? target : target.slice(0, mark),
      query: mark < 0 ? '' : target.slice(mark + 1),
      headers: incoming.rawHeaders,
    },
    headers,
    body: incomingBody(incoming, outgoing, context.budget.of(sourceNetwork(remoteAddress))),
    remoteAddress,
    ...tlsOf(incoming.socket),
    signal: context.signal,
  }
}

/** `::ffff:127.0.0.1` is the IPv4 address behind a dual-stack socket. */
export function sourceAddress({ remoteAddress = '' }: Socket): string {
  return remoteAddress.startsWith('::ffff:') && remoteAddress.includes('.') ? remoteAddress.slice(7) : remoteAddress
}

function tlsOf(plain: Socket): Pick<HttpRequest, 'tls'> {
  const socket: Socket & Pick<Partial<TLSSocket>, 'getProtocol' | 'getCipher'> & { encrypted?: boolean } = plain
  if (!socket.encrypted) return {}
  return {
    tls: { version: socket.getProtocol?.() ?? 'unknown', cipher: socket.getCipher?.().standardName ?? 'unknown' },
  }
}
