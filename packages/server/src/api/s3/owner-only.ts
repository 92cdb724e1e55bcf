import type { BucketCannedACL, Grant, Owner } from '../generated/s3.ts'

/** The one ACL there is: the owner may do everything. Everybody else goes by policies. */
export function ownerOnly(id: string): { readonly Owner: Owner; readonly Grants: readonly Grant[] } {
  return { Owner: { ID: id }, Grants: [{ Grantee: { Type: 'CanonicalUser', ID: id }, Permission: 'FULL_CONTROL' }] }
}

/** Whether a list of grants says no more than that. */
export function isOwnerOnly(grants: readonly Grant[], id: string): boolean {
  return (
    grants.length > 0 && grants.every(({ Grantee, Permission }) => Grantee?.ID === id && Permission === 'FULL_CONTROL')
  )
}

/** The canned ACL of a bucket; S3 ignores those that speak of the bucket's owner, as objects' ACLs do. */
export function bucketAcl(given: BucketCannedACL = 'private'): BucketCannedACL {
  return given === 'bucket-owner-read' || given === 'bucket-owner-full-control' ? 'private' : given
}
