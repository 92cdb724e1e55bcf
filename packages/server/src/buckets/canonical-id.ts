import { createHash } from 'node:crypto'

/** Ids kept, since every call's policies may ask; accounts are few, an attacker's account numbers need not be. */
const keptMax = 10_000

const kept = new Map<string, string>()

/**
 * The id by which S3 names an account in ACLs and listings: 64 hex digits. Derived, so that it needs no storage and
 * stays the same over a restore; it is no secret.
 */
export function canonicalId(account: string): string {
  let id = kept.get(account)
  if (id === undefined) {
    id = createHash('sha256').update(`canonical-user-id/${account}`).digest('hex')
    if (kept.size >= keptMax) kept.clear()
    kept.set(account, id)
  }
  return id
}
