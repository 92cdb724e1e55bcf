import type { Identity } from '../../identity/index.ts'
import { keyPolicyPrincipals, keyPolicyProblem, leavesManageable } from '../../kms/index.ts'
import type { Call, Fail } from '../operation.ts'

/** The only policy that a key has. */
export const policyName = 'default'

/**
 * Refuses a policy that is none, that names users or roles which do not exist, or that would shut out the one who puts
 * it.
 */
export function checkKeyPolicy(
  input: { readonly Policy: string; readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined },
  key: { readonly arn: string; readonly account: string },
  identity: Identity,
  call: Call,
  fail: Fail<'MalformedPolicyDocumentException'>,
): void {
  const problem = keyPolicyProblem(input.Policy)
  if (problem !== undefined) fail('MalformedPolicyDocumentException', problem)
  if (!keyPolicyPrincipals(input.Policy).every(identity.mayExist)) {
    fail('MalformedPolicyDocumentException', 'Policy contains a statement with one or more invalid principals.')
  }
  const { principal } = call
  if (input.BypassPolicyLockoutSafetyCheck || identity.acceptsAnyCredentials || principal.kind === 'operator') return
  const context = { ...identity.contextOf(principal), 'kms:CallerAccount': call.account }
  const isManageable = leavesManageable(input.Policy, {
    ...key,
    principal,
    context: new Map(Object.entries(context).map(([name, value]) => [name.toLowerCase(), value])),
  })
  if (!isManageable) {
    fail(
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
  }
}
