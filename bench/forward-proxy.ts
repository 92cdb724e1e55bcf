/**
 * What the forward proxy costs: the first call to a host it has not seen, the next on a new connection, and the next on
 * the same. In the same run: the same calls to the upstream itself, by TLS too. The proxy records to a log on disk.
 *
 *     npm run bench -- forward-proxy
 */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { makeProxyAuthority, openInstallation, startProxy } from '@cairn/server'
import { configFrom } from '@cairn/server/config'
import { hostCertificate } from '../packages/server/src/capture/forward-proxy/certificate.ts'

const hosts = 40
const callsOnOne = 200
const hourMs = 3_600_000

const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-'))
const { config } = await configFrom({ dataDir: join(folder, 'data'), 'log.level': 'silent' }, folder)
const installation = await openInstallation(config)
const upstreamAuthority = makeProxyAuthority([], hourMs)
const authority = makeProxyAuthority([], hourMs)
const upstream = await startUpstream()
const ignored = () => undefined
const proxy = await startProxy(installation, {
  host: '127.0.0.1',
  port: 0,
  token: 'bench',
  authority,
  resolve: new Map([['*', `127.0.0.1:${upstream}`]]),
  allowed: [],
  trusted: [upstreamAuthority.certificate],
  telemetry: { distrusted: ignored, tunnelled: ignored, unreached: ignored, refused: ignored, upgraded: ignored },
})

/** An upstream that is every host of AWS, its certificates made before the clock runs. */
async function startUpstream(): Promise<number> {
  const privateKey = createPrivateKey(upstreamAuthority.privateKey)
  const commonName = new X509Certificate(upstreamAuthority.certificate).subject.replace(/^CN=/, '')
  const nowMs = Date.now()
  const contexts = new Map(
    Array.from({ length: hosts + 1 }, (_, index) => {
      const validity = { fromMs: nowMs - hourMs, toMs: nowMs + hourMs, serial: Uint8Array.of(1, index) }
      const cert = hostCertificate({ commonName, privateKey }, validity, hostOf(index), createPublicKey(privateKey))
      return [hostOf(index), createSecureContext({ cert, key: upstreamAuthority.privateKey })] as const
    }),
  )
  const server = createServer({ SNICallback: (name, done) => done(null, contexts.get(name)) }, (incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end('<x/>'))
  })
  server.unref()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as { port: number }).port
}

function hostOf(index: number): string {
  return `bucket-${index}.s3.eu-west-1.amazonaws.com`
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

async function secured(socket: Socket, host: string, ca: string): Promise<Socket> {
  const tls = connectTls({ socket, servername: host, ca })
  await once(tls, 'secureConnect')
  return tls
}

async function direct(host: string): Promise<Socket> {
  return secured(await opened(upstream), host, upstreamAuthority.certificate)
}

async function proxied(host: string): Promise<Socket> {
  const authorization = `Basic ${Buffer.from('cairn:bench').toString('base64')}`
  const headers = { host: `${host}:443`, 'proxy-authorization': authorization }
  const asked = request({
    host: '127.0.0.1',
    port: proxy.port,
    method: 'CONNECT',
    path: `${host}:443`,
    headers,
    agent: false,
  })
  asked.end()
  const [, socket] = (await once(asked, 'connect')) as [IncomingMessage, Socket]
  return secured(socket, host, authority.certificate)
}

async function call(socket: Socket, host: string): Promise<void> {
  const headers = { host, connection: 'keep-alive' }
  const asked = request({ createConnection: () => socket, path: '/key', headers })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  for await (const _ of answer);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

type Way = (host: string) => Promise<Socket>

async function measure(way: Way) {
  const first: number[] = []
  const again: number[] = []
  const kept: number[] = []
  const onNewConnection = (host: string) =>
    timed(async () => {
      const socket = await way(host)
      await call(socket, host)
      socket.destroy()
    })
  await onNewConnection(hostOf(hosts))
  for (let index = 0; index < hosts; index += 1) first.push(await onNewConnection(hostOf(index)))
  for (let index = 0; index < hosts; index += 1) again.push(await onNewConnection(hostOf(index)))
  const socket = await way(hostOf(0))
  for (let index = 0; index < callsOnOne; index += 1) kept.push(await timed(() => call(socket, hostOf(0))))
  socket.destroy()
  return { first, again, kept }
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
}

const [withoutProxy, withProxy] = [await measure(direct), await measure(proxied)]
const rows = [
  ['first call to a new host', 'first'],
  ['new connection, known host', 'again'],
  ['kept connection', 'kept'],
] as const
process.stdout.write('                              direct p50   proxy p50   proxy p99   added p50\n')
for (const [name, key] of rows) {
  const [near, far] = [percentile(withoutProxy[key], 0.5), percentile(withProxy[key], 0.5)]
  const columns = [near, far, percentile(withProxy[key], 0.99), far - near].map((ms) =>
    `${ms.toFixed(2)} ms`.padStart(12),
  )
  process.stdout.write(`${name.padEnd(28)}${columns.join('')}\n`)
}
await proxy[Symbol.asyncDispose]()
await installation[Symbol.asyncDispose]()
rmSync(folder, { recursive: true })
