import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { systemClock } from '../../storage/system/clock.ts'
import { systemIds } from '../../storage/system/ids.ts'
import { createDial, newAuthority, openAuthority, startForwardProxy } from './index.ts'
import type { ForwardProxyTelemetry } from './proxied-request.ts'

export const deps = { clock: systemClock, ids: systemIds }
export const token = 'session-token'

/** A proxy on loopback that answers calls with what it saw, and keeps the facts it tells. */
export async function startTestProxy(
  resolve: Readonly<Record<string, string>> = {},
  allowed: readonly string[] = [],
  parent?: { readonly url: URL; readonly noProxy: string },
) {
  const authority = openAuthority(newAuthority(['amazonaws.com'], 3_600_000, deps), deps)
  const facts: { readonly fact: string; readonly about: object }[] = []
  const note = (fact: keyof ForwardProxyTelemetry) => (about: object) => void facts.push({ fact, about })
  const places = new Map(Object.entries(resolve))
  const proxy = await startForwardProxy({
    host: '127.0.0.1',
    port: 0,
    token,
    authority,
    ca: [authority.certificate],
    dial: createDial({ resolve: places, allowed, ...(parent && { parent }) }),
    interceptedPorts: [80, 443],
    onCall(incoming, outgoing, call) {
      outgoing.end(JSON.stringify({ ...call, method: incoming.method, url: incoming.url }))
    },
    telemetry: {
      distrusted: note('distrusted'),
      tunnelled: note('tunnelled'),
      unreached: note('unreached'),
      refused: note('refused'),
      upgraded: note('upgraded'),
    },
  })
  return { ...proxy, authority, facts, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() }
}

/** Asks a proxy for a connection; gives the status and the socket behind it. */
export async function connectThrough(
  port: number,
  target: string,
  credentials: string | null = `cairn:${token}`,
): Promise<{ readonly status: number; readonly socket: Socket; readonly body: string }> {
  const headers =
    credentials === null ? {} : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
  const asked = request({ host: '127.0.0.1', port, method: 'CONNECT', path: target, headers, agent: false })
  asked.end()
  const [answer, socket, head] = (await once(asked, 'connect')) as [IncomingMessage, Socket, Buffer]
  let body = ''
  if (head.length > 0) socket.unshift(head)
  if (answer.statusCode !== 200) for await (const chunk of socket) body += chunk
  return { status: answer.statusCode ?? 0, socket, body }
}

/** Shakes hands as a client that trusts `ca` and nobody else. */
export async function secure(socket: Socket, servername: string, ca: string): Promise<TLSSocket> {
  const tls = connectTls({ socket, servername, ca })
  await once(tls, 'secureConnect')
  return tls
}

/** One request on a connection that stands. */
export async function exchange(socket: Socket, path: string, host: string): Promise<unknown> {
  const asked = request({ createConnection: () => socket, path, headers: { host, connection: 'keep-alive' } })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return JSON.parse(Buffer.concat(await answer.toArray()).toString())
}

/** A TCP server on loopback; gives its port. */
export async function listenTcp(onSocket: (socket: Socket) => void) {
  const server: Server = createServer(onSocket)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { readonly port: number }
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function rawConnection(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
