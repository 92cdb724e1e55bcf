import type { PrincipalSet } from './policy-document.ts'
import type { AccessQuestion, RequestPrincipal } from './request.ts'

/**
 * How closely a policy of a resource means the one who asks. `account` only hands the decision to the account's own
 * policies; `role` is held in by boundary and session policies; `direct` needs nothing else within one account.
 */
export type Naming = 'none' | 'account' | 'role' | 'direct'

export type PrincipalMatcher = (question: AccessQuestion) => Naming

/** @source IAM User Guide, AWS JSON policy elements: Principal; policy evaluation for requests within a single account */
export function compilePrincipals(set: PrincipalSet): PrincipalMatcher {
  const names = new Set(set.aws)
  const services = new Set(set.services)
  const federated = new Set(set.federated)
  const canonical = new Set(set.canonicalUsers)
  const naming: PrincipalMatcher = ({ principal, canonicalUser }) => {
    if (set.isAnyone) return 'direct'
    switch (principal.kind) {
      case 'anonymous':
        return 'none'
      case 'service':
        return services.has(principal.name) ? 'direct' : 'none'
      case 'federated':
        return federated.has(principal.provider) || federated.has('*') ? 'direct' : 'none'
      default: {
        const named = accountNaming(principal, names)
        if (named === 'none' && canonicalUser !== undefined && canonical.has(canonicalUser)) return 'account'
        return named
      }
    }
  }
  if (!set.isNegated) return naming
  return (question) => (naming(question) === 'none' ? 'direct' : 'none')
}

function accountNaming(
  principal: Extract<RequestPrincipal, { readonly account: string }>,
  names: ReadonlySet<string>,
): Naming {
  // Also the root user's own ARN: for it `account` and `direct` come to the same.
  if (names.has(principal.arn)) return 'direct'
  if (principal.kind === 'user' && names.has(principal.userId)) return 'direct'
  if (principal.kind === 'role-session' && (names.has(principal.roleArn) || names.has(principal.roleId))) return 'role'
  if (names.has(principal.account)) return 'account'
  const partition = principal.arn.slice(4, principal.arn.indexOf(':', 4))
  return names.has(`arn:${partition}:iam::${principal.account}:root`) ? 'account' : 'none'
}
