/** Why a request was refused, in no service's words; `describeRefusal` puts it into a protocol's. */
export type SigV4Reason =
  | 'unauthenticated'
  | 'two-mechanisms'
  | 'unsupported-algorithm'
  | 'authorization-incomplete'
  | 'credential-malformed'
  | 'scope-mismatch'
  | 'date-malformed'
  | 'expires-malformed'
  | 'headers-unsigned'
  | 'skewed'
  | 'not-yet-valid'
  | 'presigned-expired'
  | 'unknown-key'
  | 'token-invalid'
  | 'token-expired'
  | 'signature-mismatch'
  | 'payload-hash-missing'
  | 'payload-hash-invalid'
  | 'payload-hash-mismatch'
  | 'decoded-length-missing'
  | 'chunk-malformed'
  | 'chunk-too-small'
  | 'body-incomplete'
  | 'trailer-malformed'
  | 'checksum-invalid'
  | 'checksum-mismatch'

/**
 * A refusal by the signature layer. `fields` are facts the caller may be told (dates, names, what was expected),
 * never a secret, a key or the signature that would have been right.
 */
export class SigV4Error extends Error {
  readonly reason: SigV4Reason
  readonly fields: Readonly<Record<string, string>>
  /** Whether the signature came in the query; S3 names other codes then. */
  readonly presigned: boolean
  /** What the request said about itself before it was refused: unproven, for the record only. */
  readonly claimedAccessKeyId: string | undefined

  constructor(
    reason: SigV4Reason,
    fields: Readonly<Record<string, string>> = {},
    claim: { readonly presigned?: boolean; readonly accessKeyId?: string } = {},
  ) {
    super(`request refused: ${reason}`)
    this.name = 'SigV4Error'
    this.reason = reason
    this.fields = fields
    this.presigned = claim.presigned ?? false
    this.claimedAccessKeyId = claim.accessKeyId
  }
}
