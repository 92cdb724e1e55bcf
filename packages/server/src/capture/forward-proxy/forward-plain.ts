import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { request } from '../../runtime/node-http.ts'
import { hopByHop } from '../exchange/index.ts'
import { type Target, targetText } from './target.ts'

/** Passes on a plain HTTP request that is no call of AWS. Rejects when nobody could be reached. */
export async function forwardPlain(parts: {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly target: Target
  readonly reach: (target: Target) => Promise<Duplex>
}): Promise<void> {
  const { incoming, outgoing, target } = parts
  const socket = await parts.reach(target)
  const upstream = request({
    createConnection: () => socket,
    method: incoming.method,
    path: incoming.url,
    headers: { host: targetText(target), ...endToEnd(incoming), connection: 'close' },
  })
  outgoing.once('close', () => socket.destroy())
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve).once('error', reject)
  })
  const [received] = await Promise.all([answer, pipeline(incoming, upstream)])
  outgoing.writeHead(received.statusCode ?? 502, endToEnd(received))
  await pipeline(received, outgoing)
}

function endToEnd({ headers, headersDistinct }: IncomingMessage): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const kept: OutgoingHttpHeaders = {}
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    if (!hopByHop.has(name) && !named.includes(name)) kept[name] = values.length === 1 ? values[0] : values
  }
  return kept
}
