import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { createServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { afterEach, expect, test } from 'vitest'
import { hostCertificate } from './capture/forward-proxy/certificate.ts'
import { connectThrough, exchange, listenTcp, secure, token } from './capture/forward-proxy/forward-proxy.fixture.ts'
import type { CapturedCall, ForwardProxyTelemetry, ParentProxy } from './capture/forward-proxy/index.ts'
import { createTestInstallation } from './http/installation.fixture.ts'
import { makeProxyAuthority, startProxy } from './start-proxy.ts'
import { systemClock } from './storage/system/clock.ts'
import { systemIds } from './storage/system/ids.ts'

const host = 'sts.eu-west-1.amazonaws.com'
const hourMs = 3_600_000
let work = new AsyncDisposableStack()
afterEach(async () => {
  await work.disposeAsync()
  work = new AsyncDisposableStack()
})

/** The authority that vouches for AWS, as far as these tests go. */
const trusted = makeProxyAuthority([], hourMs)

/** Something at the place of AWS, by TLS. */
async function standIn(answer: RequestListener) {
  const privateKey = createPrivateKey(trusted.privateKey)
  const issuer = { commonName: new X509Certificate(trusted.certificate).subject.replace(/^CN=/, ''), privateKey }
  const nowMs = systemClock.nowMs()
  const validity = { fromMs: nowMs - hourMs, toMs: nowMs + hourMs, serial: systemIds.bytes(16) }
  const cert = hostCertificate(issuer, validity, host, createPublicKey(privateKey))
  const server = createServer({ cert, key: trusted.privateKey }, answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  work.defer(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { server, port: (server.address() as { port: number }).port }
}

interface Chosen {
  readonly trusts?: readonly string[]
  readonly parent?: ParentProxy
}

async function startTestProxy(place: string, options: Chosen = {}) {
  const installation = await createTestInstallation()
  work.use(installation)
  const calls: CapturedCall[] = []
  const facts: (readonly [string, object])[] = []
  const note = (name: keyof ForwardProxyTelemetry) => (fact: object) => void facts.push([name, fact])
  const authority = makeProxyAuthority([], hourMs)
  const proxy = await startProxy(installation, {
    host: '127.0.0.1',
    port: 0,
    token,
    authority,
    resolve: new Map([['*.amazonaws.com', place]]),
    allowed: [],
    trusted: options.trusts ?? [trusted.certificate],
    ...(options.parent && { parent: options.parent }),
    onCall: (call) => void calls.push(call),
    telemetry: {
      distrusted: note('distrusted'),
      tunnelled: note('tunnelled'),
      unreached: note('unreached'),
      refused: note('refused'),
      upgraded: note('upgraded'),
    },
  })
  work.use(proxy)
  const client = async (mark = 'cairn'): Promise<TLSSocket> => {
    const { socket } = await connectThrough(proxy.port, `${host}:443`, `${mark}:${token}`)
    const tls = await secure(socket, host, authority.certificate)
    work.defer(() => void tls.destroy())
    return tls
  }
  return { ...proxy, authority, calls, facts, client, records: installation.records }
}

const body = 'Action=GetCallerIdentity&Version=2011-06-15'
const answerXml =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>'

/** A signed call of STS, as any client makes it. */
async function callSts(socket: Socket, more: Readonly<Record<string, string>> = {}) {
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    query: '',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    payload: Buffer.from(body),
    service: 'sts',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    nowMs: systemClock.nowMs(),
  })
  const sent = { ...headers, ...more, 'content-length': String(body.length), connection: 'keep-alive' }
  const asked = request({ createConnection: () => socket, method: 'POST', path: '/', headers: sent })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: answer.statusCode, text: Buffer.concat(await answer.toArray()).toString() }
}

test('calls reach AWS by TLS as they were signed, and each is recorded with what it was', async () => {
  const seen: IncomingMessage['headers'][] = []
  const { port } = await standIn((incoming, outgoing) => {
    seen.push(incoming.headers)
    outgoing.setHeader('x-amzn-requestid', 'r-1')
    incoming.resume().on('end', () => outgoing.end(answerXml))
  })
  const proxy = await startTestProxy(`127.0.0.1:${port}`)
  const socket = await proxy.client('suite')
  expect(await callSts(socket)).toEqual({ status: 200, text: answerXml })
  // The same connection again, with a mark of the request.
  expect(await callSts(socket, { 'x-cairn-mark': 'a%20test' })).toMatchObject({ status: 200 })
  expect(seen[0]?.authorization).toContain('Credential=AKIAIOSFODNN7EXAMPLE/')
  expect(seen[1]).not.toHaveProperty('x-cairn-mark')
  expect(seen[0]).not.toHaveProperty('proxy-authorization')
  expect(proxy.calls.map(({ call, mark }) => [call.eventName, mark])).toEqual([
    ['GetCallerIdentity', 'suite'],
    ['GetCallerIdentity', 'a test'],
  ])
  expect(await proxy.records()).toMatchObject([
    {
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetCallerIdentity',
      requestID: 'r-1',
      userIdentity: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
      tlsDetails: { tlsVersion: 'TLSv1.3', clientProvidedHostHeader: host },
    },
    { eventName: 'GetCallerIdentity' },
  ])
})

test('an upstream whose certificate nobody trusts gets nothing', async () => {
  let requests = 0
  const { port } = await standIn((_incoming, outgoing) => {
    requests += 1
    outgoing.end()
  })
  const proxy = await startTestProxy(`127.0.0.1:${port}`, { trusts: [makeProxyAuthority([], hourMs).certificate] })
  expect(await callSts(await proxy.client())).toMatchObject({ status: 503 })
  expect(requests).toBe(0)
  expect(proxy.calls).toMatchObject([{ errorCode: 'UpstreamUnreachable' }])
  expect(proxy.facts).toMatchObject([['unreached', { host, code: 'proxy.target-untrusted' }]])
})

test('a host that is down is an error of its service, a record of it and a fact with the reason', async () => {
  const proxy = await startTestProxy('127.0.0.1:1')
  const answer = await callSts(await proxy.client())
  expect(answer).toMatchObject({ status: 503, text: expect.stringContaining('<Code>UpstreamUnreachable</Code>') })
  expect(await proxy.records()).toMatchObject([{ eventName: 'GetCallerIdentity', errorCode: 'UpstreamUnreachable' }])
  expect(proxy.facts).toMatchObject([['unreached', { host, code: 'proxy.unreachable', reason: 'ECONNREFUSED' }]])
})

test.each([
  ['garbage', (socket: Socket) => socket.end('this is no HTTP\r\n\r\n')],
  ['nothing', (socket: Socket) => socket.end()],
  ['a length it does not keep', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort')],
])('an upstream that answers %s is an error, never taken for an answer', async (_what, answer) => {
  const server = await listenTcp((socket) => void socket.once('data', () => answer(socket)))
  work.use(server)
  const proxy = await startTestProxy(`http://127.0.0.1:${server.port}`)
  const answered = await callSts(await proxy.client()).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code,
  )
  expect([502, 503, 504, 'ECONNRESET']).toContain(answered)
  await expect.poll(() => proxy.calls).toHaveLength(1)
  expect(proxy.calls[0]?.call.eventName).toBe('GetCallerIdentity')
})

test('a body is asked for before it is sent, and a large one goes through in pieces', async () => {
  const size = 8 * 1024 * 1024
  const { port } = await standIn(async (incoming, outgoing) => {
    let bytes = 0
    for await (const chunk of incoming) bytes += chunk.length
    outgoing.end(String(bytes))
  })
  const proxy = await startTestProxy(`127.0.0.1:${port}`)
  const socket = await proxy.client()
  const headers = { host, 'content-length': String(size), expect: '100-continue' }
  const asked = request({ createConnection: () => socket, method: 'PUT', path: '/bucket/key', headers })
  asked.flushHeaders()
  await once(asked, 'continue')
  asked.end(Buffer.alloc(size))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  expect(Buffer.concat(await answer.toArray()).toString()).toBe(String(size))
})

test('a connection that becomes a web socket is passed on, and said to be', async () => {
  const { server, port } = await standIn((_incoming, outgoing) => void outgoing.end())
  server.on('upgrade', (_incoming, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    socket.pipe(socket)
  })
  const proxy = await startTestProxy(`127.0.0.1:${port}`)
  const socket = await proxy.client()
  const headers = { host, connection: 'Upgrade', upgrade: 'websocket' }
  const asked = request({ createConnection: () => socket, path: '/stream', headers })
  asked.end()
  const [, upgraded] = (await once(asked, 'upgrade')) as [IncomingMessage, Socket]
  upgraded.write('ping')
  expect(String(await once(upgraded, 'data'))).toBe('ping')
  expect(proxy.facts).toEqual([['upgraded', { host, protocol: 'websocket' }]])
  upgraded.destroy()
})

test('in front of an endpoint, calls are recorded and go on to it', async () => {
  const emulator = createPlainServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end(JSON.stringify({ url: incoming.url, host: incoming.headers.host })))
  })
  await once(emulator.listen(0, '127.0.0.1'), 'listening')
  work.defer(() => void emulator.close().closeAllConnections())
  const { port } = emulator.address() as { port: number }
  const proxy = await startTestProxy('127.0.0.1:1')
  const front = await proxy.front(new URL(`http://localhost:${port}/base`))
  expect(front.href).toMatch(/^http:\/\/localhost:\d+\/base$/)
  const socket = connect(Number(front.port), '127.0.0.1')
  work.defer(() => void socket.destroy())
  expect(await exchange(socket, '/bucket/key', front.host)).toEqual({ url: '/bucket/key', host: front.host })
  expect(proxy.calls).toMatchObject([{ call: { eventName: 'GetObject' } }])
})

test('in front of an endpoint that only a proxy of the company leads to, calls go on through that', async () => {
  const asked: string[] = []
  const company = createPlainServer().on('connect', (incoming: IncomingMessage, socket: Socket) => {
    asked.push(incoming.url ?? '')
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'))
  })
  await once(company.listen(0, '127.0.0.1'), 'listening')
  work.defer(() => void company.close().closeAllConnections())
  const { port } = company.address() as { port: number }
  const parent = { url: new URL(`http://127.0.0.1:${port}`), noProxy: '' }
  const proxy = await startTestProxy('127.0.0.1:1', { parent })
  const front = await proxy.front(new URL('http://store.example.org:9000'))
  const socket = connect(Number(front.port), '127.0.0.1')
  work.defer(() => void socket.destroy())
  expect(await exchange(socket, '/bucket/key', front.host)).toEqual({})
  expect(asked).toEqual(['store.example.org:9000'])
})

test('stopping lets the calls in flight end', async () => {
  const arrived = Promise.withResolvers<void>()
  const { port } = await standIn(async (_incoming, outgoing) => {
    arrived.resolve()
    await new Promise((resolve) => setTimeout(resolve, 200))
    outgoing.end(answerXml)
  })
  const proxy = await startTestProxy(`127.0.0.1:${port}`)
  const answer = callSts(await proxy.client())
  await arrived.promise
  await proxy[Symbol.asyncDispose]()
  expect(await answer).toMatchObject({ status: 200 })
  expect(proxy.calls).toHaveLength(1)
})

test('a client that speaks HTTP/2 only is told so in the handshake', async () => {
  const proxy = await startTestProxy('127.0.0.1:1')
  const { socket } = await connectThrough(proxy.port, `${host}:443`)
  const tls = connectTls({ socket, servername: host, ca: proxy.authority.certificate, ALPNProtocols: ['h2'] })
  const [error] = await once(tls, 'error')
  expect(error.code).toContain('NO_APPLICATION_PROTOCOL')
})
