import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { buildConnector, Dispatcher } from 'undici'
import { Fault } from '../../fault.ts'
import { loadUndici } from '../../runtime/load-undici.ts'
import { type Dial, unreachable } from './dial.ts'
import type { Target } from './target.ts'

export interface UpstreamDispatcherOptions {
  readonly dial: Dial
  /** Told of each target that could not be reached, or not by TLS. */
  readonly onLost: (target: Target, error: unknown) => void
  /** PEM certificates that hosts may be vouched for with; never those of our own authority. */
  readonly ca: readonly string[]
  /** From the last byte of a request to the head of its answer. */
  readonly answerTimeoutMs: number
  /** How long an answer may fall silent. */
  readonly idleTimeoutMs: number
}

/** A client that makes many calls at once to one service has some fifty connections. */
const connectionsMax = 256
/** Handshakes with services across an ocean take a second. */
const handshakeTimeoutMs = 10_000

/** Sends calls on to the hosts they were meant for, by the way that `dial` finds. */
export async function createUpstreamDispatcher(options: UpstreamDispatcherOptions): Promise<Dispatcher> {
  const { Agent } = await loadUndici()
  const { dial, onLost, ca, answerTimeoutMs, idleTimeoutMs } = options
  const connect: buildConnector.connector = ({ hostname, port, protocol, servername }, callback) => {
    const isTls = protocol === 'https:'
    const host = hostname.replace(/^\[|\]$/g, '')
    const target = { host, port: Number(port || (isTls ? 443 : 80)) }
    const open = async () => {
      const plain = await dial(target)
      plain.setNoDelay(true)
      return isTls ? secured(plain, servername || host, ca).catch((cause) => notSecured(target, cause)) : plain
    }
    open().then(
      (socket) => callback(null, socket),
      (error: unknown) => {
        onLost(target, error)
        callback(error instanceof Error ? error : new TypeError(String(error)), null)
      },
    )
  }
  return new Agent({
    connect,
    connections: connectionsMax,
    pipelining: 1,
    headersTimeout: answerTimeoutMs,
    bodyTimeout: idleTimeoutMs,
  })
}

/** @throws Fault `proxy.target-untrusted` or `proxy.unreachable` */
function notSecured(target: Target, cause: unknown): never {
  const { code } = cause as { readonly code?: unknown }
  const isCertificate = typeof code === 'string' && /CERT|SIGNATURE|ISSUER|ALTNAME|CRL/.test(code)
  if (!isCertificate) throw unreachable(target, cause)
  throw new Fault(
    'proxy.target-untrusted',
    'certificate of the target is not trusted',
    { ...target, reason: code },
    { cause },
  )
}

/** Shakes hands over a connection that stands; the certificate is checked against `host`. */
export function secured(plain: Duplex, host: string, ca: readonly string[]): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // An address is no server name: the certificate is then checked against `host`.
    const name = isIP(host) === 0 ? { servername: host } : { host }
    const socket = connectTls({ ...name, socket: plain, ca: [...ca], ALPNProtocols: ['http/1.1'] })
    const expired = AbortSignal.timeout(handshakeTimeoutMs)
    const cut = () => socket.destroy(expired.reason)
    const settle = (after: () => void) => {
      expired.removeEventListener('abort', cut)
      socket.off('error', fail)
      after()
    }
    const fail = (error: Error) => {
      plain.destroy()
      settle(() => reject(error))
    }
    expired.addEventListener('abort', cut, { once: true })
    socket.once('error', fail)
    socket.once('secureConnect', () => settle(() => resolve(socket)))
  })
}
