import type { Identity, ManagedPolicy, Refuse } from '../../identity/index.ts'

/** A policy that may be attached to something in `account`: AWS's or the account's own. */
export function attachable(
  identity: Identity,
  account: string,
  policyArn: string,
  refuse: Refuse<'NoSuchEntityException'>,
): ManagedPolicy {
  const policy = identity.policies.find(policyArn)
  const owner = policyArn.split(':')[4]
  if (policy === undefined || (owner !== 'aws' && owner !== account)) {
    return refuse('NoSuchEntityException', `Policy ${policyArn} does not exist or is not attachable.`)
  }
  return policy
}
