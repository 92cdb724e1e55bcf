import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Fault } from '../../fault.ts'
import { type AddressRuleOptions, createAddressRule, isPinned } from './address-rule.ts'
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

export interface DialOptions extends Pick<AddressRuleOptions, 'resolve' | 'allowed' | 'onPlaced'> {
  readonly parent?: ParentProxy
}

/**
 * Reaches targets directly, at the address that the rule names, or through `parent`, which looks names up itself: there
 * only targets given by address are judged. Where a host was said to be, it is, whatever else leads to it.
 *
 * @throws Fault `proxy.unreachable`, `proxy.parent-refused` and what the rule throws, from what it returns
 */
export function createDial({ resolve, allowed, onPlaced, parent }: DialOptions): Dial {
  const rule = createAddressRule({ resolve, allowed, onPlaced })
  return async (target, signal) => {
    const abort = AbortSignal.any([AbortSignal.timeout(connectTimeoutMs), ...(signal ? [signal] : [])])
    const isDirect = parent === undefined || isPinned(target.host, resolve) || isExcepted(target, parent.noProxy)
    const place = isDirect || isIP(target.host) !== 0 ? await rule(target) : target
    return isDirect ? connected(place, target, { abort }) : throughParent(parent.url, target, abort)
  }
}

async function throughParent(url: URL, target: Target, abort: AbortSignal): Promise<Socket> {
  const isTls = url.protocol === 'https:'
  const place = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || (isTls ? 443 : 80)) }
  const through = targetText(place)
  const socket = await connected(place, target, { abort, isTls, through })
  const authority = targetText(target)
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorizationOf(url)}\r\n`)
  try {
    const status = await connectStatus(socket, abort)
    if (status >= 200 && status < 300) return socket
    throw new Fault('proxy.parent-refused', 'the proxy in front refused', { target: authority, status, through })
  } catch (error) {
    socket.destroy()
    if (error instanceof Fault) throw error
    throw unreachable(target, error, through)
  }
}

function authorizationOf({ username, password }: URL): string {
  if (username === '') return ''
  const credentials = `${decoded(username)}:${decoded(password)}`
  return `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
}

/** Passwords are often put into the address as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
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
          if (status === undefined) return fail(new Error('the proxy in front speaks no HTTP'))
          return finish(() => resolve(Number(status)))
        }
        if (head.length > answerBytesMax) return fail(new Error('the proxy in front answered something else'))
      }
    }
    socket.on('readable', read).on('error', fail).on('end', ended)
    abort.addEventListener('abort', aborted, { once: true })
    read()
  })
}

interface Way {
  readonly abort: AbortSignal
  readonly isTls?: boolean
  /** The proxy in front, if the way leads there. */
  readonly through?: string
}

function connected(place: Target, target: Target, { abort, isTls = false, through }: Way): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (abort.aborted) return reject(unreachable(target, abort.reason, through))
    const socket = isTls ? connectTls({ ...place, servername: place.host }) : connect({ ...place, noDelay: true })
    const aborted = () => socket.destroy(abort.reason)
    const failed = (error: Error) => {
      abort.removeEventListener('abort', aborted)
      reject(unreachable(target, error, through))
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
  const { reason, address, status, through } = fault?.fields ?? {}
  return {
    ...target,
    code: fault?.code ?? 'proxy.unreachable',
    reason: String(reason ?? address ?? status ?? fault?.message ?? error),
    ...(typeof through === 'string' && { through }),
  }
}

/** `through`: the proxy in front, if the way led there. */
export function unreachable({ host, port }: Target, cause: unknown, through?: string): Fault {
  const facts = { host, port, reason: reasonOf(cause), ...(through !== undefined && { through }) }
  return new Fault('proxy.unreachable', 'target cannot be reached', facts, { cause })
}

function reasonOf(cause: unknown): string {
  const { code, name, message } = cause as { readonly [member in 'code' | 'name' | 'message']?: unknown }
  if (name === 'TimeoutError') return 'ETIMEDOUT'
  return typeof code === 'string' ? code : String(message ?? name ?? 'unknown')
}
