import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { Fault } from '../fault.ts'
import { incomingBody } from './incoming-body.ts'
import type { HttpAnswer, HttpHandler, HttpRequest } from './message.ts'

export interface ListenerOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly tls?: TlsMaterial
  readonly limits: ListenerLimits
  readonly telemetry: {
    /** A handler broke, or a stream failed after its head was sent. */
    handlerFailed(error: unknown): void
  }
}

export interface TlsMaterial {
  readonly cert: Uint8Array
  readonly key: Uint8Array
}

export interface ListenerLimits {
  readonly headerBytesMax: number
  readonly headersMax: number
  readonly connectionsMax: number
  readonly connectionsPerSourceMax: number
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number
  readonly keepAliveMs: number
}

export interface Listener {
  readonly port: number
  /** Takes new certificates for connections to come. */
  renewTls(tls: TlsMaterial): void
  /** Stops accepting, lets calls in flight finish for at most `graceMs`, then cuts. */
  close(graceMs: number): Promise<void>
}

/** @throws Fault `http.cannot-listen` */
export async function listen(handler: HttpHandler, options: ListenerOptions): Promise<Listener> {
  const { limits } = options
  const settings = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    // Bodies have their own clocks: a large upload may take hours, a small body may not.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: 5_000,
    noDelay: true,
  }
  let inFlight = 0
  let whenIdle: (() => void) | undefined
  const onRequest: RequestListener = (incoming, outgoing) => {
    inFlight += 1
    answer(handler, incoming, outgoing)
      .catch((error: unknown) => {
        options.telemetry.handlerFailed(error)
        outgoing.destroy()
      })
      .finally(() => {
        inFlight -= 1
        if (inFlight === 0) whenIdle?.()
      })
  }
  const tlsServer = options.tls && createTlsServer({ ...settings, ...toNode(options.tls) }, onRequest)
  const server = tlsServer ?? createServer(settings, onRequest)
  server.maxHeadersCount = limits.headersMax
  server.maxConnections = limits.connectionsMax
  limitPerSource(server, limits.connectionsPerSourceMax)
  // The body is asked for only when the pipeline reads it, so a refused upload is never sent.
  server.on('checkContinue', onRequest)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new Fault(
          'http.cannot-listen',
          'cannot listen',
          { host: options.host, port: options.port, reason: cause.code ?? 'unknown' },
          { cause },
        ),
      ),
    )
    server.listen({ host: options.host, port: options.port, backlog: 1024 }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    renewTls(tls) {
      tlsServer?.setSecureContext(toNode(tls))
    },
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      if (inFlight > 0) {
        const idle = new Promise<void>((resolve) => {
          whenIdle = resolve
        })
        await Promise.race([idle, afterMs(graceMs)])
      }
      server.closeAllConnections()
      await closed
    },
  }
}

/** Cuts connections of a source address that already has its share. */
function limitPerSource(server: Server | TlsServer, connectionsMax: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const source = socket.remoteAddress ?? ''
    const count = open.get(source) ?? 0
    if (count >= connectionsMax) return socket.destroy()
    open.set(source, count + 1)
    socket.once('close', () => {
      const left = (open.get(source) ?? 1) - 1
      if (left === 0) open.delete(source)
      else open.set(source, left)
    })
  })
}

function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    AbortSignal.timeout(ms).addEventListener('abort', () => resolve(), { once: true })
  })
}

function toNode(tls: TlsMaterial): { cert: Buffer; key: Buffer } {
  return { cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) }
}

async function answer(handler: HttpHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  const reply = await handler(toRequest(incoming, outgoing, gone.signal))
  if (outgoing.destroyed) return closeQuietly(reply.body)
  await write(reply, incoming, outgoing)
}

function toRequest(incoming: IncomingMessage, outgoing: ServerResponse, signal: AbortSignal): HttpRequest {
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    const name = (incoming.rawHeaders[index] ?? '').toLowerCase()
    const value = incoming.rawHeaders[index + 1] ?? ''
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value
  }
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  const socket = incoming.socket as Partial<TLSSocket> & IncomingMessage['socket']
  return {
    head: {
      method: incoming.method ?? 'GET',
      path: mark < 0 ? target : target.slice(0, mark),
      query: mark < 0 ? '' : target.slice(mark + 1),
      headers: incoming.rawHeaders,
    },
    headers,
    body: incomingBody(incoming, outgoing),
    remoteAddress: plainAddress(socket.remoteAddress ?? ''),
    ...(socket.encrypted && {
      tls: { version: socket.getProtocol?.() ?? 'unknown', cipher: socket.getCipher?.().standardName ?? 'unknown' },
    }),
    signal,
  }
}

/** `::ffff:127.0.0.1` is the IPv4 address behind a dual-stack socket. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

async function write(reply: HttpAnswer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers: Record<string, string> = { ...reply.headers }
  // A body nobody read would be taken for the next request on this connection.
  if (!incoming.complete) headers.connection = 'close'
  if (reply.body instanceof Uint8Array) {
    if (incoming.method !== 'HEAD' && reply.status !== 204 && reply.status !== 304) {
      headers['content-length'] ??= String(reply.body.byteLength)
    }
    outgoing.writeHead(reply.status, headers)
    outgoing.end(incoming.method === 'HEAD' ? undefined : reply.body)
    return
  }
  outgoing.writeHead(reply.status, headers)
  for await (const chunk of reply.body) {
    if (!outgoing.write(chunk)) await drained(outgoing)
    if (outgoing.destroyed) return
  }
  outgoing.end()
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.on('drain', done)
    outgoing.on('close', done)
  })
}

async function closeQuietly(body: HttpAnswer['body']): Promise<void> {
  if (!(body instanceof Uint8Array)) await body[Symbol.asyncIterator]().return?.(undefined)
}
