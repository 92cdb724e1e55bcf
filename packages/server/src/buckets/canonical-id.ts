import { createHash } from 'node:crypto'

/**
 * The id by which S3 names an account in ACLs and listings: 64 hex digits. Derived, so that it needs no storage and
 * stays the same over a restore; it is no secret.
 */
export function canonicalId(account: string): string {
  return createHash('sha256').update(`canonical-user-id/${account}`).digest('hex')
}
