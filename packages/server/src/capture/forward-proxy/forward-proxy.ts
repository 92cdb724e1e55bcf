import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Fault } from '../../fault.ts'
import { createServer } from '../../runtime/node-http.ts'
import type { Authority } from './authority.ts'
import { type Dial, unreached } from './dial.ts'
import { forwardPlain } from './forward-plain.ts'
import { createInterception } from './intercept.ts'
import type { ForwardProxyTelemetry, OnCall } from './proxied-request.ts'
import { type ProxyCredentials, proxyUrl, readProxyCredentials } from './proxy-credentials.ts'
import { refuse, refuseConnect } from './refuse.ts'
import { readTarget, type Target, targetText } from './target.ts'
import { tunnel } from './tunnel.ts'

export interface ForwardProxyOptions {
  /** Loopback: whoever can reach it and has the token can reach what this machine reaches. */
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly token: string
  readonly authority: Authority
  readonly dial: Dial
  /** PEM certificates that hosts may be vouched for with, where a connection changes its protocol. */
  readonly ca: readonly string[]
  /** Ports on which the hosts of `authority` are looked into. */
  readonly interceptedPorts: readonly number[]
  readonly onCall: OnCall
  /** Called for every server that reads requests, before it does. */
  readonly prepareServer?: (server: Server) => void
  readonly telemetry: ForwardProxyTelemetry
}

/** A proxy that looks into calls of AWS and passes everything else on untouched. */
export interface ForwardProxy {
  readonly port: number
  /** For `HTTPS_PROXY`. Secret: it holds the token. */
  readonly url: string
  /** Cuts every connection. Calls in flight are the caller's to wait for, before. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Programs on one machine have some hundred connections; more than this is a leak or a flood. */
const connectionsMax = 4_096
const serverSettings = { maxHeaderSize: 64 * 1024, headersTimeout: 30_000, requestTimeout: 0, noDelay: true }

/** @throws Fault `proxy.cannot-listen` */
export async function startForwardProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
  const { telemetry, token, authority, dial } = options
  const sockets = new Set<Duplex>()
  const keep = <Stream extends Duplex>(socket: Stream): Stream => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // What goes wrong on a connection ends it; who has to know is told where it is dealt with.
    socket.on('error', () => socket.destroy())
    return socket
  }
  const reach = async (target: Target) => keep(await dial(target))
  const isCall = ({ host, port }: Target) => authority.covers(host) && options.interceptedPorts.includes(port)

  /** The holder of the token, and where to: or the refusal is out already. */
  function admitted(incoming: IncomingMessage, refusal: (status: number, message: string) => void, place: string) {
    const credentials = readProxyCredentials(incoming.headers['proxy-authorization'], token)
    const target = readTarget(place)
    if (credentials !== undefined && target !== undefined) return { credentials, target }
    telemetry.refused({ reason: credentials === undefined ? 'token' : 'malformed' })
    if (credentials === undefined) refusal(407, 'This proxy asks for the token in its URL (http://cairn:TOKEN@host).')
    else refusal(400, 'Expected the host and port of a target.')
    return undefined
  }

  function lost(target: Target, error: unknown): string {
    const fault = error instanceof Fault ? error : undefined
    telemetry.unreached(unreached(target, error))
    return fault?.code === 'proxy.address-refused'
      ? `${targetText(target)} is on an inner network (${fault.fields.address}), which this proxy does not open: --allow-target opens it.`
      : `${targetText(target)} cannot be reached through this proxy: ${fault?.message ?? 'connection failed'}.`
  }

  const interception = createInterception({
    authority,
    ca: options.ca,
    settings: serverSettings,
    telemetry,
    onCall: options.onCall,
    reach,
    lost,
    keep,
  })

  const outer = createServer(serverSettings)
  outer.maxConnections = connectionsMax
  outer.on('connection', keep)
  outer.on('connect', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const place = incoming.url ?? ''
    const known = admitted(incoming, (status, message) => refuseConnect(socket, status, message), place)
    if (known === undefined) return
    const { target, credentials } = known
    if (isCall(target)) interception.accept(socket, head, { target, ...credentials })
    else void passOn(target, socket, head)
  })
  outer.on('request', (incoming, outgoing) => {
    const url = URL.parse(incoming.url ?? '')
    const place = url?.protocol === 'http:' ? `${url.hostname}:${url.port || 80}` : ''
    const known = admitted(incoming, (status, message) => refuse(outgoing, status, message), place)
    if (known === undefined || url === null) return
    answerPlain(incoming, outgoing, url, known)
  })
  outer.on('clientError', (_error, socket) => refuseConnect(socket, 400, 'Expected a request to a proxy.'))
  options.prepareServer?.(interception.server)

  async function passOn(target: Target, socket: Socket, head: Buffer): Promise<void> {
    try {
      const upstream = await reach(target)
      telemetry.tunnelled(target)
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      tunnel(socket, upstream, head)
    } catch (error) {
      refuseConnect(socket, 502, lost(target, error))
    }
  }

  function answerPlain(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    url: URL,
    { target, credentials }: { readonly target: Target; readonly credentials: ProxyCredentials },
  ): void {
    incoming.url = `${url.pathname}${url.search}`
    if (isCall(target)) {
      options.onCall(incoming, outgoing, { target, isTls: false, ...credentials })
      return
    }
    forwardPlain({ incoming, outgoing, target, reach }).catch((error: unknown) => {
      refuse(outgoing, 502, lost(target, error))
    })
  }

  await new Promise<void>((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => {
      const fields = { host: options.host, port: options.port, reason: cause.code ?? 'unknown' }
      reject(new Fault('proxy.cannot-listen', 'cannot listen', fields, { cause }))
    }
    outer.once('error', failed)
    outer.listen({ host: options.host, port: options.port }, () => {
      outer.off('error', failed)
      resolve()
    })
  })
  const { port } = outer.address() as AddressInfo
  return {
    port,
    url: proxyUrl(options.host, port, token),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => outer.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
