import type { Protocol } from '../model/index.ts'

/** A request that cannot be read, in the words AWS uses for it. The only thing the readers of this folder throw. */
export class ProtocolError extends Error {
  /** Error code on the wire, e.g. `SerializationException`. */
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'ProtocolError'
    this.code = code
  }
}

/** Failures every service has and every protocol spells its own way. */
export type FrameworkFailure =
  | 'malformed'
  | 'invalid'
  | 'unknown-operation'
  | 'access-denied'
  | 'throttled'
  | 'unavailable'
  | 'internal'

const json: Readonly<Record<FrameworkFailure, string>> = {
  malformed: 'SerializationException',
  invalid: 'ValidationException',
  'unknown-operation': 'UnknownOperationException',
  'access-denied': 'AccessDeniedException',
  throttled: 'ThrottlingException',
  unavailable: 'ServiceUnavailable',
  internal: 'InternalFailure',
}

const codes: Readonly<Record<Protocol, Readonly<Record<FrameworkFailure, string>>>> = {
  awsJson1_0: json,
  awsJson1_1: json,
  restJson1: json,
  query: {
    malformed: 'MalformedInput',
    invalid: 'ValidationError',
    'unknown-operation': 'InvalidAction',
    'access-denied': 'AccessDenied',
    throttled: 'Throttling',
    unavailable: 'ServiceUnavailable',
    internal: 'InternalFailure',
  },
  restXml: {
    malformed: 'MalformedXML',
    invalid: 'InvalidArgument',
    'unknown-operation': 'MethodNotAllowed',
    'access-denied': 'AccessDenied',
    throttled: 'SlowDown',
    unavailable: 'ServiceUnavailable',
    internal: 'InternalError',
  },
}

/** The code of a framework failure in a protocol, e.g. `access-denied` → `AccessDeniedException` in JSON. */
export function frameworkCode(protocol: Protocol, failure: FrameworkFailure): string {
  return codes[protocol][failure]
}
