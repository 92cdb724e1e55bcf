import { isIP, type LookupFunction } from 'node:net'
import { getCACertificates } from 'node:tls'
import type { Dispatcher } from 'undici'
import { loadUndici } from '../../runtime/load-undici.ts'
import { AnswerBody } from './answer-body.ts'
import { UpstreamFailure, upstreamFailure } from './upstream-failure.ts'

/** Sends requests to upstreams and hands back what they answer, nothing added and nothing taken away. */
export interface Transport {
  /** Resolves with the head of the answer. @throws UpstreamFailure */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>
  /** Cuts what is under way. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface UpstreamRequest {
  /** `http://127.0.0.1:7070` */
  readonly origin: string
  readonly method: string
  /** Path and query as they go on the wire. */
  readonly target: string
  /** Name, value, name, value …; hop-by-hop headers are the transport's. */
  readonly headers: readonly string[]
  /** A stream without `content-length` among the headers goes out chunked. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined
  readonly signal: AbortSignal
}

export interface UpstreamAnswer {
  readonly status: number
  /** Name, value, name, value … as on the wire. */
  readonly rawHeaders: readonly string[]
  /** Must be read to its end or left. @throws UpstreamFailure */
  readonly body: AsyncIterable<Uint8Array>
}

export interface TransportOptions {
  readonly connectTimeoutMs: number
  /** From the request's last byte to the answer's head. */
  readonly answerTimeoutMs: number
  /** How long an answer may fall silent. */
  readonly idleTimeoutMs: number
  /** PEM certificates to trust; Node's own when absent. `systemTrust` gives those and the system's. */
  readonly ca?: string | readonly string[]
  /** Connections to one origin; requests beyond them wait. */
  readonly connectionsMax: number
  /** Where connections really go; the forward proxy puts its checks of addresses here. */
  readonly connect?: { readonly lookup?: LookupFunction }
  /** Replaces the way out, e.g. by one through another proxy. */
  readonly dispatcher?: Dispatcher
}

/** Answers with larger heads are no answers of AWS-shaped services. */
const headerBytesMax = 64 * 1024

export function createTransport(options: TransportOptions): Transport {
  let agent = options.dispatcher
  let opening: Promise<Dispatcher> | undefined
  return {
    async send(request) {
      if (agent === undefined) {
        opening ??= openAgent(options)
        agent = await opening
      }
      return send(agent, request)
    },
    async [Symbol.asyncDispose]() {
      await (agent ?? (await opening))?.destroy()
    },
  }
}

/** Loaded with the first call: most installations have no upstream, and loading it is a good part of their start. */
async function openAgent(options: TransportOptions): Promise<Dispatcher> {
  const { Agent, buildConnector } = await loadUndici()
  const { ca } = options
  const connect = buildConnector({
    timeout: options.connectTimeoutMs,
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...options.connect,
  })
  return new Agent({
    connections: options.connectionsMax,
    pipelining: 1,
    maxHeaderSize: headerBytesMax,
    headersTimeout: options.answerTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    connect({ servername = '', ...place }, callback) {
      // An address is no server name; the certificate is then held against the address itself.
      connect(isIP(servername) === 0 ? { ...place, servername } : place, callback)
    },
  })
}

/** Node's roots and those the machine's owner added to the system's. Reading them takes a good part of a second. */
export function systemTrust(): readonly string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}

function send(agent: Dispatcher, request: UpstreamRequest): Promise<UpstreamAnswer> {
  const { origin, method, target, headers, body, signal } = request
  return new Promise((resolve, reject) => {
    let answerBody: AnswerBody | undefined
    let isConnected = false
    let abort: ((reason: Error) => void) | undefined
    const onAbort = () => {
      const reason = new UpstreamFailure('abandoned', signal.reason)
      if (abort) abort(reason)
      else fail(reason)
    }
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', onAbort)
      const failure = upstreamFailure(error, isConnected)
      if (answerBody) answerBody.end(failure)
      else reject(failure)
    }
    if (signal.aborted) return fail(new UpstreamFailure('abandoned', signal.reason))
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      agent.dispatch(
        // Its types leave iterables and the server's name out, its documentation and its sources do not.
        {
          origin,
          method,
          path: target,
          headers: [...headers],
          ...(body !== undefined && { body: body as Uint8Array }),
          ...serverName(origin),
        },
        {
          onRequestStart(controller) {
            isConnected = true
            abort = (reason) => controller.abort(reason)
            if (signal.aborted) onAbort()
          },
          onResponseStart(controller, status) {
            // 1xx answers are between the upstream and us.
            if (status < 200) return
            answerBody = new AnswerBody(controller)
            resolve({ status, rawHeaders: textPairs(controller.rawHeaders), body: answerBody })
          },
          onResponseData: (_controller, chunk) => answerBody?.push(chunk),
          onResponseEnd() {
            signal.removeEventListener('abort', onAbort)
            answerBody?.end()
          },
          onResponseError: (_controller, error) => fail(error),
        },
      )
    } catch (error) {
      fail(error)
    }
  })
}

/** The certificate is held against where we connect to, not against the `Host` that the client signed. */
function serverName(origin: string): { readonly servername?: string } {
  return origin.startsWith('https:') ? { servername: new URL(origin).hostname.replace(/^\[|\]$/g, '') } : {}
}

/** undici hands header lines over as bytes; on the wire they are Latin-1. */
function textPairs(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return []
  return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
}
