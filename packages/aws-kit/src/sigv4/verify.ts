import { hash, timingSafeEqual } from 'node:crypto'
import { canonicalRequest, stringToSign } from './canonical-request.ts'
import { signatureV2 } from './presigned-v2.ts'
import type { SignedRequest } from './signed-request.ts'
import { type SigningKey, signature } from './signing-key.ts'
import { SigV4Error } from './sigv4-error.ts'

const nothing = new Uint8Array(0)

/**
 * Proves that the holder of the key signed this request. Sending a request again is not refused, as on AWS: TLS is
 * the guard against replay.
 *
 * `body` is the whole body for payload kind `whole`; for the others it may be left out and is then checked by
 * `decodePayload`. Leaving it out where it is needed fails closed.
 *
 * @throws SigV4Error `signature-mismatch`, `payload-hash-mismatch`
 */
export function verifyRequest(request: SignedRequest, key: SigningKey, body?: Uint8Array): void {
  const claim = { presigned: request.via === 'query', accessKeyId: request.accessKeyId }
  if (!sameSignature(request.signature, rightSignature(request, key, body))) {
    throw new SigV4Error('signature-mismatch', {}, claim)
  }
  const { payload } = request
  if (body !== undefined && payload.kind === 'hash' && hash('sha256', body, 'hex') !== payload.sha256) {
    throw new SigV4Error('payload-hash-mismatch', {}, claim)
  }
}

function rightSignature(request: SignedRequest, key: SigningKey, body: Uint8Array | undefined): string {
  if (request.stringToSignV2 !== undefined) return signatureV2(key, request.stringToSignV2)
  const payloadHash = request.payloadHash ?? hash('sha256', body ?? nothing, 'hex')
  const canonical = canonicalRequest({ ...request, payloadHash, service: request.scope.service })
  return signature(key, stringToSign(canonical, request.timestamp, request.scope))
}

/** Takes the same time wherever the difference is. */
export function sameSignature(claimed: string, right: string): boolean {
  const left = Buffer.from(claimed, 'utf8')
  const expected = Buffer.from(right, 'utf8')
  return left.length === expected.length && timingSafeEqual(left, expected)
}

/**
 * Holds the scope against where the request arrived; the signature alone would let a request signed for one service
 * be sent to another. Call it before `verifyRequest`. `region` is left out where any will do.
 *
 * @throws SigV4Error `scope-mismatch`
 */
export function requireScope(
  request: SignedRequest,
  expected: { readonly service: string; readonly region?: string },
): void {
  const claim = { presigned: request.via === 'query', accessKeyId: request.accessKeyId }
  const { service, region } = request.scope
  if (service !== expected.service) {
    throw new SigV4Error('scope-mismatch', { part: 'service', got: service, expected: expected.service }, claim)
  }
  if (expected.region !== undefined && region !== expected.region) {
    throw new SigV4Error('scope-mismatch', { part: 'region', got: region, expected: expected.region }, claim)
  }
}

/**
 * Compares the session token of a request with the one its key was issued with, in constant time.
 *
 * @throws SigV4Error `token-invalid` also when one of them has none
 */
export function requireSessionToken(request: SignedRequest, issued: string | undefined): void {
  const isSame =
    request.sessionToken === undefined || issued === undefined
      ? request.sessionToken === issued
      : sameSignature(request.sessionToken, issued)
  if (!isSame) {
    throw new SigV4Error('token-invalid', {}, { presigned: request.via === 'query', accessKeyId: request.accessKeyId })
  }
}
