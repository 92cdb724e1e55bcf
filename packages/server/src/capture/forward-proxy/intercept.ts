import type { IncomingMessage, RequestListener, Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { createServer } from '../../runtime/node-http.ts'
import type { Authority } from './authority.ts'
import type { ForwardProxyTelemetry, OnCall } from './proxied-request.ts'
import { refuseConnect } from './refuse.ts'
import type { Target } from './target.ts'
import { tunnel } from './tunnel.ts'
import { secured } from './upstream-dispatcher.ts'

/** A connection that asked for a host whose calls are looked into. */
interface Asked {
  readonly target: Target
  readonly mark?: string
}

interface Interception {
  /** Reads the requests of the connections. */
  readonly server: Server
  /** Answers the `CONNECT` and finds out by its first byte what the client speaks. */
  accept(socket: Socket, head: Buffer, asked: Asked): void
}

/** The first byte of a TLS handshake. @source RFC 8446, 5.1 */
const tlsHandshake = 0x16
/** How long a client that was let through may take to shake hands. */
const handshakeTimeoutMs = 30_000

export function createInterception(options: {
  readonly authority: Authority
  readonly settings: ServerOptions
  /** PEM certificates that hosts may be vouched for with. */
  readonly ca: readonly string[]
  readonly telemetry: ForwardProxyTelemetry
  readonly onCall: OnCall
  readonly reach: (target: Target) => Promise<Duplex>
  /** Reports a target that could not be reached; gives the words for the client. */
  readonly lost: (target: Target, error: unknown) => string
  readonly keep: <Stream extends Duplex>(socket: Stream) => Stream
}): Interception {
  const { authority, telemetry, reach, lost, keep } = options
  const connections = new WeakMap<Duplex, Asked & { readonly isTls: boolean }>()
  const server = createServer(options.settings)
  const onRequest: RequestListener = (incoming, outgoing) => {
    const asked = connections.get(incoming.socket)
    if (asked === undefined) outgoing.destroy()
    else options.onCall(incoming, outgoing, asked)
  }
  // The body of a call is asked for only when it is read: an upload that is refused is never sent.
  server.on('request', onRequest).on('checkContinue', onRequest)
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const asked = connections.get(socket)
    if (asked === undefined) socket.destroy()
    else void passUpgrade(incoming, socket, head, asked)
  })

  function answerIn(socket: Duplex, asked: Asked, isTls: boolean): void {
    connections.set(socket, { ...asked, isTls })
    server.emit('connection', socket)
  }

  function decrypt(socket: Socket, asked: Asked): void {
    const { host } = asked.target
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: authority.contextFor(host),
      // A client that only speaks HTTP/2 is told so in the handshake.
      ALPNProtocols: ['http/1.1'],
    })
    let alert: string | undefined
    secure.on('error', ({ code }: NodeJS.ErrnoException) => {
      alert = code
    })
    // In TLS 1.3 the server is done before the client has judged the certificate. Some say why they leave, some do not.
    secure.once('close', () => {
      const hasSpoken = secure.bytesRead > 0
      if (!hasSpoken) telemetry.distrusted({ host, alert: isDistrust(alert) ? alert : 'none' })
    })
    secure.pause()
    answerIn(keep(secure), asked, true)
  }

  async function passUpgrade(
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    { target, isTls }: Asked & { readonly isTls: boolean },
  ): Promise<void> {
    try {
      const plain = await reach(target)
      const upstream = isTls ? keep(await secured(plain, target.host, options.ca)) : plain
      telemetry.upgraded({ host: target.host, protocol: incoming.headers.upgrade ?? 'unknown' })
      upstream.write(headOf(incoming))
      tunnel(socket, upstream, head)
    } catch (error) {
      refuseConnect(socket, 502, lost(target, error))
    }
  }

  return {
    server,
    accept(socket, head, asked) {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.setTimeout(handshakeTimeoutMs, () => socket.destroy())
      if (head.length > 0) socket.unshift(head)
      whenReadable(socket, (first) => {
        socket.setTimeout(0)
        if (first === tlsHandshake) decrypt(socket, asked)
        else if (isLetter(first)) answerIn(socket, asked, false)
        else void passUnknown(socket, asked.target)
      })
    },
  }

  async function passUnknown(socket: Socket, target: Target): Promise<void> {
    try {
      const upstream = await reach(target)
      telemetry.tunnelled(target)
      tunnel(socket, upstream, Buffer.alloc(0))
    } catch (error) {
      lost(target, error)
      socket.destroy()
    }
  }
}

/** Looks at the first byte and leaves it unread. */
function whenReadable(socket: Socket, look: (first: number) => void): void {
  const read = () => {
    const chunk: Buffer | null = socket.read()
    if (chunk === null) return
    socket.off('readable', read)
    socket.unshift(chunk)
    look(chunk[0] ?? 0)
  }
  socket.on('readable', read)
}

/** Every method of HTTP begins with one. */
const isLetter = (byte: number) => byte >= 0x41 && byte <= 0x5a

function isDistrust(code: string | undefined): code is string {
  return /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/.test(code ?? '')
}

/** The request as it came, for a protocol that Node hands over with its head taken off. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`)
  }
  return `${method} ${url} HTTP/1.1\r\n${lines.join('')}\r\n`
}
