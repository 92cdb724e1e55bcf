import { type Kms, type KmsGrant, keyArn } from '../../kms/index.ts'
import type { GrantListEntry, GrantOperation } from '../generated/kms.ts'
import type { Call, Fail } from '../operation.ts'
import { askedKey } from './addressed-key.ts'

/** A grant as lists show it. */
export function describeGrant(grant: KmsGrant, { partition }: Pick<Call, 'partition'>): GrantListEntry {
  const { constraint } = grant
  return {
    KeyId: keyArn(partition, grant.key),
    GrantId: grant.id,
    ...(grant.name !== undefined && { Name: grant.name }),
    CreationDate: grant.createdAtMs,
    GranteePrincipal: grant.grantee,
    ...(grant.retirer !== undefined && { RetiringPrincipal: grant.retirer }),
    IssuingAccount: `arn:${partition}:iam::${grant.issuer}:root`,
    // They came in by the same model.
    Operations: grant.operations as readonly GrantOperation[],
    ...(constraint !== undefined && {
      Constraints:
        constraint.kind === 'subset'
          ? { EncryptionContextSubset: constraint.context }
          : { EncryptionContextEquals: constraint.context },
    }),
  }
}

/** Ends a grant of the key that the call was asked about. */
export async function endGrant(
  { kms }: { readonly kms: Kms },
  grantId: string,
  call: Call,
  fail: Fail<'NotFoundException'>,
): Promise<void> {
  const key = askedKey({ kms }, call, fail)
  if (!(await kms.grants.remove(call.cause, key, grantId))) failNoGrant(grantId, fail)
  call.notes.responseElements = { keyId: key.arn }
}

export function failNoGrant(grantId: string, fail: Fail<'NotFoundException'>): never {
  return fail('NotFoundException', `Grant ID ${grantId} not found`)
}
