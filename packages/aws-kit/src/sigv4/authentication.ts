import { readMovedHeaders } from './moved-headers.ts'
import { type Payload, readPayload, unsignedPayload } from './payload.ts'
import { isPresignedV2, readPresignedV2 } from './presigned-v2.ts'
import {
  decodeLeniently,
  type HeaderMap,
  type QueryParameter,
  type RequestHead,
  readHeaders,
  readQuery,
} from './request-head.ts'
import { algorithm, type CredentialScope, readCredential } from './scope.ts'
import type { Authentication, SignedRequest } from './signed-request.ts'
import { SigV4Error } from './sigv4-error.ts'
import { readHttpDate, readTimestamp, timestampOf } from './timestamp.ts'

export interface ReadOptions {
  /** A service, besides S3, whose bodies stream: they may go unsigned or carry an announced hash, as S3's do. */
  readonly streamingService?: string
  /** Whether S3's presigned addresses of the second version are taken; see presigned-v2.ts. */
  readonly takesPresignedV2?: boolean
}

const minuteMs = 60_000
const presignedSecondsMax = 604_800

/** AWS refuses clocks further off than this. */
function skewMsMax(service: string): number {
  return (service === 's3' ? 15 : 5) * minuteMs
}

/**
 * Reads the authentication of a request from its head alone; no key is needed and no body.
 * Checks everything that can be checked so far: form, dates, that nothing an attacker would like to change is unsigned.
 *
 * @throws SigV4Error
 */
export function readAuthentication(head: RequestHead, nowMs: number, options: ReadOptions = {}): Authentication {
  const headers = readHeaders(head.headers)
  const query = head.query === '' ? [] : readQuery(head.query)
  const authorization = headers.get('authorization')
  const isPresigned = query.some(({ name }) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature')
  if (authorization !== undefined && isPresigned) throw new SigV4Error('two-mechanisms')
  if (isPresigned) return readPresigned(head, headers, query, nowMs, options)
  if (authorization !== undefined) return readSigned(head, headers, query, authorization, nowMs, options)
  if (isPresignedV2(query)) {
    if (options.takesPresignedV2) return readPresignedV2(head, headers, query, nowMs)
    throw new SigV4Error('unsupported-algorithm', { algorithm: 'AWS' }, { presigned: true })
  }
  const announced = headers.get('x-amz-content-sha256')
  const payload: Payload = announced === undefined ? { kind: 'unsigned' } : readPayload(announced, headers)
  // Signed chunks start from the signature of the head; without one they prove nothing.
  if (payload.kind === 'chunks' && payload.signed) throw new SigV4Error('unauthenticated')
  return { kind: 'anonymous', headers, payload }
}

function readSigned(
  head: RequestHead,
  headers: HeaderMap,
  query: readonly QueryParameter[],
  authorization: string,
  nowMs: number,
  options: ReadOptions,
): SignedRequest {
  const parameters = readAuthorization(authorization)
  const date = headers.get('x-amz-date') ?? headers.get('date')
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !parameters.has(name))
  if (missing.length > 0 || date === undefined) {
    throw new SigV4Error('authorization-incomplete', { missing: missing.join(' '), date: date ?? '' })
  }
  const { accessKeyId, scope } = readCredential(parameters.get('Credential') ?? '', false)
  return withClaim(accessKeyId, false, () => {
    const isBasic = headers.has('x-amz-date')
    const signedAtMs = isBasic ? readTimestamp(date) : readHttpDate(date)
    if (signedAtMs === undefined) throw new SigV4Error('date-malformed', { date: date.slice(0, 64) })
    const timestamp = isBasic ? date : timestampOf(signedAtMs)
    requireSameDay(scope, timestamp)
    const skewMs = skewMsMax(scope.service)
    if (Math.abs(nowMs - signedAtMs) > skewMs) throw skewed(signedAtMs, nowMs, skewMs)
    const signedHeaders = readSignedHeaders(parameters.get('SignedHeaders') ?? '', headers)
    const sessionToken = headers.get('x-amz-security-token')
    return {
      kind: 'signed',
      accessKeyId,
      scope,
      sessionToken,
      via: 'header',
      timestamp,
      signedHeaders,
      signature: parameters.get('Signature') ?? '',
      method: head.method,
      path: head.path,
      query,
      headers,
      ...payloadOf(scope, headers.get('x-amz-content-sha256'), headers, options),
    }
  })
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`; parameters in any order, each once. */
function readAuthorization(text: string): ReadonlyMap<string, string> {
  const space = text.indexOf(' ')
  const scheme = space < 0 ? text : text.slice(0, space)
  if (scheme !== algorithm) throw new SigV4Error('unsupported-algorithm', { algorithm: scheme.slice(0, 64) })
  const parameters = new Map<string, string>()
  for (const part of space < 0 ? [] : text.slice(space + 1).split(',')) {
    const parameter = part.trim()
    const equals = parameter.indexOf('=')
    const name = parameter.slice(0, equals)
    if (equals < 1 || parameters.has(name)) throw new SigV4Error('authorization-incomplete')
    parameters.set(name, parameter.slice(equals + 1))
  }
  return parameters
}

const presignedNames = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires']

function readPresigned(
  head: RequestHead,
  headers: HeaderMap,
  query: readonly QueryParameter[],
  nowMs: number,
  options: ReadOptions,
): SignedRequest {
  const parameters = new Map<string, string>()
  for (const { name, value } of query) {
    if (!name.startsWith('X-Amz-')) continue
    // A second one could be read by one layer and signed by the other.
    if (parameters.has(name)) throw new SigV4Error('authorization-incomplete', { missing: name }, { presigned: true })
    parameters.set(name, decodeLeniently(value))
  }
  const missing = presignedNames.filter((name) => !parameters.get(`X-Amz-${name}`))
  if (missing.length > 0) {
    throw new SigV4Error('authorization-incomplete', { missing: missing.join(' ') }, { presigned: true })
  }
  const of = (name: string): string => parameters.get(`X-Amz-${name}`) ?? ''
  if (of('Algorithm') !== algorithm) {
    throw new SigV4Error('unsupported-algorithm', { algorithm: of('Algorithm').slice(0, 64) }, { presigned: true })
  }
  const { accessKeyId, scope } = readCredential(of('Credential'), true)
  return withClaim(accessKeyId, true, () => {
    const timestamp = of('Date')
    const signedAtMs = readTimestamp(timestamp)
    if (signedAtMs === undefined) throw new SigV4Error('date-malformed', { date: timestamp.slice(0, 64) })
    requireSameDay(scope, timestamp)
    const expires = of('Expires')
    const seconds = /^\d{1,7}$/.test(expires) ? Number(expires) : Number.NaN
    if (!(seconds >= 1 && seconds <= presignedSecondsMax)) {
      throw new SigV4Error('expires-malformed', { expires: expires.slice(0, 32) })
    }
    if (signedAtMs - nowMs > skewMsMax(scope.service)) throw new SigV4Error('not-yet-valid', { date: timestamp })
    if (nowMs > signedAtMs + seconds * 1000) {
      throw new SigV4Error('presigned-expired', {
        expired: timestampOf(signedAtMs + seconds * 1000),
        now: timestampOf(nowMs),
      })
    }
    const sessionToken = parameters.get('X-Amz-Security-Token')
    const signedHeaders = readSignedHeaders(of('SignedHeaders'), headers)
    const moved = scope.service === 's3' ? readMovedHeaders(query, headers) : noHeaders
    const announced = headers.get('x-amz-content-sha256') ?? parameters.get('X-Amz-Content-Sha256') ?? unsignedPayload
    return {
      kind: 'signed',
      accessKeyId,
      scope,
      sessionToken,
      via: 'query',
      timestamp,
      signedHeaders,
      signature: of('Signature'),
      method: head.method,
      path: head.path,
      query,
      headers: moved.size === 0 ? headers : new Map([...headers, ...moved]),
      ...(moved.size > 0 && { moved }),
      ...payloadOf(scope, announced, headers, options),
    }
  })
}

const noHeaders: HeaderMap = new Map()

/** Errors behind this point know whom the request claims to be. */
function withClaim<T>(accessKeyId: string, presigned: boolean, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SigV4Error) throw new SigV4Error(error.reason, error.fields, { presigned, accessKeyId })
    throw error
  }
}

function requireSameDay(scope: CredentialScope, timestamp: string): void {
  const day = timestamp.slice(0, 8)
  if (scope.date !== day)
    throw new SigV4Error('scope-mismatch', { part: 'date', got: scope.date, expected: day, timestamp })
}

function skewed(signedAtMs: number, nowMs: number, skewMs: number): SigV4Error {
  return new SigV4Error('skewed', {
    date: timestampOf(signedAtMs),
    now: timestampOf(nowMs),
    bound: timestampOf(signedAtMs < nowMs ? nowMs - skewMs : nowMs + skewMs),
    side: signedAtMs < nowMs ? 'past' : 'future',
    minutes: String(skewMs / minuteMs),
  })
}

/** `host` and whatever steers AWS itself must be signed, or it could be changed under way. */
function readSignedHeaders(text: string, headers: HeaderMap): readonly string[] {
  const names = text.split(';')
  const signed = new Set(names)
  const unsigned: string[] = []
  if (!signed.has('host') || !headers.has('host')) unsigned.push('host')
  for (const name of headers.keys()) if (name.startsWith('x-amz-') && !signed.has(name)) unsigned.push(name)
  if (unsigned.length > 0) throw new SigV4Error('headers-unsigned', { headers: unsigned.join(', ').slice(0, 1024) })
  const absent = names.find((name) => !headers.has(name))
  // A header that was signed and did not arrive (or a name not in lower case) cannot verify; say so early and cheaply.
  if (absent !== undefined || signed.size !== names.length) throw new SigV4Error('signature-mismatch')
  return names
}

function payloadOf(
  scope: CredentialScope,
  announced: string | undefined,
  headers: HeaderMap,
  options: ReadOptions,
): Pick<SignedRequest, 'payload' | 'payloadHash'> {
  if (scope.service !== 's3' && scope.service !== options.streamingService)
    return { payload: { kind: 'whole' }, payloadHash: undefined }
  if (announced === undefined) throw new SigV4Error('payload-hash-missing')
  return { payload: readPayload(announced, headers), payloadHash: announced }
}
