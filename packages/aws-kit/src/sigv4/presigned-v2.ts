import { createHmac } from 'node:crypto'
import { bucketOfHost } from '../protocol/index.ts'
import { readMovedHeaders } from './moved-headers.ts'
import { type Payload, readPayload } from './payload.ts'
import { decodeLeniently, type HeaderMap, type QueryParameter, type RequestHead } from './request-head.ts'
import type { SignedRequest } from './signed-request.ts'
import type { SigningKey } from './signing-key.ts'
import { SigV4Error } from './sigv4-error.ts'
import { timestampOf } from './timestamp.ts'

/*
 * Presigned addresses of S3's second signature version: boto3 and aws-cli 1 still make them for us-east-1. The version's
 * Authorization header is not taken: no client of today sends it unasked.
 *
 *     ?AWSAccessKeyId=…&Expires=<epoch seconds>&Signature=…[&x-amz-security-token=…][&x-amz-…=…][&content-type=…]
 *
 *     StringToSign = Method LF Content-MD5 LF Content-Type LF Expires LF (x-amz-name ":" value LF)* Resource
 *     Resource     = ["/" bucket of the host] path ["?" subresource ["=" value] ("&" …)*]
 *     Signature    = Base64(HMAC-SHA1(secret, StringToSign))
 *
 * @source Amazon S3 User Guide, signing and authenticating REST requests (version 2), query string authentication
 */

/** Query parameters that belong to what is asked for, and so to what is signed. */
const subresources = new Set([
  ...['accelerate', 'acl', 'analytics', 'cors', 'defaultObjectAcl', 'delete', 'inventory', 'lifecycle', 'location'],
  ...['logging', 'metrics', 'notification', 'object-lock', 'partNumber', 'policy', 'replication', 'requestPayment'],
  ...['restore', 'select', 'select-type', 'storageClass', 'tagging', 'torrent', 'uploadId', 'uploads', 'versionId'],
  ...['versioning', 'versions', 'website', 'response-cache-control', 'response-content-disposition'],
  ...['response-content-encoding', 'response-content-language', 'response-content-type', 'response-expires'],
])

/** Whether a query has an address of this version. */
export function isPresignedV2(query: readonly QueryParameter[]): boolean {
  return query.some(({ name }) => name === 'AWSAccessKeyId')
}

/**
 * Reads such an address; nothing of it is proven yet.
 *
 * @throws SigV4Error
 */
export function readPresignedV2(
  head: RequestHead,
  headers: HeaderMap,
  query: readonly QueryParameter[],
  nowMs: number,
): SignedRequest {
  const of = (wanted: string): string => {
    const [one, ...more] = query.filter(({ name }) => name === wanted)
    if (one === undefined || more.length > 0) {
      throw new SigV4Error('authorization-incomplete', { missing: wanted }, { presigned: true })
    }
    return decodeLeniently(one.value)
  }
  const accessKeyId = of('AWSAccessKeyId').slice(0, 128)
  const expires = of('Expires')
  const expiresMs = /^\d{1,11}$/.test(expires) ? Number(expires) * 1000 : Number.NaN
  const claim = { presigned: true, accessKeyId }
  if (Number.isNaN(expiresMs)) throw new SigV4Error('expires-malformed', { expires: expires.slice(0, 32) }, claim)
  if (nowMs > expiresMs) {
    throw new SigV4Error(
      'presigned-expired',
      { expired: timestampOf(expiresMs), now: timestampOf(nowMs) },
      { ...claim },
    )
  }
  const moved = readMovedHeaders(query, headers)
  const token = query.find(({ name }) => name === 'x-amz-security-token')
  const sessionToken = token && decodeLeniently(token.value)
  const all = new Map([...headers, ...moved])
  return {
    kind: 'signed',
    accessKeyId,
    scope: { date: '', region: '', service: 's3' },
    sessionToken,
    via: 'query',
    timestamp: '',
    signedHeaders: [],
    signature: of('Signature'),
    stringToSignV2: stringToSign(head, { all, query, expires, sessionToken }),
    method: head.method,
    path: head.path,
    query,
    headers: all,
    ...(moved.size > 0 && { moved }),
    payload: readBody(headers),
    payloadHash: undefined,
  }
}

/** The body is not signed; a client may announce its hash all the same. */
function readBody(headers: HeaderMap): Payload {
  const announced = headers.get('x-amz-content-sha256')
  if (announced === undefined) return { kind: 'unsigned' }
  const payload = readPayload(announced, headers)
  // Signed chunks go on from a signature of the other version.
  if (payload.kind === 'chunks' && payload.signed) throw new SigV4Error('payload-hash-invalid')
  return payload
}

interface Parts {
  readonly all: HeaderMap
  readonly query: readonly QueryParameter[]
  readonly expires: string
  readonly sessionToken: string | undefined
}

function stringToSign(head: RequestHead, { all, query, expires, sessionToken }: Parts): string {
  const amz = [...all].filter(([name]) => name.startsWith('x-amz-'))
  if (sessionToken !== undefined && !all.has('x-amz-security-token')) amz.push(['x-amz-security-token', sessionToken])
  const lines = amz.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}\n`)
  const plain = ['content-md5', 'content-type'].map((name) => all.get(name) ?? '')
  return `${[head.method, ...plain, expires].join('\n')}\n${lines.join('')}${resource(head.path, all, query)}`
}

function resource(path: string, headers: HeaderMap, query: readonly QueryParameter[]): string {
  const bucket = bucketOfHost(headers.get('host') ?? '')
  const asked = query
    .filter(({ name }) => subresources.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value }) => (value === '' ? name : `${name}=${decodeLeniently(value)}`))
  return `${bucket === undefined ? '' : `/${bucket}`}${path}${asked.length > 0 ? `?${asked.join('&')}` : ''}`
}

/** What such addresses are verified with: the secret itself, good for every day and region. */
export function signingKeyV2(secretAccessKey: string): SigningKey {
  return new TextEncoder().encode(secretAccessKey) as SigningKey
}

/** Base64, as it stands in addresses. `text` is Latin-1. */
export function signatureV2(key: SigningKey, text: string): string {
  return createHmac('sha1', key).update(text, 'latin1').digest('base64')
}
