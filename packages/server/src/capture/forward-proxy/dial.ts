import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Fault } from '../../fault.ts'
import type { AddressRule } from './address-rule.ts'
import { isExcepted } from './no-proxy.ts'
import { type Target, targetText } from './target.ts'

/** Opens a TCP connection to a target, by whatever way leads there. The caller destroys it. */
export type Dial = (target: Target, signal?: AbortSignal) => Promise<Socket>

/** A proxy that this machine has to use itself. */
export interface ParentProxy {
  /** `http://` or `https://`, with user and password if it asks for them. */
  readonly url: URL
  /** Targets that are reached without it, as `NO_PROXY` lists them. */
  readonly noProxy: string
}

/** A host that does not answer by now is down; clients themselves give up after a minute at most. */
const connectTimeoutMs = 10_000
/** The head of a proxy's answer to `CONNECT`. */
const answerBytesMax = 16 * 1024

/**
 * Reaches targets directly, at the address that `rule` names, or through `parent`, which looks names up itself: there
 * only targets given by address are judged.
 *
 * @throws Fault `proxy.unreachable`, `proxy.parent-refused` and what `rule` throws, from what it returns
 */
export function createDial({ rule, parent }: { readonly rule: AddressRule; readonly parent?: ParentProxy }): Dial {
  return async (target, signal) => {
    const abort = AbortSignal.any([AbortSignal.timeout(connectTimeoutMs), ...(signal ? [signal] : [])])
    if (parent === undefined || isExcepted(target, parent.noProxy)) return connected(await rule(target), target, abort)
    return throughParent(parent.url, target, abort)
  }
}

async function throughParent(url: URL, target: Target, abort: AbortSignal): Promise<Socket> {
  const isTls = url.protocol === 'https:'
  const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || (isTls ? 443 : 80)) }
  const socket = await connected(place, place, abort, isTls)
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  const authorization =
    url.username === '' ? '' : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
  const authority = targetText(target)
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`)
  try {
    const status = await connectStatus(socket, abort)
    if (status >= 200 && status < 300) return socket
    throw new Fault('proxy.parent-refused', 'the proxy in front refused', { target: authority, status })
  } catch (error) {
    socket.destroy()
    if (error instanceof Fault) throw error
    throw unreachable(target, error)
  }
}

/** Reads the head of the answer and leaves what follows it unread. */
async function connectStatus(socket: Socket, abort: AbortSignal): Promise<number> {
  let head = Buffer.alloc(0)
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      socket.off('readable', read).off('error', fail).off('end', ended)
      abort.removeEventListener('abort', aborted)
      settle()
    }
    const fail = (error: Error) => finish(() => reject(error))
    const ended = () => fail(new Error('the proxy in front closed the connection'))
    const aborted = () => fail(abort.reason)
    const read = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end >= 0) {
          if (head.length > end + 4) socket.unshift(head.subarray(end + 4))
          const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1]
          return finish(() => resolve(Number(status ?? 0)))
        }
        if (head.length > answerBytesMax) return fail(new Error('the proxy in front answered something else'))
      }
    }
    socket.on('readable', read).on('error', fail).on('end', ended)
    abort.addEventListener('abort', aborted, { once: true })
    read()
  })
}

function connected(place: Target, target: Target, abort: AbortSignal, isTls = false): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (abort.aborted) return reject(unreachable(target, abort.reason))
    const socket = isTls ? connectTls({ ...place, servername: place.host }) : connect({ ...place, noDelay: true })
    const aborted = () => socket.destroy(abort.reason)
    const failed = (error: Error) => {
      abort.removeEventListener('abort', aborted)
      reject(unreachable(target, error))
    }
    abort.addEventListener('abort', aborted, { once: true })
    socket.once('error', failed)
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      abort.removeEventListener('abort', aborted)
      socket.off('error', failed)
      resolve(socket)
    })
  })
}

/** What is told of a target that could not be reached. */
export function unreached(target: Target, error: unknown) {
  const fault = error instanceof Fault ? error : undefined
  const reason = fault?.fields.reason ?? fault?.fields.address ?? fault?.fields.status ?? fault?.message ?? error
  return { ...target, code: fault?.code ?? 'proxy.unreachable', reason: String(reason) }
}

function unreachable({ host, port }: Target, cause: unknown): Fault {
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown }
  const reason = name === 'TimeoutError' ? 'ETIMEDOUT' : typeof code === 'string' ? code : String(name ?? 'unknown')
  return new Fault('proxy.unreachable', 'target cannot be reached', { host, port, reason }, { cause })
}
