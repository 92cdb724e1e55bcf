import { type Entity, type Identity, type Page, pageOf, type Refuse } from '../../identity/index.ts'
import type { AttachedPolicy } from '../generated/iam.ts'

/** A page of the managed policies of a user, group or role, in the order of ARNs. */
export function attachedPage(
  { attachedPolicies }: Entity,
  input: {
    readonly PathPrefix?: string | undefined
    readonly Marker?: string | undefined
    readonly MaxItems?: number | undefined
  },
  identity: Identity,
  refuse: Refuse<'ValidationError'>,
): Page<AttachedPolicy> {
  const wanted = [...attachedPolicies]
    .sort()
    .flatMap((arn) => identity.policies.find(arn) ?? [])
    .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
  const page = pageOf(wanted, ({ arn }) => arn, input, refuse)
  return { ...page, items: page.items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })) }
}
