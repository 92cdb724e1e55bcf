import { hash } from 'node:crypto'
import { canonicalRequest, stringToSign } from './canonical-request.ts'
import { unsignedPayload } from './payload.ts'
import { foldedHeaders, readHeaders, readQuery } from './request-head.ts'
import { algorithm, type CredentialScope, scopeText } from './scope.ts'
import { deriveSigningKey, type SigningKey, type SigningKeys, signature } from './signing-key.ts'
import { timestampOf } from './timestamp.ts'
import { encode } from './uri-encoding.ts'

/** Long-lived or temporary; the latter with their token. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface RequestToSign {
  readonly method: string
  /** As it will be on the wire, without query. */
  readonly path: string
  readonly query?: string
  /** Must hold `host`. Values are what goes on the wire, Latin-1. */
  readonly headers: Readonly<Record<string, string>>
  /** The body, its hex SHA-256, or a word such as `UNSIGNED-PAYLOAD`. Default: no body. */
  readonly payload?: Uint8Array | string
  readonly service: string
  readonly region: string
  readonly credentials: Credentials
  /** Of these credentials alone, for who signs much: a key is derived once. */
  readonly signingKeys?: SigningKeys
  readonly nowMs: number
}

/** A signed request and what its chunks, if any, go on from. */
export interface Signed {
  /** The given headers, names in lower case, and those the signature adds. */
  readonly headers: Readonly<Record<string, string>>
  readonly signature: string
  readonly timestamp: string
  readonly scope: CredentialScope
  readonly signingKey: SigningKey
}

/** These are rewritten by proxies and clients on the way and therefore never signed. */
const neverSigned = new Set([
  'authorization',
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
])

/** Signs a request with the `Authorization` header. */
export function signRequest(request: RequestToSign): Signed {
  const timestamp = timestampOf(request.nowMs)
  const payloadHash = hashOf(request.payload)
  const { accessKeyId, sessionToken } = request.credentials
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(request.headers)) headers.set(name.toLowerCase(), value)
  headers.set('x-amz-date', timestamp)
  headers.set('x-amz-content-sha256', payloadHash)
  if (sessionToken !== undefined) headers.set('x-amz-security-token', sessionToken)
  const signedHeaders = [...headers.keys()].filter((name) => !neverSigned.has(name)).sort()
  const { scope, signingKey } = keyFor(request, timestamp)
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: readQuery(request.query ?? ''),
    headers: foldedHeaders(headers),
    signedHeaders,
    payloadHash,
    service: request.service,
  })
  const proof = signature(signingKey, stringToSign(canonical, timestamp, scope))
  const signed = `Credential=${accessKeyId}/${scopeText(scope)}, SignedHeaders=${signedHeaders.join(';')}`
  headers.set('authorization', `${algorithm} ${signed}, Signature=${proof}`)
  return { headers: Object.fromEntries(headers), signature: proof, timestamp, scope, signingKey }
}

/**
 * Signs a request in its query, for someone who has no key. Gives the whole query; all given headers are signed and
 * must be sent. `payload` defaults to what the service expects: nothing of S3's body is signed, elsewhere it is empty.
 */
export function presign(request: RequestToSign & { readonly expiresSeconds: number }): string {
  const timestamp = timestampOf(request.nowMs)
  const { scope, signingKey } = keyFor(request, timestamp)
  const headers = readHeaders(Object.entries(request.headers).flat())
  const signedHeaders = [...headers.keys()].filter((name) => !neverSigned.has(name)).sort()
  const { accessKeyId, sessionToken } = request.credentials
  const parameters = [
    ['X-Amz-Algorithm', algorithm],
    ['X-Amz-Credential', `${accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(request.expiresSeconds)],
    ...(sessionToken === undefined ? [] : [['X-Amz-Security-Token', sessionToken]]),
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
  ].map(([name = '', value = '']) => `${name}=${encode(value)}`)
  const query = [...(request.query ? [request.query] : []), ...parameters].join('&')
  const payload = request.payload ?? (request.service === 's3' ? unsignedPayload : undefined)
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: readQuery(query),
    headers,
    signedHeaders,
    payloadHash: hashOf(payload),
    service: request.service,
  })
  return `${query}&X-Amz-Signature=${signature(signingKey, stringToSign(canonical, timestamp, scope))}`
}

function hashOf(payload: Uint8Array | string | undefined): string {
  return typeof payload === 'string' ? payload : hash('sha256', payload ?? new Uint8Array(0), 'hex')
}

function keyFor(
  request: RequestToSign,
  timestamp: string,
): { readonly scope: CredentialScope; readonly signingKey: SigningKey } {
  const scope = { date: timestamp.slice(0, 8), region: request.region, service: request.service }
  const { credentials, signingKeys } = request
  const signingKey =
    signingKeys?.get(credentials.accessKeyId, scope, () => credentials.secretAccessKey) ??
    deriveSigningKey(credentials.secretAccessKey, scope)
  return { scope, signingKey }
}
