import type { Protocol, ServiceModel } from '../model/index.ts'

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
  /** A body that is read whole is larger than the service takes. */
  | 'body-too-large'
  /** The sender of a body stood still. */
  | 'body-too-slow'
  /** The connection ended before the body did. */
  | 'body-incomplete'
  /** More header lines, or larger ones, than are read. */
  | 'head-too-large'

const json: Readonly<Record<FrameworkFailure, string>> = {
  malformed: 'SerializationException',
  invalid: 'ValidationException',
  'unknown-operation': 'UnknownOperationException',
  'access-denied': 'AccessDeniedException',
  throttled: 'ThrottlingException',
  unavailable: 'ServiceUnavailable',
  internal: 'InternalFailure',
  'body-too-large': 'RequestEntityTooLargeException',
  'body-too-slow': 'RequestTimeoutException',
  'body-incomplete': 'SerializationException',
  'head-too-large': 'RequestHeaderSectionTooLargeException',
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
    'body-too-large': 'RequestEntityTooLarge',
    'body-too-slow': 'RequestTimeout',
    'body-incomplete': 'MalformedInput',
    'head-too-large': 'RequestHeaderSectionTooLarge',
  },
  restXml: {
    malformed: 'MalformedXML',
    invalid: 'InvalidArgument',
    'unknown-operation': 'MethodNotAllowed',
    'access-denied': 'AccessDenied',
    throttled: 'SlowDown',
    unavailable: 'ServiceUnavailable',
    internal: 'InternalError',
    'body-too-large': 'MaxMessageLengthExceeded',
    'body-too-slow': 'RequestTimeout',
    'body-incomplete': 'IncompleteBody',
    'head-too-large': 'RequestHeaderSectionTooLarge',
  },
}

/** HTTP's own statuses for what is wrong with a message rather than with a call. */
const statuses: Partial<Record<FrameworkFailure, number>> = {
  'body-too-large': 413,
  'body-too-slow': 408,
  'head-too-large': 431,
}

/** The code of a framework failure in a protocol, e.g. `access-denied` → `AccessDeniedException` in JSON. */
export function frameworkCode(protocol: Protocol, failure: FrameworkFailure): string {
  return codes[protocol][failure]
}

/**
 * The protocol in which a service's errors are named until they are written: where it speaks two it is JSON, so that
 * an error is one thing in operations and records, whichever the client speaks.
 */
export function errorProtocol({ protocol, queryErrors }: Pick<ServiceModel, 'protocol' | 'queryErrors'>): Protocol {
  return protocol === 'query' && queryErrors !== undefined ? 'awsJson1_0' : protocol
}

/**
 * The status of a framework failure where neither model nor error says one. S3 answers 400 to what HTTP has a status
 * for.
 */
export function frameworkStatus(protocol: Protocol, failure: FrameworkFailure): number | undefined {
  return protocol === 'restXml' ? undefined : statuses[failure]
}
