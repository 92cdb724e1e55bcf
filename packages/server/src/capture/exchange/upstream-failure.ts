import { errors } from 'undici'

/** How an upstream failed, told apart by what the client and the record must be told. */
export type UpstreamFailureKind =
  /** No connection was made: nothing was sent. */
  | 'unreachable'
  /** It did not answer, or fell silent in the middle of its answer. */
  | 'timeout'
  /** It closed the connection before its answer was whole. */
  | 'reset'
  /** What it sent is no HTTP answer. */
  | 'malformed'
  /** Our side gave up: the client left or what it sent was refused. */
  | 'abandoned'
  /** The request cannot be written as HTTP. */
  | 'unsendable'

/** Thrown by a transport, before the answer begins or from the answer's body. */
export class UpstreamFailure extends Error {
  readonly kind: UpstreamFailureKind

  constructor(kind: UpstreamFailureKind, cause: unknown) {
    super(`upstream ${kind}`, { cause })
    this.name = 'UpstreamFailure'
    this.kind = kind
  }
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Sorts what undici and the system throw. `isConnected`: the request was on its way. */
export function upstreamFailure(error: unknown, isConnected: boolean): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error
  return new UpstreamFailure(kindOf(error, isConnected), error)
}

function kindOf(error: unknown, isConnected: boolean): UpstreamFailureKind {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return 'timeout'
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) return 'malformed'
  if (error instanceof errors.ResponseContentLengthMismatchError) return 'malformed'
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) return 'unsendable'
  if (error instanceof errors.RequestContentLengthMismatchError) return 'abandoned'
  if (error instanceof errors.RequestAbortedError) return 'abandoned'
  if (error instanceof DOMException) return 'abandoned'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (unreachableCodes.has(code)) return 'unreachable'
  // Before the connection stands, TLS is what fails: a certificate nobody vouches for, another protocol.
  return isConnected ? 'reset' : 'unreachable'
}
