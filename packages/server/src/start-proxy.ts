import { createTransport, type Transport } from './capture/exchange/index.ts'
import {
  awsDomains,
  type CapturedCall,
  createDial,
  createPassage,
  createUpstreamDispatcher,
  type Dial,
  type ForwardProxyTelemetry,
  isPlainAt,
  newAuthority,
  openAuthority,
  type ParentProxy,
  type ProxiedRequest,
  type StoredAuthority,
  startForwardProxy,
  type Target,
  targetText,
  unreached,
  withoutMark,
} from './capture/forward-proxy/index.ts'
import type { Config } from './config/index.ts'
import type { Installation } from './context.ts'
import { createAnswering } from './http/answering.ts'
import { type Listener, listen } from './http/listener.ts'
import { refuseMalformed } from './http/refuse-malformed.ts'
import type { HttpHandler } from './http-message.ts'
import { systemClock } from './storage/system/clock.ts'
import { systemIds } from './storage/system/ids.ts'

export interface ProxyOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** What clients must show. Secret. */
  readonly token: string
  readonly authority: StoredAuthority
  /** Where hosts are, instead of where DNS says: `sts.amazonaws.com` or `*.amazonaws.com` → `127.0.0.1:5000`. */
  readonly resolve: ReadonlyMap<string, string>
  /** Told of the key of `resolve` by which a host was placed, each time. */
  readonly onPlaced?: (pattern: string) => void
  /** Inner networks that may be reached. */
  readonly allowed: readonly string[]
  readonly parent?: ParentProxy
  /** PEM certificates that upstreams may be vouched for with. */
  readonly trusted: readonly string[]
  readonly onCall?: (call: CapturedCall) => void
  /** Where facts go; to the installation's own log when absent. */
  readonly telemetry?: ForwardProxyTelemetry
}

/** A forward proxy on an installation: what goes through it is recorded there. */
export interface Proxy {
  /** For `HTTPS_PROXY`. Secret: it holds the token. */
  readonly url: string
  readonly port: number
  /** Stands in front of an endpoint that clients are given by its address; gives the address to give them instead. */
  front(endpoint: URL): Promise<URL>
  /** Lets calls in flight end, for a while. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Calls in flight get this long to end. */
const graceMs = 5_000
const idleMs = 60_000
/** Services that answer slowly, such as a Lambda function that is waited for, take 15 minutes. */
const answerTimeoutMs = 15 * 60_000
const interceptedPorts = [80, 443]
const everywhere = ['0.0.0.0/0', '::/0']

/** Makes an authority for the domains of AWS and `others`, valid for `validMs` from now. Secret. */
export function makeProxyAuthority(others: readonly string[], validMs: number): StoredAuthority {
  return newAuthority([...awsDomains, ...others], validMs, { clock: systemClock, ids: systemIds })
}

/** @throws Fault `proxy.cannot-listen` */
export async function startProxy(
  { exchanges, identify, config, telemetry }: Pick<Installation, 'exchanges' | 'identify' | 'config' | 'telemetry'>,
  options: ProxyOptions,
): Promise<Proxy> {
  const { limits } = config
  const facts = options.telemetry ?? telemetry.forwardProxy
  const authority = openAuthority(options.authority, { clock: systemClock, ids: systemIds })
  const dial = createDial(options)
  const answering = createAnswering({ bodyBytesMax: limits.bodyBytesMax, idleMs, telemetry: telemetry.calls })
  const timeouts = { connectTimeoutMs: 10_000, answerTimeoutMs, idleTimeoutMs: idleMs, connectionsMax: 256 }
  const throughDial = async (dial: Dial) => {
    const onLost = (target: Target, error: unknown) => facts.unreached(unreached(target, error))
    const rest = { onLost, ca: options.trusted, answerTimeoutMs, idleTimeoutMs: idleMs }
    return createTransport({ ...timeouts, dispatcher: await createUpstreamDispatcher({ dial, ...rest }) })
  }
  const transport = await throughDial(dial)
  // Endpoints were named by whoever runs the program, wherever they are; a proxy in front may be the only way to them.
  const far = () => throughDial(createDial({ ...options, allowed: everywhere }))
  const isNear = ({ hostname }: URL) => options.parent === undefined || isLoopback(hostname)
  const carriedBy =
    (transport: Transport, origin: string, mark?: string): HttpHandler =>
    (request) =>
      exchanges.carry(
        withoutMark(request),
        createPassage(request, {
          transport,
          origin,
          partition: 'aws',
          mark,
          identify,
          onCall: options.onCall,
          admit: () => undefined,
          bodyTimeoutMs: limits.requestTimeout,
          streamIdleMs: idleMs,
        }),
      )
  const proxy = await startForwardProxy({
    host: options.host,
    port: options.port,
    token: options.token,
    authority,
    ca: options.trusted,
    dial,
    interceptedPorts,
    onCall: (incoming, outgoing, call) =>
      answering.answer(incoming, outgoing, carriedBy(transport, originOf(call, options.resolve), call.mark)),
    prepareServer: (server) => {
      server.maxHeadersCount = limits.headersMax + 1
      refuseMalformed(server, { isBusy: answering.isBusy, onRefused: telemetry.calls.refused })
    },
    telemetry: facts,
  })
  const work = new AsyncDisposableStack()
  work.use(transport)
  work.use(proxy)
  work.defer(async () => {
    answering.close()
    await Promise.race([answering.idle(), elapsed(graceMs)])
  })
  return {
    url: proxy.url,
    port: proxy.port,
    async front(endpoint) {
      const way = work.use(
        isNear(endpoint) ? createTransport({ ...timeouts, ca: options.trusted.join('\n') }) : await far(),
      )
      const listener = await listenInFront(carriedBy(way, endpoint.origin), options.host, config, telemetry)
      work.defer(() => listener.close(graceMs))
      const url = new URL(endpoint)
      url.protocol = 'http:'
      // A name stays what it was: clients put buckets in front of a name, and not in front of an address.
      if (!isLoopbackName(url.hostname)) url.hostname = options.host
      url.port = String(listener.port)
      return url
    },
    [Symbol.asyncDispose]: () => work.disposeAsync(),
  }
}

function originOf({ target, isTls }: ProxiedRequest, resolve: ReadonlyMap<string, string>): string {
  return `${isTls && !isPlainAt(target.host, resolve) ? 'https' : 'http'}://${targetText(target)}`
}

function isLoopback(hostname: string): boolean {
  return isLoopbackName(hostname) || /^(127\.[\d.]+|\[::1\])$/.test(hostname)
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}

function listenInFront(
  handler: HttpHandler,
  host: string,
  { limits }: Config,
  telemetry: Installation['telemetry'],
): Promise<Listener> {
  return listen(handler, {
    host,
    port: 0,
    limits: {
      headerBytesMax: limits.headerBytesMax,
      headersMax: limits.headersMax,
      bodyBytesMax: limits.bodyBytesMax,
      connectionsMax: limits.connectionsMax,
      // The one source is the program that is recorded.
      connectionsPerSourceMax: limits.connectionsMax,
      headersTimeoutMs: limits.headersTimeout,
      idleMs,
    },
    telemetry: telemetry.calls,
  })
}

function elapsed(ms: number): Promise<void> {
  const signal = AbortSignal.timeout(ms)
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
