import { X509Certificate } from 'node:crypto'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { signRequest } from '@cairn/aws-kit/sigv4'
import type { Config } from '@cairn/server/config'
import { type RunningServer, readOperatorKey } from '@cairn/server/local-access'
import { request as httpRequest } from '@cairn/server/node-http'
import { CommandFailure } from '../failure.ts'
import { type Answer, type Installation, type InstallationCall, queryOf } from './installation.ts'

/**
 * Reaches a running server as the operator, whose key lies in the data directory. `undefined` when nobody answers
 * there: the note was left by a server that was killed.
 */
export async function openRemote(
  server: RunningServer,
  { dataDir, region }: Pick<Config, 'dataDir' | 'region'>,
  nowMs: () => number,
): Promise<Installation | undefined> {
  const endpoint = new URL(server.endpoint)
  const tls = server.certificate === undefined ? {} : pinned(server.certificate)
  if (!(await answersHealth(endpoint, tls))) return undefined
  const credentials = readOperatorKey(dataDir)
  return {
    endpoint: server.endpoint,
    async call(call) {
      const query = queryOf(call.query).toString().replaceAll('+', '%20')
      const { headers } = signRequest({
        method: call.method,
        path: call.path,
        query,
        headers: { host: endpoint.host, ...call.headers },
        // Streamed: its end is not known when the head is signed. The connection is this machine's own or TLS.
        payload: 'UNSIGNED-PAYLOAD',
        service: 'cairn',
        region,
        credentials,
        nowMs: nowMs(),
      })
      const path = query === '' ? call.path : `${call.path}?${query}`
      return send(endpoint, { ...tls, method: call.method, path, headers: { ...headers } }, call)
    },
    async [Symbol.asyncDispose]() {},
  }
}

/**
 * Trusts the one certificate that the server says it shows, whatever names it is made out to: we know it by its bytes.
 * It may be a chain; what its authorities sign for others is not trusted.
 */
function pinned(ca: string): RequestOptions {
  const { fingerprint256 } = new X509Certificate(ca)
  return {
    ca,
    allowPartialTrustChain: true,
    checkServerIdentity: (_host, shown) =>
      shown.fingerprint256 === fingerprint256
        ? undefined
        : new CommandFailure('The server shows another certificate than the one it was started with.'),
  }
}

/** A loopback server answers this at once or is not ours. */
const healthTimeoutMs = 5000

async function answersHealth(endpoint: URL, tls: object): Promise<boolean> {
  try {
    const answer = await send(
      endpoint,
      { ...tls, method: 'GET', path: '/_cairn/health', headers: { host: endpoint.host } },
      { signal: AbortSignal.timeout(healthTimeoutMs) },
    )
    for await (const _ of answer.body);
    return true
  } catch {
    return false
  }
}

async function send(
  endpoint: URL,
  options: RequestOptions,
  call: Pick<InstallationCall, 'body' | 'signal'>,
): Promise<Answer> {
  const start = endpoint.protocol === 'https:' ? httpsRequest : httpRequest
  const outgoing = start({
    ...options,
    hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
    port: endpoint.port,
    agent: false,
    ...(call.signal !== undefined && { signal: call.signal }),
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', (cause) => reject(lost(cause, call.signal)))
  })
  const sent = sendBody(outgoing, call.body)
  // A server that refuses early answers before it has read everything: its answer counts, not our broken pipe.
  const incoming = await Promise.race([answered, sent.then(() => answered)])
  return {
    status: incoming.statusCode ?? 500,
    contentType: incoming.headers['content-type'] ?? '',
    body: received(incoming, call.signal),
  }
}

async function sendBody(outgoing: ClientRequest, body: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  if (body === undefined) {
    outgoing.end()
    return
  }
  let failure: unknown
  const watched = async function* () {
    try {
      yield* body
    } catch (error) {
      failure = error
      throw error
    }
  }
  try {
    await pipeline(Readable.from(watched(), { objectMode: false }), outgoing)
  } catch {
    // Ours to report only when reading the body failed; a broken connection shows in the answer.
    if (failure !== undefined) throw failure
  }
}

async function* received(incoming: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of incoming) yield chunk as Uint8Array
  } catch (cause) {
    throw lost(cause, signal)
  }
}

function lost(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason
  return new CommandFailure('The connection to the server broke.', {
    advice: 'Look at its log, then run the command again.',
    cause,
  })
}
