import type { ServiceModel } from '@cairn/aws-kit/model'
import {
  type Authentication,
  decodePayload,
  describeRefusal,
  readAuthentication,
  requireScope,
  type SignedRequest,
  type SigningKey,
  type SigningKeys,
  SigV4Error,
  type SigV4Reason,
  signingKeyV2,
  verifyRequest,
} from '@cairn/aws-kit/sigv4'
import type { HttpRequest } from '../http-message.ts'
import type { CredentialRefusal, Identity, Principal } from '../identity/index.ts'
import { ApiError } from './api-error.ts'

/** SigV4 service name of Cairn's own endpoints. */
export const endpointService = 'cairn'

/** Who a request says it is from, before anything is proven. */
export type Claim =
  | { readonly kind: 'read'; readonly authentication: Authentication }
  | { readonly kind: 'unreadable'; readonly error: SigV4Error }

/** A caller whose key is known; the signature is still to be checked. */
export interface Caller {
  readonly principal: Principal
  /** `undefined` for an unsigned call that the operation lets through, and where any credentials are accepted. */
  readonly signature?: { readonly request: SignedRequest; readonly key: SigningKey }
}

export function readClaim(request: HttpRequest, nowMs: number): Claim {
  try {
    return {
      kind: 'read',
      authentication: readAuthentication(request.head, nowMs, {
        streamingService: endpointService,
        takesPresignedV2: true,
      }),
    }
  } catch (error) {
    if (error instanceof SigV4Error) return { kind: 'unreadable', error }
    throw error
  }
}

/** The scope a claim names, unproven. */
export function claimedScope(claim: Claim): { readonly service: string; readonly region: string } | undefined {
  return claim.kind === 'read' && claim.authentication.kind === 'signed' ? claim.authentication.scope : undefined
}

/** Headers that a presigned address carries in its query. */
export function movedHeaders(claim: Claim): ReadonlyMap<string, string> | undefined {
  return claim.kind === 'read' && claim.authentication.kind === 'signed' ? claim.authentication.moved : undefined
}

/**
 * Finds the caller behind a claim and its signing key.
 *
 * @throws SigV4Error when the claim cannot be read, the key is not known or its token has expired
 */
export function findCaller(
  claim: Claim,
  expected: { readonly signingName: string; readonly allowsAnonymous: boolean },
  identity: Identity,
  signingKeys: SigningKeys,
): Caller {
  if (claim.kind === 'unreadable') throw claim.error
  const { authentication } = claim
  if (authentication.kind === 'anonymous') {
    const emulated = identity.unsignedPrincipal()
    if (emulated) return { principal: emulated }
    if (!expected.allowsAnonymous) throw new SigV4Error('unauthenticated')
    return { principal: { kind: 'anonymous' } }
  }
  const { accessKeyId, scope, sessionToken } = authentication
  const found = identity.credential(accessKeyId, sessionToken)
  switch (found.kind) {
    case 'trusted':
      return { principal: found.principal }
    case 'verifiable': {
      requireScope(authentication, { service: expected.signingName })
      const key =
        authentication.stringToSignV2 === undefined
          ? signingKeys.get(accessKeyId, scope, () => found.secretAccessKey)
          : signingKeyV2(found.secretAccessKey)
      return { principal: found.principal, signature: { request: authentication, key } }
    }
    case 'refused':
      throw new SigV4Error(reasons[found.reason], {}, { presigned: authentication.via === 'query', accessKeyId })
  }
}

const reasons: Readonly<Record<CredentialRefusal, SigV4Reason>> = {
  'unknown-key': 'unknown-key',
  'inactive-key': 'unknown-key',
  'missing-token': 'token-invalid',
  'bad-token': 'token-invalid',
  'expired-token': 'token-expired',
}

/** Proves the caller's signature. `body` is the whole body where the signature covers its hash. */
export function proveSignature(caller: Caller, body?: Uint8Array): void {
  if (caller.signature) verifyRequest(caller.signature.request, caller.signature.key, body)
}

/** The body of an upload, unframed; it throws at the end, or sooner, when it is not what was signed. */
export function verifiedStream(
  claim: Claim,
  caller: Caller,
  body: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  if (claim.kind === 'unreadable') throw claim.error
  // Without a signature to check there is no key: emulator mode takes any credentials, and their chunks unread.
  return decodePayload(claim.authentication, body, caller.signature?.key ?? 'unverified')
}

/** A refusal of the signature layer in the words of the service that was called. */
export function refusalOf(error: SigV4Error, protocol: ServiceModel['protocol']): ApiError {
  const { code, message, status } = describeRefusal(error, protocol)
  const { part, expected } = error.fields
  // Clients sign again for the region they are told.
  const details = part === 'region' && expected !== undefined ? { Region: expected } : undefined
  return new ApiError(code, message, { status, cause: error, ...(details && { details }) })
}
