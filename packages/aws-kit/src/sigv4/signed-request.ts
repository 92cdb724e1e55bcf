import type { Payload } from './payload.ts'
import type { HeaderMap, QueryParameter } from './request-head.ts'
import type { CredentialScope } from './scope.ts'

/** What a request says about who sent it; nothing of it is proven before `verifyRequest`. */
export type Authentication = AnonymousRequest | SignedRequest

export interface AnonymousRequest {
  readonly kind: 'anonymous'
  readonly headers: HeaderMap
  /** `unsigned` unless S3's framing or a hash was announced. */
  readonly payload: Payload
}

export interface SignedRequest {
  readonly kind: 'signed'
  readonly accessKeyId: string
  readonly scope: CredentialScope
  /** Comes with temporary credentials and must belong to the access key; comparing it is the caller's. */
  readonly sessionToken?: string | undefined
  readonly via: 'header' | 'query'
  /** `20150830T123600Z`, within the skew. */
  readonly timestamp: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly payload: Payload
  /** Hash or word that stands in the canonical request; `undefined` when the body must be hashed first. */
  readonly payloadHash: string | undefined
  readonly method: string
  readonly path: string
  readonly query: readonly QueryParameter[]
  /** With those that a presigned address of S3 has in its query. */
  readonly headers: HeaderMap
  /** Headers that came in the query, lower-case; S3 takes them as such. */
  readonly moved?: HeaderMap
  /** Of an address of the second version, whose scope has no date and no region. */
  readonly stringToSignV2?: string
}
