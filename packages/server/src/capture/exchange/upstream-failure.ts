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
  readonly code: string

  constructor(kind: UpstreamFailureKind, cause: unknown) {
    super(`upstream ${kind}`, { cause })
    this.name = 'UpstreamFailure'
    this.kind = kind
    this.code = `upstream.${kind}`
  }
}

/** By the codes of undici, which is not loaded for this, and of the system. */
const kinds: Readonly<Record<string, UpstreamFailureKind>> = {
  EACCES: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'unreachable',
  UND_ERR_ABORTED: 'abandoned',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'malformed',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_INVALID_ARG: 'unsendable',
  UND_ERR_NOT_SUPPORTED: 'unsendable',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'abandoned',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'malformed',
}

/** Sorts what undici and the system throw. `isConnected`: the request was on its way. */
export function upstreamFailure(error: unknown, isConnected: boolean): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error
  return new UpstreamFailure(kindOf(error, isConnected), error)
}

function kindOf(error: unknown, isConnected: boolean): UpstreamFailureKind {
  if (error instanceof DOMException) return 'abandoned'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof Error && error.name === 'HTTPParserError') return 'malformed'
  // Before the connection stands, TLS is what fails: a certificate nobody vouches for, another protocol.
  return (Object.hasOwn(kinds, code) ? kinds[code] : undefined) ?? (isConnected ? 'reset' : 'unreachable')
}
