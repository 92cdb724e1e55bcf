import type { Protocol } from '@cairn/aws-kit/model'
import { type FrameworkFailure, frameworkCode, frameworkStatus } from '@cairn/aws-kit/protocol'
import type { CallProtocol } from '../naming/index.ts'

/** Ends an exchange before, or instead of, an answer of the upstream; its words are for the client. */
export class Refusal extends Error {
  /** A code of our own, or a failure every protocol spells in its own way. */
  readonly code: string | { readonly failure: FrameworkFailure }
  readonly status: number

  constructor(
    code: string | { readonly failure: FrameworkFailure },
    message: string,
    status: number,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
    this.name = 'Refusal'
    this.code = code
    this.status = status
  }
}

/** What the client and the record are told of a failure. `cause` is the server's business and for the log. */
export interface DescribedError {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly cause?: unknown
}

/** Puts what the layers around an exchange throw into words: of signatures, limits, permissions. */
export type DescribeError = (error: unknown, protocol: Protocol) => DescribedError

/** `fallback` describes what is no refusal of the exchange itself. */
export function describedRefusal(error: unknown, protocol: CallProtocol, fallback: DescribeError): DescribedError {
  const near = nearestProtocol(protocol)
  if (!(error instanceof Refusal)) return fallback(error, near)
  const { code, message, status, cause } = error
  return {
    code: typeof code === 'string' ? code : frameworkCode(near, code.failure),
    message,
    status: typeof code === 'string' ? status : (frameworkStatus(near, code.failure) ?? status),
    ...(cause !== undefined && { cause }),
  }
}

/** The protocol of ours whose error codes are the same. */
export function nearestProtocol(protocol: CallProtocol): Protocol {
  switch (protocol) {
    case 'ec2Query':
      return 'query'
    case 'rpcV2Cbor':
    case 'unknown':
      return 'restJson1'
    default:
      return protocol
  }
}
