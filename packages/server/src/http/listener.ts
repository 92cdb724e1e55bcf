import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Fault } from '../fault.ts'
import type { HttpHandler } from '../http-message.ts'
import { createServer } from '../runtime/node-http.ts'
import { createAnswering } from './answering.ts'
import { limitConnections } from './connection-share.ts'
import { type MalformedReason, refuseMalformed } from './refuse-malformed.ts'

export interface ListenerOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly tls?: TlsMaterial
  /** Proxies whose word on where a request came from is believed. */
  readonly trustedProxies?: readonly string[]
  readonly limits: ListenerLimits
  readonly telemetry: {
    /** A handler broke, or a stream failed after its head was sent. */
    handlerFailed(error: unknown): void
    /** Bytes that never became a request, or a connection above a limit. */
    refused(reason: MalformedReason | 'connections' | 'connections-of-source'): void
  }
}

export interface TlsMaterial {
  readonly cert: Uint8Array
  readonly key: Uint8Array
}

export interface ListenerLimits {
  readonly headerBytesMax: number
  readonly headersMax: number
  readonly bodyBytesMax: number
  readonly connectionsMax: number
  readonly connectionsPerSourceMax: number
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number
  /** How long a connection may be idle, and a client may leave an answer unread. */
  readonly idleMs: number
}

export interface Listener {
  readonly port: number
  /**
   * Takes new certificates for connections to come.
   *
   * @throws Fault `http.tls-mismatch` and goes on with the old ones
   */
  renewTls(tls: TlsMaterial): void
  /** Stops accepting, lets calls in flight finish for at most `graceMs` or until `cut` is aborted, then cuts. */
  close(graceMs: number, cut?: AbortSignal): Promise<void>
}

/** How often headers that are overdue are looked for. */
const overdueCheckMs = 1_000

/** Calls whose connection was cut still write their record; that takes as long as the log does. */
const afterCutMs = 5_000

/** @throws Fault `http.cannot-listen`, `http.tls-mismatch` */
export async function listen(handler: HttpHandler, options: ListenerOptions): Promise<Listener> {
  const { limits, telemetry } = options
  const settings = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    // Bodies have their own clocks: a large upload may take hours, a small body may not.
    requestTimeout: 0,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: overdueCheckMs,
    noDelay: true,
  }
  const answering = createAnswering({
    bodyBytesMax: limits.bodyBytesMax,
    idleMs: limits.idleMs,
    ...(options.trustedProxies && { trustedProxies: options.trustedProxies }),
    telemetry,
  })
  const onRequest: RequestListener = (incoming, outgoing) => answering.answer(incoming, outgoing, handler)
  const tlsServer = options.tls && createTlsServer({ ...settings, ...checkedPair(options.tls) }, onRequest)
  const server: Server = tlsServer ?? createServer(settings, onRequest)
  // Node leaves headers above its maximum out without a word; one more is read, so that the pipeline can refuse.
  server.maxHeadersCount = limits.headersMax + 1
  server.maxConnections = limits.connectionsMax
  server.on('drop', () => telemetry.refused('connections'))
  limitConnections(server, {
    perSourceMax: limits.connectionsPerSourceMax,
    onRefused: () => telemetry.refused('connections-of-source'),
  })
  refuseMalformed(server, { isBusy: answering.isBusy, onRefused: telemetry.refused })
  // The body is asked for only when the pipeline reads it, so a refused upload is never sent.
  server.on('checkContinue', onRequest)
  await opened(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    renewTls(tls) {
      tlsServer?.setSecureContext(checkedPair(tls))
    },
    async close(graceMs, cut) {
      answering.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await Promise.race([answering.idle(), after(graceMs, cut)])
      server.closeAllConnections()
      await closed
      await Promise.race([answering.idle(), after(afterCutMs)])
    },
  }
}

async function opened(server: Server, { host, port }: ListenerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new Fault('http.cannot-listen', 'cannot listen', { host, port, reason: cause.code ?? 'unknown' }, { cause }),
      ),
    )
    server.listen({ host, port, backlog: 1024 }, resolve)
  })
}

function after(ms: number, sooner?: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([AbortSignal.timeout(ms), ...(sooner ? [sooner] : [])])
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** OpenSSL takes an RSA certificate with an EC key and fails at every handshake: better to fail here. */
function checkedPair(tls: TlsMaterial): { cert: Buffer; key: Buffer } {
  const pair = { cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) }
  let isPair = false
  try {
    isPair = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))
  } catch (cause) {
    throw new Fault('http.tls-mismatch', 'certificate or key is not what it should be', {}, { cause })
  }
  if (!isPair) throw new Fault('http.tls-mismatch', 'the private key does not belong to the certificate')
  return pair
}
