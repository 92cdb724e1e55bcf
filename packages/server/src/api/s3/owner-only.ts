import type { Bucket } from '../../buckets/index.ts'
import { canonicalId } from '../../buckets/index.ts'
import type { AccessControlPolicy, Grant, Owner } from '../generated/s3.ts'
import type { Fail } from '../operation.ts'
import { texts } from './bucket-access.ts'

/** The one ACL there is: the owner may do everything. Everybody else goes by policies. */
export function ownerOnly(id: string): { readonly Owner: Owner; readonly Grants: readonly Grant[] } {
  return { Owner: { ID: id }, Grants: [{ Grantee: { Type: 'CanonicalUser', ID: id }, Permission: 'FULL_CONTROL' }] }
}

/** Whether a list of grants says no more than that. */
function isOwnerOnly(grants: readonly Grant[], id: string): boolean {
  return (
    grants.length > 0 && grants.every(({ Grantee, Permission }) => Grantee?.ID === id && Permission === 'FULL_CONTROL')
  )
}

/** Whether a canned ACL leaves what it is put on to its bucket's owner. */
export function isOwnersAcl(given: string): boolean {
  return given === 'private' || given === 'bucket-owner-read' || given === 'bucket-owner-full-control'
}

/** Refuses a canned ACL that lets others in: in public as Block Public Access does, services that are not here honestly. */
export function refuseGrants(canned: string, fail: Fail<'AccessDenied' | 'NotImplemented'>): never {
  if (canned === 'log-delivery-write' || canned === 'aws-exec-read') {
    fail('NotImplemented', 'Cairn writes no access logs and runs no instances: there is no service to let in.')
  }
  return fail('AccessDenied', texts.accessDenied)
}

const grantHeaders = ['GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWrite', 'GrantWriteACP'] as const

type GrantHeaders = { readonly [Header in (typeof grantHeaders)[number]]?: string | undefined }

/** Refuses grants that a request spells out in headers. */
export function refuseGrantHeaders(input: GrantHeaders, fail: Fail<'NotImplemented'>): void {
  if (grantHeaders.some((header) => input[header] !== undefined)) {
    fail('NotImplemented', 'Cairn knows canned ACLs only.')
  }
}

type AclRequest = GrantHeaders & {
  readonly ACL?: string | undefined
  readonly AccessControlPolicy?: AccessControlPolicy | undefined
}

/** Checks what PutBucketAcl and PutObjectAcl ask for: what everything has already, so that nothing is left to change. */
export function checkAcl(
  input: AclRequest,
  bucket: Bucket,
  fail: Fail<
    'AccessControlListNotSupported' | 'NotImplemented' | 'UnexpectedContent' | 'AccessDenied' | 'MissingSecurityHeader'
  >,
): void {
  const { ACL: canned, AccessControlPolicy: policy } = input
  if (bucket.ownership === 'BucketOwnerEnforced') {
    fail('AccessControlListNotSupported', 'The bucket does not allow ACLs')
  }
  refuseGrantHeaders(input, fail)
  if (canned !== undefined && policy !== undefined) {
    fail('UnexpectedContent', 'This request does not support content')
  }
  if (canned !== undefined) {
    if (!isOwnersAcl(canned)) refuseGrants(canned, fail)
  } else if (policy === undefined) {
    fail('MissingSecurityHeader', 'Your request was missing a required header')
  } else if (!isOwnerOnly(policy.Grants ?? [], canonicalId(bucket.account))) {
    fail('AccessDenied', texts.accessDenied)
  }
}
